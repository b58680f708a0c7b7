/**
 * The interface between the screen and everything below it. The screen reads sources and calls commands; it knows of no socket, database or worker.
 *
 * - A {@link Source} is made for `useSyncExternalStore(source.subscribe, source.get)`: `get` gives the same object until something changed, and asking a
 *   client twice for the same source (`client.user(id)`) gives the same source. What did not change keeps its identity, so memoised rows stay put.
 * - A command is an async function. It rejects with a {@link Refusal} and nothing else. What is written to a conversation is taken at once, also offline:
 *   it shows in the timeline as pending, is kept in the outbox over reload and restart, and is sent exactly once.
 * - Text that comes from here is what somebody typed: show it as text.
 *
 * To get a client: `startClient()` in `./index.ts`; for a look without a node, `startFakeClient()` in `../dev/fake.ts`.
 */

import type {
  Account,
  AdminUser,
  ChannelSummary,
  Contact,
  ConversationId,
  ConversationKind,
  DeviceId,
  Figures,
  HistoryVisibility,
  Invite,
  InviteId,
  InvitePreview,
  Limits,
  LogEvent,
  Member,
  Presence,
  Reaction,
  Receipt,
  RegistrationMode,
  Retention,
  Role,
  Seq,
  ServerInfo,
  ServerRole,
  Session,
  Timestamp,
  User,
  UserId,
} from '../api/wire.ts'

export type * from '../api/wire.ts'

/** A value that changes. Both members may be passed on without their object. */
export interface Source<T> {
  readonly get: () => T
  readonly subscribe: (listener: () => void) => () => void
}

/** Why a command was not done. `code` is one of the server's (`ErrorCode`), or one of those that only a client can say. */
export interface Refusal {
  readonly code: string
  /** For people, in the server's words; the screen may have better ones for the code. */
  readonly message: string
  readonly retryAfterMs?: number
}

/** The codes that only a client says. */
export type ClientCode =
  /** The server cannot be reached now. Nothing is known to have changed. */
  | 'offline'
  /** No answer came in time. It may have been done: commands that make something carry a key, so trying again is safe. */
  | 'timeout'
  /** The session ended while the command was under way. */
  | 'logged_out'
  /** The server said something that this version does not understand. */
  | 'not_understood'

/** Where the person stands: the first thing that a screen decides by. */
export type SessionView =
  /** The database is being opened. Lasts some milliseconds: show nothing. */
  | { readonly phase: 'starting' }
  | {
      readonly phase: 'logged_out'
      /** Why, when it was not the person's own doing in this tab. */
      readonly reason?: 'revoked' | 'other_tab' | 'account_deleted' | undefined
    }
  | {
      readonly phase: 'logged_in'
      readonly user: UserId
      readonly device: DeviceId
      readonly limits: Limits
      /** False until the first snapshot came: the list may be empty because nothing is known yet. Show the shape of what comes. */
      readonly loaded: boolean
    }

export type Transport = 'websocket' | 'sse' | 'poll'

export interface ConnectionView {
  readonly state: /** Not logged in. */
    | 'idle'
    /** The first attempt of a series. Say nothing before 2 s (`since`). */
    | 'connecting'
    | 'connected'
    /** Attempts fail; the next is at `retryAt`. */
    | 'waiting'
    /** The machine says that it has no network. */
    | 'offline'
    /** The server told this client to stay away; `problem` says why. Only reloading or logging in anew helps. */
    | 'stopped'
  readonly transport?: Transport | undefined
  /** Unix milliseconds at which this state began. */
  readonly since: number
  readonly retryAt?: number | undefined
  /** Why the last attempt failed, or why it is stopped. */
  readonly problem?: Refusal | undefined
}

/** Where things are kept. `memory` means that a reload loses what is here: say so, once. */
export type StorageView =
  | { readonly kind: 'database' }
  | {
      readonly kind: 'memory'
      readonly reason: /** The browser gives no database (private mode). */
        | 'unavailable'
        /** Another version of this app holds it and does not let go: close the other tabs. */
        | 'blocked'
        /** The disk or the browser's allowance is full. */
        | 'full'
        /** It could not be read or written. */
        | 'broken'
    }

export interface Totals {
  /** Unread messages in conversations that are not muted. */
  readonly unread: number
  readonly mentions: number
  /** Contact requests that wait for an answer of mine. */
  readonly requests: number
}

/** How far a message is. In groups `delivered` and `read` mean by everybody. */
export type MessageState = 'pending' | 'sent' | 'delivered' | 'read' | 'failed'

/** A row of the conversation list, and the head of the open conversation. */
export interface ConversationView {
  readonly id: ConversationId
  readonly kind: ConversationKind
  /** Title, or the other one's name. Empty when it is not known yet. */
  readonly name: string
  readonly description?: string | undefined
  readonly peer?: UserId | undefined
  /** A conversation with oneself. */
  readonly withSelf: boolean
  /** Absent when I am no member (any more): the composer is gone then. */
  readonly role?: Role | undefined
  readonly memberCount: number
  readonly unread: number
  readonly mentions: number
  readonly markedUnread: boolean
  readonly mutedUntil?: Timestamp | undefined
  /** Whether that time is still to come. */
  readonly muted: boolean
  readonly pinned: boolean
  readonly archived: boolean
  readonly retention: Retention
  readonly history: HistoryVisibility
  readonly lastSeq: Seq
  readonly trimmedSeq: Seq
  readonly readSeq: Seq
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
  readonly lastMessage?: LastMessage | undefined
  /** Beginning of what was written and not sent. */
  readonly draft?: string | undefined
  /** Who types now. Without me. */
  readonly typing: readonly UserId[]
}

export interface LastMessage {
  readonly sender: UserId
  readonly at: Timestamp
  /** Absent once deleted. */
  readonly text?: string | undefined
  readonly deleted: boolean
  readonly own: boolean
  /** For own ones. */
  readonly state: MessageState
}

export interface MessageItem {
  readonly type: 'message'
  /** Stays the same from pending to confirmed. Use it as React's key. */
  readonly key: string
  /** Absent while pending or failed. */
  readonly seq?: Seq | undefined
  readonly sender: UserId
  readonly own: boolean
  /** Server's time, or this machine's while pending. */
  readonly at: Timestamp
  /** Absent once deleted. */
  readonly text?: string | undefined
  readonly mentions: readonly UserId[]
  /** The text mentions me. */
  readonly mentionsMe: boolean
  readonly reply?: ReplyView | undefined
  readonly editedAt?: Timestamp | undefined
  readonly deleted: boolean
  readonly pinned: boolean
  readonly reactions: readonly Reaction[]
  /** For own ones; others' are always `sent`. */
  readonly state: MessageState
  /** A change of mine (edit, deletion, reaction, pin) waits to be sent; what is shown has it already. */
  readonly changing: boolean
  /** Why it failed. */
  readonly problem?: Refusal | undefined
}

/** The message that another one answers. */
export interface ReplyView {
  readonly seq: Seq
  /** Absent until it is known: it is being fetched, or gone. */
  readonly sender?: UserId | undefined
  readonly text?: string | undefined
  readonly deleted: boolean
}

/** Something other than a message: somebody joined, the title changed … */
export interface NoticeItem {
  readonly type: 'notice'
  readonly key: string
  readonly seq: Seq
  readonly sender: UserId
  readonly at: Timestamp
  readonly event: LogEvent
}

export type TimelineItem = MessageItem | NoticeItem

export interface TimelineView {
  readonly conversation: ConversationId
  /** `failed`: nothing is held and nothing could be fetched; `problem` says why. `ready` may still be offline. */
  readonly phase: 'loading' | 'ready' | 'failed'
  readonly problem?: Refusal | undefined
  /** Oldest first; own pending ones last. */
  readonly items: readonly TimelineItem[]
  readonly moreBefore: boolean
  /** True when the window does not reach the newest: show "jump to newest". */
  readonly moreAfter: boolean
  readonly loadingBefore: boolean
  readonly loadingAfter: boolean
  /** The newest change added or took away items at the start: keep the scroll position from the end (virtua's `shift`). */
  readonly shifted: boolean
  /** My read watermark when the timeline was opened: the "new" line stands before the first message of others after it. Absent when there was none. */
  readonly unreadAfter?: Seq | undefined
  /** Where to scroll, and a number that grows with each wish, so that the same target can be asked for twice. Absent: the newest, on opening. */
  readonly target?: { readonly seq: Seq; readonly wish: number } | undefined
  /** Grows when the window was put somewhere else as a whole: forget the scroll position. */
  readonly generation: number
}

/** An open timeline: a window over a conversation's log. Close it when it leaves the screen. */
export interface Timeline {
  readonly view: Source<TimelineView>
  /** Wishes for older items; twice is once. */
  readonly loadBefore: () => void
  /** Wishes for newer items; twice is once. */
  readonly loadAfter: () => void
  /** Puts the window around a message. Resolves to false when it is gone or not readable. */
  readonly jumpTo: (seq: Seq) => Promise<boolean>
  readonly jumpToNewest: () => void
  /** The person has seen everything up to here (the window has focus and it was on the screen). This alone makes things read. */
  readonly seen: (seq: Seq) => void
  readonly close: () => void
}

export interface Draft {
  readonly text: string
  readonly mentions: readonly UserId[]
  readonly replyTo?: Seq | undefined
  /** The message that is being edited. */
  readonly editing?: Seq | undefined
}

export interface NewMessage {
  readonly text: string
  readonly mentions?: readonly UserId[]
  readonly replyTo?: Seq | undefined
}

/** A message of somebody else came that deserves a notification. Told to one tab only, and to none while the conversation is being looked at. */
export interface Arrival {
  readonly conversation: ConversationId
  readonly seq: Seq
  /** Name of the conversation. */
  readonly name: string
  readonly sender: User | undefined
  readonly text: string
  readonly mentionsMe: boolean
}

export interface SearchHit {
  readonly conversation: ConversationId
  readonly seq: Seq
  readonly sender: UserId
  readonly at: Timestamp
  readonly text: string
}

export interface MemberPage {
  readonly members: readonly Member[]
  /** Give it as `after` to go on; absent at the end. */
  readonly next?: UserId | undefined
}
export interface ChannelPage {
  readonly channels: readonly ChannelSummary[]
  readonly next?: ConversationId | undefined
}
export interface AdminUserPage {
  readonly users: readonly AdminUser[]
  readonly next?: UserId | undefined
}

export interface NewConversation {
  readonly kind: 'group' | 'channel'
  readonly title: string
  readonly description?: string
  readonly members?: readonly UserId[]
  readonly history?: HistoryVisibility
  readonly retention?: Retention
}

export interface InviteTerms {
  readonly lifetimeSeconds?: number
  readonly usesMax?: number
}

/** What the screen may read. */
export interface Sources {
  readonly session: Source<SessionView>
  /** What the server says of itself; asked for at the start. */
  readonly server: Source<ServerInfo | undefined>
  readonly connection: Source<ConnectionView>
  readonly storage: Source<StorageView>
  readonly account: Source<Account | undefined>
  /** Pinned ones first, then by last change; archived ones are in it too (see `archived`). */
  readonly conversations: Source<readonly ConversationView[]>
  readonly totals: Source<Totals>
  /** Contacts and requests (`state` tells). */
  readonly contacts: Source<readonly Contact[]>
  readonly blocked: Source<readonly UserId[]>
  /** Undefined until `loadSessions` was called. */
  readonly sessions: Source<readonly Session[] | undefined>

  readonly conversation: (id: ConversationId) => Source<ConversationView | undefined>
  readonly user: (id: UserId) => Source<User | undefined>
  /** Kept current for who is watched (`watchPresence`). */
  readonly presence: (id: UserId) => Source<Presence | undefined>
  readonly draft: (id: ConversationId) => Source<Draft | undefined>
  /** Watermarks of the others, while a timeline of the conversation is open. */
  readonly receipts: (id: ConversationId) => Source<readonly Receipt[]>
}

/** What the screen may ask. Every one rejects with a {@link Refusal}. */
export interface Commands {
  // Getting in and out
  loadServer(): Promise<ServerInfo>
  register(args: { handle: string; password: string; displayName?: string; invite?: string }): Promise<void>
  logIn(args: { handle: string; password: string }): Promise<void>
  /** Ends the session on the server when it can be reached, and wipes everything from this browser in any case, in all tabs. */
  logOut(): Promise<void>

  // Myself
  updateAccount(change: { displayName?: string; sendReadReceipts?: boolean; sharePresence?: boolean }): Promise<void>
  changePassword(args: { current: string; new: string }): Promise<void>
  deleteAccount(args: { password: string }): Promise<void>
  loadSessions(): Promise<void>
  revokeSession(device: DeviceId): Promise<void>

  // People
  /** Finds by exact handle; a leading @ and upper case do no harm. */
  findUser(handle: string): Promise<User>
  requestContact(user: UserId): Promise<void>
  acceptContact(user: UserId): Promise<void>
  declineContact(user: UserId): Promise<void>
  removeContact(user: UserId): Promise<void>
  block(user: UserId): Promise<void>
  unblock(user: UserId): Promise<void>

  // Conversations
  openDirect(user: UserId): Promise<ConversationId>
  createConversation(args: NewConversation): Promise<ConversationId>
  updateConversation(
    id: ConversationId,
    change: { title?: string; description?: string; retention?: Retention; history?: HistoryVisibility },
  ): Promise<void>
  /** Until when; `null` ends it. Settings show at once and are sent when the server is back. */
  mute(id: ConversationId, until: Timestamp | null): Promise<void>
  setPinned(id: ConversationId, on: boolean): Promise<void>
  setArchived(id: ConversationId, on: boolean): Promise<void>
  setMarkedUnread(id: ConversationId, on: boolean): Promise<void>
  /** Everything in it counts as seen. */
  markRead(id: ConversationId): Promise<void>
  listChannels(args: { query?: string; after?: ConversationId }): Promise<ChannelPage>
  joinChannel(id: ConversationId): Promise<ConversationId>
  listMembers(id: ConversationId, after?: UserId): Promise<MemberPage>
  addMember(id: ConversationId, user: UserId): Promise<void>
  setRole(id: ConversationId, user: UserId, role: Role): Promise<void>
  removeMember(id: ConversationId, user: UserId): Promise<void>
  leave(id: ConversationId): Promise<void>
  /** Fetches a conversation that is not in my list (a channel to look at before joining, a deep link). */
  loadConversation(id: ConversationId): Promise<void>

  // Invite links. The screen makes the address from the code.
  listInvites(id: ConversationId): Promise<readonly Invite[]>
  createInvite(id: ConversationId, terms: InviteTerms): Promise<Invite>
  revokeInvite(id: ConversationId, invite: InviteId): Promise<void>
  previewInvite(code: string): Promise<InvitePreview>
  acceptInvite(code: string): Promise<ConversationId>

  // Writing. Resolves when it is in the outbox, with the item's key.
  send(id: ConversationId, message: NewMessage): Promise<string>
  /** Tries a failed one again, with the same key. */
  retry(key: string): Promise<void>
  /** Takes back a pending or failed one that has not left yet. Resolves to false when it may have left already. */
  discard(key: string): Promise<boolean>
  edit(id: ConversationId, seq: Seq, message: { text: string; mentions?: readonly UserId[] }): Promise<void>
  deleteMessage(id: ConversationId, seq: Seq): Promise<void>
  react(id: ConversationId, seq: Seq, emoji: string, on: boolean): Promise<void>
  pin(id: ConversationId, seq: Seq, on: boolean): Promise<void>
  listPins(id: ConversationId): Promise<readonly MessageItem[]>
  /** Who has it and who has read it. Empty in channels. */
  listReceipts(id: ConversationId): Promise<readonly Receipt[]>
  /** Keeps what is being written. An empty text without reply forgets it. */
  saveDraft(id: ConversationId, draft: Draft): Promise<void>
  /** Call it on each key press; it is told onwards at most every 4 s, and its end by itself. */
  typing(id: ConversationId): void
  /** Messages held on this device that contain all words of the query, newest first. */
  search(query: string, within?: ConversationId): Promise<readonly SearchHit[]>

  // Of the screen itself
  /** Users on the screen, whole; replaces what this tab watched before. */
  watchPresence(users: readonly UserId[]): void
  /** Whether the person looks at this tab. */
  setActive(active: boolean): void
  /** Asks for users that are not known yet (mentions in old messages); twice is once. */
  loadUsers(ids: readonly UserId[]): void
  /** Tries to connect now rather than at `retryAt`. */
  reconnect(): void

  // Administration
  adminListUsers(args: { query?: string; after?: UserId }): Promise<AdminUserPage>
  adminCreateUser(args: { handle: string; password: string; displayName?: string; role?: ServerRole }): Promise<AdminUser>
  adminUpdateUser(user: UserId, change: { disabled?: boolean; role?: ServerRole }): Promise<AdminUser>
  adminResetPassword(user: UserId, password: string): Promise<void>
  adminListInvites(): Promise<readonly Invite[]>
  adminCreateInvite(terms: InviteTerms): Promise<Invite>
  adminRevokeInvite(invite: InviteId): Promise<void>
  adminUpdateSettings(change: { registration?: RegistrationMode; name?: string }): Promise<void>
  adminFigures(): Promise<Figures>
}

export interface Client extends Sources {
  readonly commands: Commands
  readonly openTimeline: (id: ConversationId) => Timeline
  /** Calls back for each {@link Arrival}. Returns how to stop. */
  readonly onArrival: (listener: (arrival: Arrival) => void) => () => void
  /** For tests and hot reload: lets go of the worker. */
  readonly close: () => void
}

/** True for what a command rejected with. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value
}
