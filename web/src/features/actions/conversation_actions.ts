import { showToast } from '../../ui/Toaster.tsx'
import { titleOf } from '../identity/index.ts'
import { navigate } from '../navigation/index.ts'
import { openOverlay, openSearch } from '../overlays/index.ts'
import { may } from '../permission/index.ts'
import { describeRefusal } from '../refusal/index.ts'
import type { Action, ActionContext } from './action.ts'
import { leaveLater } from './leaving.ts'
import { shortcut } from './shortcut.ts'

const FOREVER = '9999-01-01T00:00:00.000Z'

/** Does it, and says at the foot of the screen what was done, with the way back. */
function undoable(context: ActionContext, done: Parameters<ActionContext['t']>[0], perform: () => Promise<void>, undo: () => Promise<void>): void {
  const { t, conversation } = context
  const failed = (refusal: { code: string; message: string }) => showToast({ kind: 'error', text: describeRefusal(refusal, t) })
  perform().then(
    () =>
      showToast({
        text: t(done, { name: conversation ? titleOf(conversation, t) : '' }),
        action: { label: t('undo'), perform: () => void undo().catch(failed) },
      }),
    failed,
  )
}

const quiet = (work: Promise<void>, { t }: ActionContext) =>
  void work.catch((refusal: { code: string; message: string }) => showToast({ kind: 'error', text: describeRefusal(refusal, t) }))

const isMember = ({ conversation }: ActionContext) => conversation?.role !== undefined

const ACTIONS: readonly Action[] = [
  {
    id: 'read',
    group: 'conversation',
    label: ({ conversation }) => (conversation && (conversation.unread > 0 || conversation.markedUnread) ? 'action.mark_read' : 'action.mark_unread'),
    icon: 'unread',
    shortcut: shortcut({ code: 'KeyU', alt: true, name: 'U' }),
    enabled: isMember,
    perform: context => {
      const { client, conversation } = context
      if (!conversation) return
      const unread = conversation.unread > 0 || conversation.markedUnread
      quiet(unread ? client.commands.markRead(conversation.id) : client.commands.setMarkedUnread(conversation.id, true), context)
    },
  },
  {
    id: 'pin',
    group: 'conversation',
    label: ({ conversation }) => (conversation?.pinned ? 'action.unpin' : 'action.pin'),
    icon: 'pin',
    enabled: isMember,
    perform: context => {
      const { client, conversation } = context
      if (conversation) quiet(client.commands.setPinned(conversation.id, !conversation.pinned), context)
    },
  },
  {
    id: 'mute',
    group: 'conversation',
    label: ({ conversation }) => (conversation?.muted ? 'action.unmute' : 'action.mute'),
    icon: 'bellOff',
    shortcut: shortcut({ code: 'KeyM', alt: true, name: 'M' }),
    enabled: isMember,
    perform: context => {
      const { client, conversation } = context
      if (!conversation) return
      const { id, muted, mutedUntil } = conversation
      const mute = () => client.commands.mute(id, FOREVER)
      const unmute = () => client.commands.mute(id, null)
      if (muted) undoable(context, 'action.unmuted', unmute, () => client.commands.mute(id, mutedUntil ?? FOREVER))
      else undoable(context, 'action.muted', mute, unmute)
    },
  },
  {
    id: 'archive',
    group: 'conversation',
    label: ({ conversation }) => (conversation?.archived ? 'action.unarchive' : 'action.archive'),
    icon: 'archive',
    shortcut: shortcut({ code: 'KeyE', alt: true, name: 'E' }),
    enabled: isMember,
    perform: context => {
      const { client, conversation } = context
      if (!conversation) return
      const { id, archived } = conversation
      const set = (on: boolean) => () => client.commands.setArchived(id, on)
      undoable(context, archived ? 'action.unarchived' : 'action.archived', set(!archived), set(archived))
    },
  },
  {
    id: 'search_here',
    group: 'conversation',
    label: () => 'search.here',
    icon: 'search',
    shortcut: shortcut({ code: 'KeyF', command: true, name: 'F' }),
    enabled: ({ conversation }) => conversation !== undefined,
    perform: ({ conversation }) => openSearch(conversation?.id),
  },
  {
    id: 'details',
    group: 'conversation',
    label: () => 'details.title',
    icon: 'info',
    shortcut: shortcut({ code: 'KeyI', alt: true, name: 'I' }),
    enabled: ({ conversation }) => conversation !== undefined,
    perform: ({ conversation, route }) => {
      const page = route.page === 'channels' ? 'channels' : 'chats'
      if (conversation) navigate({ page, conversation: conversation.id, details: !('details' in route && route.details) })
    },
  },
  {
    id: 'add_members',
    group: 'conversation',
    label: () => 'members.add',
    icon: 'userAdd',
    enabled: ({ conversation }) => conversation !== undefined && may(conversation, 'invite'),
    perform: ({ conversation }) => conversation && openOverlay({ kind: 'add_members', conversation: conversation.id }),
  },
  {
    id: 'invites',
    group: 'conversation',
    label: () => 'invites.title',
    icon: 'link',
    enabled: ({ conversation }) => conversation !== undefined && may(conversation, 'invite'),
    perform: ({ conversation }) => conversation && openOverlay({ kind: 'invites', conversation: conversation.id }),
  },
  {
    id: 'leave',
    group: 'conversation',
    label: ({ conversation }) => (conversation?.kind === 'channel' ? 'action.leave_channel' : 'action.leave_group'),
    icon: 'leave',
    look: 'danger',
    enabled: ({ conversation }) => conversation !== undefined && may(conversation, 'leave'),
    perform: leaveLater,
  },
]

export function conversationActions(): readonly Action[] {
  return ACTIONS
}
