/**
 * The registry of operations: everything that can be asked, once, with the types of question and answer. The same lines stand in the server's
 * `protocol::operations`; a test compares them with the generated API description.
 */

import type * as Wire from './wire.ts'

interface InConversation {
  conversation: Wire.ConversationId
}
interface OfUser {
  user: Wire.UserId
}
interface OfMessage extends InConversation {
  seq: Wire.Seq
}
interface Paging {
  limit?: number
}
type None = Record<string, never>

/** Question and answer of every operation, by its name. */
export interface Operations {
  'server.get': [None, Wire.ServerInfo]
  'account.register': [{ handle: string; password: string; display_name?: string; device_name?: string; invite?: string }, Wire.NewSession]
  'account.get': [None, Wire.Account]
  'account.update': [{ display_name?: string; send_read_receipts?: boolean; share_presence?: boolean }, Wire.Account]
  'account.change_password': [{ current: string; new: string }, Wire.Done]
  'account.delete': [{ password: string }, Wire.Done]
  'session.create': [{ handle: string; password: string; device_name?: string }, Wire.NewSession]
  'session.list': [None, { sessions: Wire.Session[] }]
  'session.revoke': [{ device: Wire.DeviceId }, Wire.Done]
  'session.delete': [None, Wire.Done]
  'user.find': [{ handle: string }, { user: Wire.User }]
  'user.list': [{ ids: Wire.UserId[] }, { users: Wire.User[] }]
  'contact.list': [None, { contacts: Wire.Contact[] }]
  'contact.request': [OfUser, Wire.Contact]
  'contact.accept': [OfUser, Wire.Contact]
  'contact.decline': [OfUser, Wire.Contact]
  'contact.remove': [OfUser, Wire.Contact]
  'block.list': [None, { users: Wire.UserId[] }]
  'block.add': [OfUser, Wire.Done]
  'block.remove': [OfUser, Wire.Done]
  'conversation.list': [None, { conversations: Wire.Head[]; users: Wire.User[] }]
  'conversation.get': [InConversation, Wire.ConversationDetails]
  'conversation.open_direct': [OfUser, Wire.ConversationDetails]
  'conversation.create': [
    {
      key: string
      kind: 'group' | 'channel'
      title: string
      description?: string
      members?: Wire.UserId[]
      history?: Wire.HistoryVisibility
      retention?: Wire.Retention
    },
    Wire.ConversationDetails,
  ]
  'conversation.update': [
    InConversation & {
      title?: string
      description?: string
      retention?: Wire.Retention
      history?: Wire.HistoryVisibility
    },
    Wire.Sent,
  ]
  'conversation.settings': [
    InConversation & { muted_until?: Wire.Timestamp; pinned?: boolean; archived?: boolean; marked_unread?: boolean },
    Wire.Done,
  ]
  'channel.list': [Paging & { query?: string; after?: Wire.ConversationId }, { channels: Wire.ChannelSummary[]; next?: Wire.ConversationId }]
  'channel.join': [InConversation, Wire.ConversationDetails]
  'member.list': [InConversation & Paging & { after?: Wire.UserId }, { members: Wire.Member[]; next?: Wire.UserId }]
  'member.add': [InConversation & OfUser, Wire.Sent]
  'member.update': [InConversation & OfUser & { role: Wire.Role }, Wire.Sent]
  'member.remove': [InConversation & OfUser, Wire.Sent]
  'member.leave': [InConversation, Wire.Sent]
  'invite.list': [InConversation, { invites: Wire.Invite[] }]
  'invite.create': [InConversation & { lifetime_seconds?: number; uses_max?: number }, Wire.Invite]
  'invite.revoke': [InConversation & { invite: Wire.InviteId }, Wire.Done]
  'invite.preview': [{ code: string }, Wire.InvitePreview]
  'invite.accept': [{ code: string }, Wire.ConversationDetails]
  'message.send': [InConversation & { key: string; text: string; mentions?: Wire.UserId[]; reply_to?: Wire.Seq }, Wire.Sent]
  'message.edit': [OfMessage & { text: string; mentions?: Wire.UserId[] }, Wire.Sent]
  'message.delete': [OfMessage, Wire.Sent]
  'message.react': [OfMessage & { emoji: string; on: boolean }, Wire.Sent]
  'message.pin': [OfMessage & { on: boolean }, Wire.Sent]
  'message.list': [InConversation & Paging & { before?: Wire.Seq; after?: Wire.Seq; around?: Wire.Seq }, Wire.MessagePage]
  'message.pins': [InConversation, Wire.MessagePage]
  'event.list': [InConversation & Paging & { after: Wire.Seq }, Wire.EventPage]
  'receipt.update': [InConversation & { delivered?: Wire.Seq; read?: Wire.Seq }, Wire.ReadState]
  'receipt.list': [InConversation, { receipts: Wire.Receipt[] }]
  'typing.set': [InConversation & { on: boolean }, Wire.Done]
  'presence.watch': [{ users: Wire.UserId[] }, { users: Wire.Presence[] }]
  'presence.set': [{ away: boolean }, Wire.Done]
  ping: [None, Wire.Done]
  'admin.user.list': [Paging & { query?: string; after?: Wire.UserId }, { users: Wire.AdminUser[]; next?: Wire.UserId }]
  'admin.user.create': [{ handle: string; password: string; display_name?: string; role?: Wire.ServerRole }, Wire.AdminUser]
  'admin.user.update': [OfUser & { disabled?: boolean; role?: Wire.ServerRole }, Wire.AdminUser]
  'admin.user.reset_password': [OfUser & { password: string }, Wire.Done]
  'admin.invite.list': [None, { invites: Wire.Invite[] }]
  'admin.invite.create': [{ lifetime_seconds?: number; uses_max?: number }, Wire.Invite]
  'admin.invite.revoke': [{ invite: Wire.InviteId }, Wire.Done]
  'admin.settings.update': [{ registration?: Wire.RegistrationMode; name?: string }, Wire.ServerInfo]
  'admin.figures': [None, Wire.Figures]
}

export type OperationName = keyof Operations
export type Args<Name extends OperationName> = Operations[Name][0]
export type Answer<Name extends OperationName> = Operations[Name][1]

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Route {
  readonly method: Method
  /** `{x}` is the argument x. */
  readonly path: string
}

function route(method: Method, path: string): Route {
  return { method, path }
}

const conversation = '/v1/conversations/{conversation}'
const message = `${conversation}/messages/{seq}`

/** Where each operation stands in REST. */
export const ROUTES: { readonly [Name in OperationName]: Route } = {
  'server.get': route('GET', '/v1/server'),
  'account.register': route('POST', '/v1/accounts'),
  'account.get': route('GET', '/v1/account'),
  'account.update': route('PATCH', '/v1/account'),
  'account.change_password': route('POST', '/v1/account/password'),
  'account.delete': route('POST', '/v1/account/delete'),
  'session.create': route('POST', '/v1/sessions'),
  'session.list': route('GET', '/v1/sessions'),
  'session.revoke': route('DELETE', '/v1/sessions/{device}'),
  'session.delete': route('DELETE', '/v1/session'),
  'user.find': route('GET', '/v1/users/by-handle/{handle}'),
  'user.list': route('GET', '/v1/users'),
  'contact.list': route('GET', '/v1/contacts'),
  'contact.request': route('PUT', '/v1/contacts/{user}'),
  'contact.accept': route('POST', '/v1/contacts/{user}/accept'),
  'contact.decline': route('POST', '/v1/contacts/{user}/decline'),
  'contact.remove': route('DELETE', '/v1/contacts/{user}'),
  'block.list': route('GET', '/v1/blocks'),
  'block.add': route('PUT', '/v1/blocks/{user}'),
  'block.remove': route('DELETE', '/v1/blocks/{user}'),
  'conversation.list': route('GET', '/v1/conversations'),
  'conversation.get': route('GET', conversation),
  'conversation.open_direct': route('PUT', '/v1/direct/{user}'),
  'conversation.create': route('POST', '/v1/conversations'),
  'conversation.update': route('PATCH', conversation),
  'conversation.settings': route('PATCH', `${conversation}/settings`),
  'channel.list': route('GET', '/v1/channels'),
  'channel.join': route('POST', '/v1/channels/{conversation}/join'),
  'member.list': route('GET', `${conversation}/members`),
  'member.add': route('PUT', `${conversation}/members/{user}`),
  'member.update': route('PATCH', `${conversation}/members/{user}`),
  'member.remove': route('DELETE', `${conversation}/members/{user}`),
  'member.leave': route('POST', `${conversation}/leave`),
  'invite.list': route('GET', `${conversation}/invites`),
  'invite.create': route('POST', `${conversation}/invites`),
  'invite.revoke': route('DELETE', `${conversation}/invites/{invite}`),
  'invite.preview': route('GET', '/v1/invites/{code}'),
  'invite.accept': route('POST', '/v1/invites/{code}/accept'),
  'message.send': route('POST', `${conversation}/messages`),
  'message.edit': route('PATCH', message),
  'message.delete': route('DELETE', message),
  'message.react': route('POST', `${message}/reactions`),
  'message.pin': route('PUT', `${message}/pin`),
  'message.list': route('GET', `${conversation}/messages`),
  'message.pins': route('GET', `${conversation}/pins`),
  'event.list': route('GET', `${conversation}/events`),
  'receipt.update': route('POST', `${conversation}/receipt`),
  'receipt.list': route('GET', `${conversation}/receipts`),
  'typing.set': route('POST', `${conversation}/typing`),
  'presence.watch': route('PUT', '/v1/presence/watch'),
  'presence.set': route('PUT', '/v1/presence'),
  ping: route('POST', '/v1/ping'),
  'admin.user.list': route('GET', '/v1/admin/users'),
  'admin.user.create': route('POST', '/v1/admin/users'),
  'admin.user.update': route('PATCH', '/v1/admin/users/{user}'),
  'admin.user.reset_password': route('POST', '/v1/admin/users/{user}/password'),
  'admin.invite.list': route('GET', '/v1/admin/invites'),
  'admin.invite.create': route('POST', '/v1/admin/invites'),
  'admin.invite.revoke': route('DELETE', '/v1/admin/invites/{invite}'),
  'admin.settings.update': route('PATCH', '/v1/admin/settings'),
  'admin.figures': route('GET', '/v1/admin/figures'),
}
