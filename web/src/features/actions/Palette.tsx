import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import type { ConversationView } from '../../client/contract.ts'
import { useSource } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { ConversationAvatar, ConversationName, titleOf } from '../identity/index.ts'
import { navigate } from '../navigation/index.ts'
import { closeOverlay } from '../overlays/index.ts'
import { type Action, useActionContext } from './action.ts'
import { appActions } from './app_actions.ts'
import { conversationActions } from './conversation_actions.ts'
import './palette.css'

interface Entry {
  id: string
  words: string
  face: ReactNode
  perform: () => void
}

const CONVERSATIONS_MAX = 8
const ACTIONS_MAX = 8

/** The quick switcher: conversations first, then everything that can be done. */
export default function Palette() {
  const { t } = useTranslation()
  const context = useActionContext()
  const conversations = useSource(context.client.conversations)
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const wanted = query.trim().toLocaleLowerCase()

  const entries = useMemo<Entry[]>(() => {
    const fits = (words: string) => wanted.split(/\s+/).every(word => words.includes(word))
    const places = conversations
      .map(conversation => ({ conversation, words: titleOf(conversation, t).toLocaleLowerCase() }))
      .filter(({ words }) => fits(words))
      .sort((first, second) => Number(second.words.startsWith(wanted)) - Number(first.words.startsWith(wanted)))
      .slice(0, CONVERSATIONS_MAX)
      .map(({ conversation, words }) => ({
        id: conversation.id,
        words,
        face: <Place conversation={conversation} />,
        perform: () => navigate({ page: 'chats', conversation: conversation.id }),
      }))
    const deeds = [...appActions(), ...conversationActions()]
      .filter(action => action.id !== 'palette' && action.id !== 'back' && action.enabled(context))
      .map(action => ({ action, words: t(action.label(context)).toLocaleLowerCase() }))
      .filter(({ words }) => wanted !== '' && fits(words))
      .slice(0, ACTIONS_MAX)
      .map(({ action, words }) => ({
        id: action.id,
        words,
        face: <Deed action={action} label={t(action.label(context))} />,
        perform: () => action.perform(context),
      }))
    return [...places, ...deeds]
  }, [conversations, context, wanted, t])

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  })

  const choose = (entry: Entry | undefined) => {
    if (!entry) return
    closeOverlay()
    entry.perform()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || entries.length === 0) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setActive((active + (event.key === 'ArrowDown' ? 1 : -1) + entries.length) % entries.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(entries[active])
    }
  }
  return (
    <Dialog title={t('palette.title')} hiddenTitle closeLabel={t('close')} focus="field" onClose={closeOverlay}>
      <div className="palette">
        <input
          className="palette__input"
          role="combobox"
          aria-expanded
          aria-controls={id}
          aria-activedescendant={entries[active] ? `${id}-${active}` : undefined}
          aria-label={t('palette.title')}
          placeholder={t('palette.placeholder')}
          value={query}
          data-autofocus
          onChange={event => {
            setQuery(event.currentTarget.value)
            setActive(0)
          }}
          onKeyDown={onKeyDown}
        />
        <div className="palette__list" role="listbox" id={id} ref={list} aria-label={t('palette.title')}>
          {entries.map((entry, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above
            <div
              key={entry.id}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className="palette__entry"
              onPointerMove={() => setActive(index)}
              onClick={() => choose(entry)}
            >
              {entry.face}
            </div>
          ))}
          {entries.length === 0 ? <p className="palette__none">{t('palette.none')}</p> : null}
        </div>
      </div>
    </Dialog>
  )
}

function Place({ conversation }: { conversation: ConversationView }) {
  return (
    <>
      <ConversationAvatar conversation={conversation} size={28} />
      <span className="palette__words">
        <ConversationName conversation={conversation} />
      </span>
      {conversation.unread > 0 ? <span className="badge">{conversation.unread}</span> : null}
    </>
  )
}

function Deed({ action, label }: { action: Action; label: string }) {
  return (
    <>
      <span className="palette__icon">
        <Icon name={action.icon} size={18} />
      </span>
      <span className="palette__words">{label}</span>
      {action.shortcut ? <kbd>{action.shortcut.shown}</kbd> : null}
    </>
  )
}
