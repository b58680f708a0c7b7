import { memo, useState } from 'react'
import type { ConversationView } from '../../client/contract.ts'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'
import { Icon } from '../../ui/Icon.tsx'
import { ContextMenu, MenuItem } from '../../ui/Menu.tsx'
import { conversationActions, useActionContext } from '../actions/index.ts'
import { ConversationAvatar, ConversationName } from '../identity/index.ts'
import { oneLine, Ticks } from '../message/index.ts'
import { Link } from '../navigation/index.ts'
import { nameOf, useUser } from '../people/index.ts'

/** One conversation in the list. */
export const ConversationRow = memo(function ConversationRow({ conversation, selected }: { conversation: ConversationView; selected: boolean }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const [menu, setMenu] = useState<{ x: number; y: number } | undefined>()
  const { unread, mentions, markedUnread, muted } = conversation
  const loud = (unread > 0 && !muted) || mentions > 0 || markedUnread
  const at = conversation.lastMessage?.at ?? conversation.updatedAt
  return (
    <>
      <Link
        to={{ page: 'chats', conversation: conversation.id }}
        className={`conversation${selected ? ' conversation--selected' : ''}${loud ? ' conversation--loud' : ''}`}
        aria-current={selected ? 'page' : undefined}
        draggable={false}
        onContextMenu={event => {
          event.preventDefault()
          setMenu({ x: event.clientX, y: event.clientY })
        }}
      >
        <ConversationAvatar conversation={conversation} size={40} />
        <span className="conversation__words">
          <span className="conversation__line">
            <span className="conversation__name">
              <ConversationName conversation={conversation} />
            </span>
            {conversation.pinned ? <Icon name="pin" size={13} /> : null}
            {muted ? <Icon name="bellOff" size={13} /> : null}
            <time className="conversation__time" dateTime={at}>
              {formats.brief(at)}
            </time>
          </span>
          <span className="conversation__line">
            <span className="conversation__last">
              <LastLine conversation={conversation} selected={selected} />
            </span>
            {mentions > 0 ? (
              <span className="badge badge--mention" role="img" aria-label={t('list.mentions', { count: mentions })}>
                @
              </span>
            ) : null}
            {unread > 0 ? (
              <span className={`badge${muted ? ' badge--muted' : ''}`} role="img" aria-label={t('list.unread_count', { count: unread })}>
                {unread > 999 ? '999+' : formats.number(unread)}
              </span>
            ) : markedUnread ? (
              <span className="badge badge--dot" role="img" aria-label={t('list.unread')} />
            ) : null}
          </span>
        </span>
      </Link>
      {menu ? <RowMenu conversation={conversation} at={menu} onClose={() => setMenu(undefined)} /> : null}
    </>
  )
})

function LastLine({ conversation, selected }: { conversation: ConversationView; selected: boolean }) {
  const { t } = useTranslation()
  const { lastMessage: last, draft, typing } = conversation
  const sender = useUser(typing[0] ?? last?.sender ?? '')
  if (typing.length > 0) {
    const text = conversation.kind === 'direct' ? t('typing.direct') : t('typing.one', { name: nameOf(sender, t) })
    return <span className="conversation__typing">{text}</span>
  }
  if (draft && !selected) {
    return (
      <>
        <span className="conversation__draft">{t('list.draft')}</span> <bdi>{draft}</bdi>
      </>
    )
  }
  if (!last) return <>{conversation.description ? <bdi>{conversation.description}</bdi> : t('list.no_messages')}</>
  const text = last.deleted ? t('message.deleted') : oneLine(last.text ?? '')
  // In a direct conversation the ticks tell whose it is.
  const author = conversation.kind === 'direct' ? '' : last.own ? t('you') : nameOf(sender, t)
  return (
    <>
      {last.own && !conversation.withSelf && conversation.kind !== 'channel' ? <Ticks state={last.state} /> : null}
      {author ? (
        <span className="conversation__author">
          <bdi>{author}</bdi>:{' '}
        </span>
      ) : null}
      <bdi>{text}</bdi>
    </>
  )
}

function RowMenu({ conversation, at, onClose }: { conversation: ConversationView; at: { x: number; y: number }; onClose: () => void }) {
  const { t } = useTranslation()
  const context = useActionContext(conversation)
  return (
    <ContextMenu at={at} label={t('more')} onClose={onClose}>
      {conversationActions()
        .filter(action => action.enabled(context))
        .map(action => (
          <MenuItem
            key={action.id}
            icon={action.icon}
            look={action.look ?? 'plain'}
            shortcut={action.shortcut?.shown}
            onClick={() => action.perform(context)}
          >
            {t(action.label(context))}
          </MenuItem>
        ))}
    </ContextMenu>
  )
}
