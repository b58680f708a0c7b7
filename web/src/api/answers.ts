/** The shape of each operation's answer, so that no answer is used unchecked. */

import * as check from './check.ts'
import type { Answer, OperationName } from './operations.ts'
import { count, flag, id, list, object, oneOf, optional, record, type Shape, text, time } from './shape.ts'
import type * as Wire from './wire.ts'

const done: Shape<Wire.Done> = (value, path) => {
  record(value, path)
  return {}
}

const kind = oneOf('direct', 'group', 'channel')
const member = object<Wire.Member>({ user: check.user, role: oneOf('member', 'admin', 'owner'), joined_seq: count })
const invite = object<Wire.Invite>({
  id,
  code: text,
  created_by: id,
  created_at: time,
  expires_at: optional(time),
  uses_max: optional(count),
  uses: count,
})
const channel = object<Wire.ChannelSummary>({ id, title: text, description: optional(text), member_count: count, joined: flag })
const preview = object<Wire.InvitePreview>({
  conversation: id,
  kind,
  title: text,
  description: optional(text),
  member_count: count,
  joined: flag,
})
const adminUser = object<Wire.AdminUser>({
  user: check.user,
  role: oneOf('member', 'admin'),
  disabled: flag,
  created_at: time,
  last_active_at: optional(time),
})
const invites = object<{ invites: Wire.Invite[] }>({ invites: list(invite) })

export const ANSWERS: { readonly [Name in OperationName]: Shape<Answer<Name>> } = {
  'server.get': check.serverInfo,
  'account.register': check.newSession,
  'account.get': check.account,
  'account.update': check.account,
  'account.change_password': done,
  'account.delete': done,
  'session.create': check.newSession,
  'session.list': object({ sessions: list(check.session) }),
  'session.revoke': done,
  'session.delete': done,
  'user.find': object({ user: check.user }),
  'user.list': object({ users: list(check.user) }),
  'contact.list': object({ contacts: list(check.contact) }),
  'contact.request': check.contact,
  'contact.accept': check.contact,
  'contact.decline': check.contact,
  'contact.remove': check.contact,
  'block.list': object({ users: list(id) }),
  'block.add': done,
  'block.remove': done,
  'conversation.list': object({ conversations: list(check.head), users: list(check.user) }),
  'conversation.get': check.conversationDetails,
  'conversation.open_direct': check.conversationDetails,
  'conversation.create': check.conversationDetails,
  'conversation.update': check.sent,
  'conversation.settings': done,
  'channel.list': object<Answer<'channel.list'>>({ channels: list(channel), next: optional(id) }),
  'channel.join': check.conversationDetails,
  'member.list': object<Answer<'member.list'>>({ members: list(member), next: optional(id) }),
  'member.add': check.sent,
  'member.update': check.sent,
  'member.remove': check.sent,
  'member.leave': check.sent,
  'invite.list': invites,
  'invite.create': invite,
  'invite.revoke': done,
  'invite.preview': preview,
  'invite.accept': check.conversationDetails,
  'message.send': check.sent,
  'message.edit': check.sent,
  'message.delete': check.sent,
  'message.react': check.sent,
  'message.pin': check.sent,
  'message.list': check.messagePage,
  'message.pins': check.messagePage,
  'event.list': check.eventPage,
  'receipt.update': check.readState,
  'receipt.list': object({ receipts: list(check.receipt) }),
  'typing.set': done,
  'presence.watch': object({ users: list(check.presence) }),
  'presence.set': done,
  ping: done,
  'admin.user.list': object<Answer<'admin.user.list'>>({ users: list(adminUser), next: optional(id) }),
  'admin.user.create': adminUser,
  'admin.user.update': adminUser,
  'admin.user.reset_password': done,
  'admin.invite.list': invites,
  'admin.invite.create': invite,
  'admin.invite.revoke': done,
  'admin.settings.update': check.serverInfo,
  'admin.figures': object<Wire.Figures>({ users: count, conversations: count, messages: count, connections: count, store_bytes: count }),
}
