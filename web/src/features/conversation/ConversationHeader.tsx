import type { ConversationView } from '../../client/contract.ts'
import { useUsers } from '../../client/hooks.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'
import { IconButton } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Menu, MenuItem } from '../../ui/Menu.tsx'
import { conversationActions, useActionContext } from '../actions/index.ts'
import { ConversationAvatar, ConversationName } from '../identity/index.ts'
import { retentionText } from '../message/index.ts'
import { goBack, navigate, useRoute } from '../navigation/index.ts'
import { openSearch } from '../overlays/index.ts'
import { nameOf, PresenceText, usePresenceWatch } from '../people/index.ts'

/** Who, whether they are there or type, and what else one should know while writing. */
export function ConversationHeader({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  const route = useRoute()
  const page = route.page === 'channels' ? 'channels' : 'chats'
  const details = 'details' in route && route.details === true
  const toggle = () => navigate({ page, conversation: conversation.id, details: !details }, { replace: details })
  usePresenceWatch(conversation.peer && !conversation.withSelf ? [conversation.peer] : [])
  return (
    <header className="pane-header">
      <span className="pane-header__back">
        <IconButton icon="back" label={t('back')} onClick={() => goBack({ page })} />
      </span>
      <button type="button" className="pane-header__who" onClick={toggle} aria-expanded={details}>
        <ConversationAvatar conversation={conversation} size={32} />
        <span className="pane-header__words">
          <span className="pane-header__name">
            <ConversationName conversation={conversation} />
            {conversation.muted ? <Icon name="bellOff" size={14} /> : null}
          </span>
          <span className="pane-header__state">
            <State conversation={conversation} />
          </span>
        </span>
      </button>
      <div className="pane-header__tools">
        <IconButton icon="search" label={t('search.here')} onClick={() => openSearch(conversation.id)} />
        <IconButton icon="info" label={t('details.title')} pressed={details} onClick={toggle} />
        <ConversationMenu conversation={conversation} />
      </div>
    </header>
  )
}

function State({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const typing = useUsers(conversation.typing.slice(0, 2))
  const parts: string[] = []
  if (conversation.typing.length > 0) {
    const names = [...typing.values()].map(user => nameOf(user, t))
    const first = names[0] ?? '…'
    if (conversation.kind === 'direct') return <Typing text={t('typing.direct')} />
    return (
      <Typing
        text={conversation.typing.length === 1 ? t('typing.one', { name: first }) : t('typing.several', { count: conversation.typing.length })}
      />
    )
  }
  if (conversation.kind !== 'direct') parts.push(t('conversation.members', { count: conversation.memberCount }))
  if (conversation.retention.keep !== 'forever') parts.push(retentionText(conversation.retention, t))
  const rest = parts.join(' · ')
  if (conversation.kind === 'direct' && conversation.peer && !conversation.withSelf) {
    return (
      <>
        <PresenceText id={conversation.peer} />
        {rest ? ` · ${rest}` : null}
      </>
    )
  }
  return <>{rest || (conversation.withSelf ? t('conversation.self_hint') : formats.number(conversation.memberCount))}</>
}

function Typing({ text }: { text: string }) {
  return (
    <span className="typing">
      {text}
      <span className="typing__dots" aria-hidden="true">
        <span />
        <span />
        <span />
      </span>
    </span>
  )
}

function ConversationMenu({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  const context = useActionContext(conversation)
  return (
    <Menu button={<IconButton icon="more" label={t('more')} />} label={t('more')}>
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
    </Menu>
  )
}
