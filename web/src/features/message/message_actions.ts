/** What can be done with a message, once: the hover bar, the menu, the keys on a focused message and the help read this list. */
import type { Commands, ConversationView, MessageItem } from '../../client/contract.ts'
import type { MessageKey } from '../../i18n/index.ts'
import type { IconName } from '../../ui/icons.ts'
import { may } from '../permission/index.ts'

export interface MessageContext {
  item: MessageItem
  conversation: ConversationView
  commands: Commands
  /** What the screen itself must do. */
  reply: (item: MessageItem) => void
  edit: (item: MessageItem) => void
  pickEmoji: (item: MessageItem) => void
  showDetails: (item: MessageItem) => void
  confirmDelete: (item: MessageItem) => void
  copied: () => void
}

export interface MessageAction {
  id: string
  label: MessageKey | ((item: Pick<MessageItem, 'pinned'>) => MessageKey)
  icon: IconName
  /** The key that does it while a message has the focus. */
  key?: string
  look?: 'danger'
  enabled: (context: MessageContext) => boolean
  perform: (context: MessageContext) => void
}

const confirmed = (item: MessageItem) => item.seq !== undefined && !item.deleted

export const MESSAGE_ACTIONS: readonly MessageAction[] = [
  {
    id: 'retry',
    label: 'message.retry',
    icon: 'reload',
    enabled: ({ item }) => item.state === 'failed',
    perform: ({ item, commands }) => void commands.retry(item.key).catch(() => undefined),
  },
  {
    id: 'react',
    label: 'message.react',
    icon: 'smile',
    key: '+',
    enabled: ({ item, conversation }) => confirmed(item) && may(conversation, 'write'),
    perform: context => context.pickEmoji(context.item),
  },
  {
    id: 'reply',
    label: 'message.reply',
    icon: 'reply',
    key: 'r',
    enabled: ({ item, conversation }) => confirmed(item) && may(conversation, 'write'),
    perform: context => context.reply(context.item),
  },
  {
    id: 'edit',
    label: 'message.edit',
    icon: 'edit',
    key: 'e',
    enabled: ({ item, conversation }) => confirmed(item) && item.own && may(conversation, 'write'),
    perform: context => context.edit(context.item),
  },
  {
    id: 'copy',
    label: 'message.copy',
    icon: 'copy',
    key: 'c',
    enabled: ({ item }) => !item.deleted && item.text !== undefined,
    perform: ({ item, copied }) => void navigator.clipboard.writeText(item.text ?? '').then(copied, () => undefined),
  },
  {
    id: 'link',
    label: 'message.copy_link',
    icon: 'link',
    enabled: ({ item }) => item.seq !== undefined,
    perform: ({ item, conversation, copied }) =>
      void navigator.clipboard.writeText(`${location.origin}/c/${conversation.id}/m/${item.seq}`).then(copied, () => undefined),
  },
  {
    id: 'pin',
    label: item => (item.pinned ? 'message.unpin' : 'message.pin'),
    icon: 'pin',
    key: 'p',
    enabled: ({ item, conversation }) => confirmed(item) && may(conversation, 'pin'),
    perform: ({ item, conversation, commands }) =>
      void (item.seq === undefined ? undefined : commands.pin(conversation.id, item.seq, !item.pinned).catch(() => undefined)),
  },
  {
    id: 'details',
    label: 'message.details',
    icon: 'info',
    key: 'i',
    enabled: ({ item }) => item.seq !== undefined && !item.deleted,
    perform: context => context.showDetails(context.item),
  },
  {
    id: 'discard',
    label: 'message.discard',
    icon: 'trash',
    look: 'danger',
    enabled: ({ item }) => item.seq === undefined,
    perform: ({ item, commands }) => void commands.discard(item.key).catch(() => undefined),
  },
  {
    id: 'delete',
    label: 'message.delete',
    icon: 'trash',
    key: 'Delete',
    look: 'danger',
    enabled: ({ item, conversation }) => confirmed(item) && (item.own ? may(conversation, 'write') : may(conversation, 'delete_others')),
    perform: context => context.confirmDelete(context.item),
  },
]
