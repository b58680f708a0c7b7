/**
 * What goes over the wire, as types. Names and members are those of the server's `protocol` crate.
 *
 * Nothing here runs. What arrives is checked once, in `check.ts`; from there on these types are trusted.
 */

/** An opaque decimal number in a string. */
export type UserId = string
export type DeviceId = string
export type ConversationId = string
export type EventId = string
export type InviteId = string
/** The place of an event in its conversation's log: 1, 2, 3 … without a gap. */
export type Seq = number
/** RFC 3339, UTC, milliseconds. For people, never for order. */
export type Timestamp = string
/** Opaque; keep it and give it back. */
export type Cursor = string

export type ConversationKind = 'direct' | 'group' | 'channel'
export type Role = 'member' | 'admin' | 'owner'
export type Retention = { keep: 'forever' } | { keep: 'days'; days: number } | { keep: 'until_delivered' }
export type HistoryVisibility = 'since_joined' | 'all'
export type RemovalReason = 'left' | 'removed' | 'account_deleted'
export type RegistrationMode = 'open' | 'invite' | 'closed'
export type ServerRole = 'member' | 'admin'
export type ContactState = 'none' | 'requested' | 'pending' | 'accepted'
export type PresenceState = 'online' | 'away' | 'offline' | 'hidden'

export interface Limits {
  group_members_max: number
  frame_bytes_max: number
  message_text_bytes_max: number
  outbound_queue_bytes_max: number
  hello_timeout_ms: number
  heartbeat_ms: number
  dead_after_ms: number
  page_events_max: number
  json_depth_max: number
  watched_users_max: number
  mentions_max: number
  reactions_per_message_max: number
  pins_max: number
  devices_per_user_max: number
  conversations_per_user_max: number
  contacts_per_user_max: number
  invites_max: number
  resume_events_max: number
  long_poll_seconds_max: number
  presence_grace_ms: number
  send_key_days: number
}

export interface User {
  id: UserId
  /** Absent once the account was deleted. */
  handle?: string
  display_name: string
  deleted?: boolean
}

export interface Account {
  user: User
  role: ServerRole
  send_read_receipts: boolean
  share_presence: boolean
  created_at: Timestamp
}

export interface Session {
  device: DeviceId
  name: string
  created_at: Timestamp
  last_seen_at: Timestamp
  current: boolean
}

export interface NewSession {
  token: string
  device: DeviceId
  account: Account
}

export interface Contact {
  user: User
  state: ContactState
}

export interface Receipt {
  user: UserId
  delivered: Seq
  read: Seq
}

export interface ReadState {
  delivered: Seq
  read: Seq
  unread: number
  mentions: number
  marked_unread: boolean
}

export interface PersonalSettings {
  muted_until?: Timestamp
  pinned: boolean
  archived: boolean
}

export interface Interval {
  from: Seq
  to?: Seq
}

export interface Reaction {
  emoji: string
  users: UserId[]
}

export interface Message {
  conversation: ConversationId
  seq: Seq
  id: EventId
  sender: UserId
  at: Timestamp
  text?: string
  mentions?: UserId[]
  reply_to?: Seq
  edited_at?: Timestamp
  deleted?: boolean
  pinned?: boolean
  reactions?: Reaction[]
}

export interface Head extends ReadState, PersonalSettings {
  id: ConversationId
  kind: ConversationKind
  title?: string
  description?: string
  /** The other one in a direct conversation (oneself in a conversation with oneself). */
  peer?: UserId
  peer_receipt?: Receipt
  /** Absent when I am no (longer a) member. */
  role?: Role
  member_count: number
  last_seq: Seq
  trimmed_seq: Seq
  /** The seqs that I may read, oldest first. Holes between them are no gap. */
  readable: Interval[]
  retention: Retention
  history: HistoryVisibility
  last_message?: Message
  created_at: Timestamp
  updated_at: Timestamp
}

export interface Member {
  user: User
  role: Role
  joined_seq: Seq
}

export interface Invite {
  id: InviteId
  code: string
  created_by: UserId
  created_at: Timestamp
  expires_at?: Timestamp
  uses_max?: number
  uses: number
}

export interface ChannelSummary {
  id: ConversationId
  title: string
  description?: string
  member_count: number
  joined: boolean
}

export interface InvitePreview {
  conversation: ConversationId
  kind: ConversationKind
  title: string
  description?: string
  member_count: number
  joined: boolean
}

export interface Presence {
  user: UserId
  state: PresenceState
  last_active_at?: Timestamp
}

export interface ServerInfo {
  name: string
  version: string
  registration: RegistrationMode
  /** True while there is no account: whoever registers first becomes admin. */
  empty: boolean
  limits: Limits
}

export interface AdminUser {
  user: User
  role: ServerRole
  disabled: boolean
  created_at: Timestamp
  last_active_at?: Timestamp
}

export interface Figures {
  users: number
  conversations: number
  messages: number
  connections: number
  store_bytes: number
}

// ---- the log

interface InLog {
  conversation: ConversationId
  seq: Seq
  id: EventId
  sender: UserId
  at: Timestamp
}

export interface Content {
  text?: string
  mentions?: UserId[]
}

export type EventBody =
  | {
      event: 'created'
      kind: ConversationKind
      title?: string
      description?: string
      history: HistoryVisibility
      retention: Retention
    }
  | ({ event: 'message'; reply_to?: Seq } & Content)
  | ({ event: 'edit'; target: Seq } & Content)
  | { event: 'delete'; target: Seq }
  | { event: 'reaction'; target: Seq; emoji: string; on: boolean }
  | { event: 'pin'; target: Seq; on: boolean }
  | { event: 'member_added'; user: UserId; role: Role }
  | { event: 'member_removed'; user: UserId; reason: RemovalReason }
  | { event: 'role_changed'; user: UserId; role: Role }
  | { event: 'details_changed'; title?: string; description?: string }
  | { event: 'retention_changed'; retention: Retention }
  | { event: 'history_changed'; history: HistoryVisibility }

/** One entry of a log. */
export type LogEvent = InLog & EventBody
export type LogEventName = EventBody['event']

/** What is said unasked and stands in no log. */
export type OtherEvent =
  | { event: 'conversation'; head: Head; users: User[] }
  | { event: 'gap'; head: Head; users: User[] }
  | ({ event: 'receipt'; conversation: ConversationId } & Receipt)
  | ({ event: 'read_state'; conversation: ConversationId; last_seq: Seq } & ReadState)
  | { event: 'typing'; conversation: ConversationId; user: UserId; on: boolean }
  | { event: 'presence'; users: Presence[] }
  | { event: 'user'; user: User }
  | { event: 'account'; account: Account }
  | { event: 'contact'; contact: Contact }
  | { event: 'block'; user: UserId; blocked: boolean }
  | { event: 'sessions'; sessions: Session[] }
  | { event: 'cursor'; cursor: Cursor }
  | { event: 'goodbye'; code: number; reconnect_after_ms: [number, number] }

export type ServerEvent = LogEvent | OtherEvent

export interface Snapshot {
  user: UserId
  device: DeviceId
  epoch: number
  cursor: Cursor
  resumed: boolean
  heartbeat_ms: number
  limits: Limits
  account: Account
  conversations: Head[]
  contacts: Contact[]
  blocked: UserId[]
  users: User[]
}

export interface PollAnswer {
  cursor: Cursor
  snapshot?: Snapshot
  events: ServerEvent[]
}

// ---- refusals

export type ErrorCode =
  | 'invalid_request'
  | 'unknown_operation'
  | 'method_not_allowed'
  | 'unauthenticated'
  | 'wrong_credentials'
  | 'account_disabled'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'handle_taken'
  | 'key_reused'
  | 'limit_reached'
  | 'weak_password'
  | 'registration_closed'
  | 'invalid_invite'
  | 'too_large'
  | 'rate_limited'
  | 'overloaded'
  | 'unavailable'
  | 'internal'

export interface Problem {
  /** Stable; decide by it. A client must live with codes that it does not know. */
  code: ErrorCode | (string & {})
  status: number
  message: string
  retry_after_ms?: number
}

// ---- answers

export interface Sent {
  seq: Seq
  id: EventId
  at: Timestamp
}
export interface ConversationDetails {
  head: Head
  users: User[]
}
export interface MessagePage {
  messages: Message[]
  users: User[]
  more_before: boolean
  more_after: boolean
  last_seq: Seq
}
export interface EventPage {
  events: LogEvent[]
  through: Seq
  more: boolean
}
/** An answer that says no more than that it was done. */
export type Done = Record<string, never>
