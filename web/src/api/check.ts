/**
 * The edge: everything that arrives passes through here once, and is trusted from then on. Each shape is typed by the wire type that it stands for, so a
 * change there that is not made here does not compile.
 */

import { count, flag, id, list, Misshapen, object, oneOf, optional, record, type Shape, text, time } from './shape.ts'
import type * as Wire from './wire.ts'

const retention: Shape<Wire.Retention> = (value, path) => {
  const found = record(value, path)
  const keep = oneOf('forever', 'days', 'until_delivered')(found.keep, `${path}.keep`)
  return keep === 'days' ? { keep, days: count(found.days, `${path}.days`) } : { keep }
}

const history = oneOf('since_joined', 'all')
const kind = oneOf('direct', 'group', 'channel')
const role = oneOf('member', 'admin', 'owner')
const serverRole = oneOf('member', 'admin')

export const user = object<Wire.User>({ id, handle: optional(text), display_name: text, deleted: optional(flag) })

export const account = object<Wire.Account>({ user, role: serverRole, send_read_receipts: flag, share_presence: flag, created_at: time })

export const session = object<Wire.Session>({ device: id, name: text, created_at: time, last_seen_at: time, current: flag })

export const newSession = object<Wire.NewSession>({ token: text, device: id, account })

export const contact = object<Wire.Contact>({ user, state: oneOf('none', 'requested', 'pending', 'accepted') })

const receiptMembers = { user: id, delivered: count, read: count }
export const receipt = object<Wire.Receipt>(receiptMembers)

const readStateMembers = { delivered: count, read: count, unread: count, mentions: count, marked_unread: flag }
export const readState = object<Wire.ReadState>(readStateMembers)

const reaction = object<Wire.Reaction>({ emoji: text, users: list(id) })

export const message = object<Wire.Message>({
  conversation: id,
  seq: count,
  id,
  sender: id,
  at: time,
  text: optional(text),
  mentions: optional(list(id)),
  reply_to: optional(count),
  edited_at: optional(time),
  deleted: optional(flag),
  pinned: optional(flag),
  reactions: optional(list(reaction)),
})

const interval = object<Wire.Interval>({ from: count, to: optional(count) })

export const head = object<Wire.Head>({
  ...readStateMembers,
  id,
  kind,
  title: optional(text),
  description: optional(text),
  peer: optional(id),
  peer_receipt: optional(receipt),
  role: optional(role),
  member_count: count,
  last_seq: count,
  trimmed_seq: count,
  readable: list(interval),
  muted_until: optional(time),
  pinned: flag,
  archived: flag,
  retention,
  history,
  last_message: optional(message),
  created_at: time,
  updated_at: time,
})

const limits = object<Wire.Limits>({
  group_members_max: count,
  frame_bytes_max: count,
  message_text_bytes_max: count,
  outbound_queue_bytes_max: count,
  hello_timeout_ms: count,
  heartbeat_ms: count,
  dead_after_ms: count,
  page_events_max: count,
  json_depth_max: count,
  watched_users_max: count,
  mentions_max: count,
  reactions_per_message_max: count,
  pins_max: count,
  devices_per_user_max: count,
  conversations_per_user_max: count,
  contacts_per_user_max: count,
  invites_max: count,
  resume_events_max: count,
  long_poll_seconds_max: count,
  presence_grace_ms: count,
  send_key_days: count,
})

export const serverInfo = object<Wire.ServerInfo>({
  name: text,
  version: text,
  registration: oneOf('open', 'invite', 'closed'),
  empty: flag,
  limits,
})

export const presence = object<Wire.Presence>({
  user: id,
  state: oneOf('online', 'away', 'offline', 'hidden'),
  last_active_at: optional(time),
})

export const snapshot = object<Wire.Snapshot>({
  user: id,
  device: id,
  epoch: count,
  cursor: text,
  resumed: flag,
  heartbeat_ms: count,
  limits,
  account,
  conversations: list(head),
  contacts: list(contact),
  blocked: list(id),
  users: list(user),
})

// ---- events

const inLog = { conversation: id, seq: count, id, sender: id, at: time, event: text }
const content = { text: optional(text), mentions: optional(list(id)) }

const headAndUsers = { event: text, head, users: list(user) }

/** By name of the event; what is not here is unknown and ignored. */
const EVENTS: { readonly [Name in Wire.ServerEvent['event']]: Shape<unknown> } = {
  created: object({ ...inLog, kind, title: optional(text), description: optional(text), history, retention }),
  message: object({ ...inLog, ...content, reply_to: optional(count) }),
  edit: object({ ...inLog, ...content, target: count }),
  delete: object({ ...inLog, target: count }),
  reaction: object({ ...inLog, target: count, emoji: text, on: flag }),
  pin: object({ ...inLog, target: count, on: flag }),
  member_added: object({ ...inLog, user: id, role }),
  member_removed: object({ ...inLog, user: id, reason: oneOf('left', 'removed', 'account_deleted') }),
  role_changed: object({ ...inLog, user: id, role }),
  details_changed: object({ ...inLog, title: optional(text), description: optional(text) }),
  retention_changed: object({ ...inLog, retention }),
  history_changed: object({ ...inLog, history }),
  conversation: object(headAndUsers),
  gap: object(headAndUsers),
  receipt: object({ event: text, conversation: id, ...receiptMembers }),
  read_state: object({ event: text, conversation: id, last_seq: count, ...readStateMembers }),
  typing: object({ event: text, conversation: id, user: id, on: flag }),
  presence: object({ event: text, users: list(presence) }),
  user: object({ event: text, user }),
  account: object({ event: text, account }),
  contact: object({ event: text, contact }),
  block: object({ event: text, user: id, blocked: flag }),
  sessions: object({ event: text, sessions: list(session) }),
  cursor: object({ event: text, cursor: text }),
  goodbye: object({ event: text, code: count, reconnect_after_ms: list(count) }),
}

const LOG_EVENTS: ReadonlySet<string> = new Set<Wire.LogEventName>([
  'created',
  'message',
  'edit',
  'delete',
  'reaction',
  'pin',
  'member_added',
  'member_removed',
  'role_changed',
  'details_changed',
  'retention_changed',
  'history_changed',
])

/** True for entries of a log. */
export function isLogEvent(event: Wire.ServerEvent): event is Wire.LogEvent {
  return LOG_EVENTS.has(event.event)
}

function hasShape(name: string): name is Wire.ServerEvent['event'] {
  return Object.hasOwn(EVENTS, name)
}

/** An event; `undefined` for one whose name this version does not know. Throws {@link Misshapen} for a known one that is not of its form. */
export function serverEvent(value: unknown): Wire.ServerEvent | undefined {
  const name = text(record(value, '').event, 'event')
  if (!hasShape(name)) return undefined
  return EVENTS[name](value, '') as Wire.ServerEvent
}

const event: Shape<Wire.LogEvent> = (value, path) => {
  const found = serverEvent(value)
  if (found === undefined || !isLogEvent(found)) throw new Misshapen(path, 'an event of a log')
  return found
}

// ---- answers

export const sent = object<Wire.Sent>({ seq: count, id, at: time })

export const conversationDetails = object<Wire.ConversationDetails>({ head, users: list(user) })

export const messagePage = object<Wire.MessagePage>({
  messages: list(message),
  users: list(user),
  more_before: flag,
  more_after: flag,
  last_seq: count,
})

/** A page of raw events. One of an unknown name is left out: a newer server wrote it, and this version has nothing to show for it. */
export const eventPage: Shape<Wire.EventPage> = (value, path) => {
  const found = record(value, path)
  if (!Array.isArray(found.events)) throw new Misshapen(`${path}.events`, 'a list')
  const known = found.events.filter(item => hasShape(text(record(item, `${path}.events`).event, `${path}.events`)))
  return { events: list(event)(known, `${path}.events`), through: count(found.through, `${path}.through`), more: flag(found.more, `${path}.more`) }
}

export const problem = object<Wire.Problem>({ code: text, status: count, message: text, retry_after_ms: optional(count) })

export interface CheckedPoll {
  cursor: string
  snapshot: Wire.Snapshot | undefined
  /** Unread yet, so that one that is misshapen spoils no other. */
  events: unknown[]
}

export function pollAnswer(value: unknown): CheckedPoll {
  const found = record(value, '')
  const given = found.snapshot === undefined || found.snapshot === null ? undefined : snapshot(found.snapshot, 'snapshot')
  if (!Array.isArray(found.events)) throw new Misshapen('events', 'a list')
  return { cursor: text(found.cursor, 'cursor'), snapshot: given, events: found.events }
}
