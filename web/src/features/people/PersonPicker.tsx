import { type KeyboardEvent, useEffect, useId, useMemo, useState } from 'react'
import type { User, UserId } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Handle } from './names.tsx'
import './people.css'

interface PersonPickerProps {
  label: string
  chosen: readonly User[]
  onChange: (chosen: readonly User[]) => void
  /** Chooses one and is done. */
  onPick?: ((user: User) => void) | undefined
  exclude?: ReadonlySet<UserId>
  autoFocus?: boolean
}

const HANDLE = /^@?[a-z0-9._-]{2,32}$/i
const ASK_AFTER_MS = 300

/** Finds people: those one knows by any part of their name, everybody else by the exact handle. */
export function PersonPicker({ label, chosen, onChange, onPick, exclude, autoFocus }: PersonPickerProps) {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const id = useId()
  const known = useKnownPeople()
  const wanted = query.trim().replace(/^@/, '').toLocaleLowerCase()
  const found = useByHandle(wanted)
  const shown = useMemo(() => {
    const taken = new Set([...chosen.map(user => user.id), ...(exclude ?? [])])
    const fitting = known.filter(user => user.handle?.includes(wanted) || user.display_name.toLocaleLowerCase().includes(wanted))
    const all = found.user && !fitting.some(user => user.id === found.user?.id) ? [found.user, ...fitting] : fitting
    return all.filter(user => !taken.has(user.id)).slice(0, 50)
  }, [known, wanted, found.user, chosen, exclude])

  const choose = (user: User | undefined) => {
    if (!user) return
    if (onPick) {
      onPick(user)
      return
    }
    onChange([...chosen, user])
    setQuery('')
    setActive(0)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (shown.length > 0) setActive((active + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % shown.length)
    } else if (event.key === 'Enter' && (query !== '' || onPick)) {
      event.preventDefault()
      choose(shown[active])
    } else if (event.key === 'Backspace' && query === '' && chosen.length > 0) {
      onChange(chosen.slice(0, -1))
    }
  }
  return (
    <div className="picker">
      <label className="field__label" htmlFor={`${id}-field`}>
        {label}
      </label>
      <div className="picker__box">
        {chosen.map(user => (
          <span key={user.id} className="picker__chip">
            <bdi className="name">{user.display_name}</bdi>
            <button
              type="button"
              aria-label={t('people.take_out', { name: user.display_name })}
              onClick={() => onChange(chosen.filter(one => one.id !== user.id))}
            >
              <Icon name="close" size={14} />
            </button>
          </span>
        ))}
        <input
          id={`${id}-field`}
          className="picker__input"
          role="combobox"
          aria-expanded={shown.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={shown[active] ? `${id}-${active}` : undefined}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus={autoFocus}
          placeholder={t('people.find_placeholder')}
          value={query}
          onChange={event => {
            setQuery(event.currentTarget.value)
            setActive(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className="picker__list" role="listbox" id={`${id}-list`} aria-label={label}>
        {shown.map((user, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above
          <div
            key={user.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className="picker__option"
            onPointerMove={() => setActive(index)}
            onClick={() => choose(user)}
          >
            <Avatar id={user.id} name={user.display_name} size={32} />
            <span className="picker__words">
              <bdi className="name">{user.display_name}</bdi>
              <span className="picker__handle">
                <Handle handle={user.handle} />
              </span>
            </span>
          </div>
        ))}
        {shown.length === 0 ? (
          <p className="picker__none">{t(wanted === '' ? 'people.picker_empty' : found.asking ? 'people.looking' : 'people.nobody_text')}</p>
        ) : null}
      </div>
    </div>
  )
}

/** Contacts, and whom one writes with. */
function useKnownPeople(): readonly User[] {
  const client = useClient()
  const contacts = useSource(client.contacts)
  const conversations = useSource(client.conversations)
  return useMemo(() => {
    const people = new Map<UserId, User>()
    for (const contact of contacts) if (contact.state === 'accepted') people.set(contact.user.id, contact.user)
    for (const conversation of conversations) {
      const user = conversation.peer && !conversation.withSelf ? client.user(conversation.peer).get() : undefined
      if (user && !user.deleted) people.set(user.id, user)
    }
    return [...people.values()].sort((first, second) => first.display_name.localeCompare(second.display_name))
  }, [client, contacts, conversations])
}

/** Who has exactly this handle, asked once the typing rests. */
export function useByHandle(handle: string): { user: User | undefined; asking: boolean } {
  const { commands } = useClient()
  const [answer, setAnswer] = useState<{ handle: string; user: User | undefined }>({ handle: '', user: undefined })
  const possible = HANDLE.test(handle)
  useEffect(() => {
    if (!possible) return
    let gone = false
    const timer = setTimeout(() => {
      commands.findUser(handle).then(
        user => gone || setAnswer({ handle, user }),
        () => gone || setAnswer({ handle, user: undefined }),
      )
    }, ASK_AFTER_MS)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [commands, handle, possible])
  return answer.handle === handle ? { user: answer.user, asking: false } : { user: undefined, asking: possible }
}
