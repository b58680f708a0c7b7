import type { ConversationView } from '../../client/contract.ts'
import { closeDirections, type Translation, useTranslation } from '../../i18n/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { UserAvatar } from '../people/index.ts'

/** What to call a conversation. */
export function titleOf(conversation: ConversationView, t: Translation['t']): string {
  if (conversation.withSelf) return t('conversation.with_self')
  return closeDirections(conversation.name) || t('conversation.unnamed')
}

/** A conversation's name, isolated, on one line. */
export function ConversationName({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  return <bdi className="name">{titleOf(conversation, t)}</bdi>
}

/** The face of a conversation: the other one, or what it is. */
export function ConversationAvatar({ conversation, size = 40 }: { conversation: ConversationView; size?: 20 | 28 | 32 | 40 | 64 }) {
  if (conversation.withSelf) return <Avatar id={conversation.id} name="" size={size} icon="star" />
  if (conversation.kind === 'direct' && conversation.peer) return <UserAvatar id={conversation.peer} size={size} presence />
  return <Avatar id={conversation.id} name={conversation.name} size={size} icon={conversation.kind === 'channel' ? 'channel' : 'group'} />
}
