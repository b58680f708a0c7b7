import type { MessageItem } from '../../client/contract.ts'
import { useUsers } from '../../client/hooks.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'
import { Icon } from '../../ui/Icon.tsx'
import { nameOf, useMe } from '../people/index.ts'

interface ReactionsProps {
  item: MessageItem
  mayWrite: boolean
  onToggle: (item: MessageItem, emoji: string, on: boolean) => void
  onAdd: (item: MessageItem, at: { x: number; y: number }) => void
}

/** The reactions under a message, as chips. */
export function Reactions({ item, mayWrite, onToggle, onAdd }: ReactionsProps) {
  const { t } = useTranslation()
  return (
    <div className="reactions">
      {item.reactions.map(reaction => (
        <Chip
          key={reaction.emoji}
          emoji={reaction.emoji}
          users={reaction.users}
          disabled={!mayWrite}
          onToggle={on => onToggle(item, reaction.emoji, on)}
        />
      ))}
      {mayWrite ? (
        <button
          type="button"
          className="chip chip--add"
          aria-label={t('message.react')}
          onClick={event => {
            const box = event.currentTarget.getBoundingClientRect()
            onAdd(item, { x: box.left, y: box.bottom })
          }}
        >
          <Icon name="smile" size={15} />
        </button>
      ) : null}
    </div>
  )
}

const NAMES_MAX = 12

function Chip({ emoji, users, disabled, onToggle }: { emoji: string; users: readonly string[]; disabled: boolean; onToggle: (on: boolean) => void }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const me = useMe()
  const known = useUsers(users.slice(0, NAMES_MAX))
  const own = users.includes(me)
  const names = users.slice(0, NAMES_MAX).map(id => (id === me ? t('you') : nameOf(known.get(id), t)))
  const rest = users.length - names.length
  const who = formats.list(rest > 0 ? [...names, t('message.others', { count: rest })] : names)
  const label = t('message.reacted', { who, emoji })
  return (
    <button type="button" className="chip" aria-pressed={own} title={label} disabled={disabled} onClick={() => onToggle(!own)}>
      <span className="chip__emoji">{emoji}</span>
      <span className="chip__count">{formats.number(users.length)}</span>
      <span className="visually-hidden">{label}</span>
    </button>
  )
}
