/**
 * The one reducer: `apply(state, input)` is all that changes confirmed state. It is pure, and lives with everything that the wire may do: an event may come
 * twice, late, or before its predecessor. The law: what a snapshot and the events after it give is what a fresh snapshot gives.
 */

import { isLogEvent } from '../api/check.ts'
import type {
  ConversationId,
  EventPage,
  Head,
  LogEvent,
  MessagePage,
  OtherEvent,
  Receipt,
  ServerEvent,
  Session,
  Snapshot,
  User,
  UserId,
} from '../api/wire.ts'
import { advance, conversationOf, raised, withHead, withReadState } from './head.ts'
import { append, type Entry, emptyLog, keepOnly, type Log, type PageRange, withNotices, withPage, withSegmentThrough, withStored } from './log.ts'
import { nextReadable } from './readable.ts'
import { type Conversation, EMPTY_STATE, put, type State, without } from './state.ts'

export type Input =
  /** Where everything starts, or goes on from. */
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'event'; readonly event: ServerEvent }
  /** A head that was asked for. `listed` when it belongs into my list. */
  | { readonly type: 'head'; readonly head: Head; readonly users: readonly User[]; readonly listed: boolean }
  /** Raw events that fill a hole. */
  | { readonly type: 'events'; readonly conversation: ConversationId; readonly page: EventPage }
  | { readonly type: 'page'; readonly conversation: ConversationId; readonly page: MessagePage; readonly range: PageRange }
  /** Entries out of the database. */
  | { readonly type: 'stored'; readonly conversation: ConversationId; readonly entries: readonly Entry[]; readonly range: PageRange }
  | { readonly type: 'notices'; readonly conversation: ConversationId; readonly events: readonly LogEvent[] }
  /** Lets go of everything outside these ranges, to save memory. */
  | { readonly type: 'keep'; readonly conversation: ConversationId; readonly ranges: readonly PageRange[] }
  /** Lets go of the whole log, because too much was missed to catch up. */
  | { readonly type: 'forget'; readonly conversation: ConversationId }
  | { readonly type: 'receipts'; readonly conversation: ConversationId; readonly receipts: readonly Receipt[] }
  | { readonly type: 'users'; readonly users: readonly User[] }
  | { readonly type: 'sessions'; readonly sessions: readonly Session[] }
  /** Whom somebody blocked, presence, typing: nothing is known to be current any more. */
  | { readonly type: 'disconnected' }
  | { readonly type: 'logged_out' }

/** Events that wait for their predecessors; past that the hole is filled by pages, which bring them again. */
const AHEAD_MAX = 500

export function apply(state: State, input: Input): State {
  switch (input.type) {
    case 'snapshot':
      return applySnapshot(state, input.snapshot)
    case 'event':
      return isLogEvent(input.event) ? applyLogEvent(state, input.event) : applyOther(state, input.event)
    case 'head':
      return applyHead(state, input.head, input.users, input.listed)
    case 'events':
      return change(state, input.conversation, conversation => withLast(filled(conversation, input.page, state.me)))
    case 'page': {
      const next = change(state, input.conversation, conversation => {
        const log = withPage(conversation.log, input.page, input.range, conversation.head.readable)
        return log === conversation.log ? conversation : withLast({ ...conversation, log, held: true })
      })
      return withUsers(next, input.page.users)
    }
    case 'stored':
      return change(state, input.conversation, conversation => ({
        ...conversation,
        log: withStored(conversation.log, input.entries, input.range, conversation.head.readable),
      }))
    case 'notices':
      return change(state, input.conversation, conversation => ({ ...conversation, log: withNotices(conversation.log, input.events) }))
    case 'keep':
      return change(state, input.conversation, conversation => withLog(conversation, keepOnly(conversation.log, input.ranges)))
    case 'forget':
      return change(state, input.conversation, conversation => ({
        ...conversation,
        log: emptyLog(conversation.head.last_seq),
        ahead: [],
        held: false,
      }))
    case 'receipts':
      return change(state, input.conversation, conversation => ({
        ...conversation,
        receipts: input.receipts.filter(({ user }) => user !== state.me).reduce(raised, conversation.receipts),
      }))
    case 'users':
      return withUsers(state, input.users)
    case 'sessions':
      return { ...state, sessions: input.sessions }
    case 'disconnected':
      return state.typing.size + state.presence.size === 0 ? state : { ...state, typing: new Map(), presence: new Map() }
    case 'logged_out':
      return EMPTY_STATE
  }
}

/** What must be fetched so that the log has no hole: events after this seq. `undefined` when nothing is missing. */
export function missingAfter({ head, log, ahead, held }: Conversation): number | undefined {
  return ahead.length > 0 || (held && log.through < head.last_seq) ? log.through : undefined
}

function withLog(conversation: Conversation, log: Log): Conversation {
  return log === conversation.log ? conversation : { ...conversation, log }
}

function change(state: State, id: ConversationId, with_: (conversation: Conversation) => Conversation): State {
  const known = state.conversations.get(id)
  if (known === undefined) return state
  const next = with_(known)
  return next === known ? state : { ...state, conversations: put(state.conversations, id, next) }
}

function withUsers(state: State, users: readonly User[]): State {
  const changed = users.filter(user => !isSameUser(state.users.get(user.id), user))
  if (changed.length === 0) return state
  return { ...state, users: new Map([...state.users, ...changed.map(user => [user.id, user] as const)]) }
}

function isSameUser(known: User | undefined, user: User): boolean {
  return known !== undefined && known.handle === user.handle && known.display_name === user.display_name && known.deleted === user.deleted
}

function applySnapshot(state: State, snapshot: Snapshot): State {
  const kept = snapshot.resumed ? state : EMPTY_STATE
  const conversations = new Map(kept.conversations)
  for (const head of snapshot.conversations) {
    const known = conversations.get(head.id)
    conversations.set(head.id, known === undefined ? conversationOf(head, true) : withHead(known, head, true))
  }
  const contacts = new Map(kept.contacts)
  for (const contact of snapshot.contacts) {
    if (contact.state === 'none') contacts.delete(contact.user.id)
    else contacts.set(contact.user.id, contact)
  }
  const { user: me, device, epoch, cursor, limits, account } = snapshot
  const next: State = {
    ...kept,
    me,
    device,
    epoch,
    cursor,
    limits,
    account,
    conversations,
    contacts,
    blocked: new Set(snapshot.blocked),
    sessions: state.sessions,
  }
  return withUsers(next, [account.user, ...snapshot.users, ...snapshot.contacts.map(contact => contact.user)])
}

function applyHead(state: State, head: Head, users: readonly User[], listed: boolean): State {
  const known = state.conversations.get(head.id)
  const next = known === undefined ? conversationOf(head, listed) : drained(withHead(known, head, listed), state.me)
  return withUsers({ ...state, conversations: put(state.conversations, head.id, next) }, users)
}

function applyLogEvent(state: State, event: LogEvent): State {
  const next = change(state, event.conversation, conversation => withLast(received(conversation, event, state.me)))
  // Who has written types no more.
  if (next === state || event.event !== 'message') return next
  return withTyping(next, event.conversation, event.sender, false)
}

/** The conversation after an event from wherever it came, in whatever order. */
function received(conversation: Conversation, event: LogEvent, me: UserId | undefined): Conversation {
  const { head, log, ahead } = conversation
  if (event.seq <= log.through && event.seq <= head.last_seq) return conversation
  // Somebody took me in (again): this event is the first that I may read.
  const isMyOwnEntry = event.event === 'member_added' && event.user === me && nextReadable(head.readable, head.last_seq) === undefined
  const next = isMyOwnEntry ? { ...conversation, head: { ...head, readable: [...head.readable, { from: event.seq }] } } : conversation

  const place = ahead.findIndex(waiting => waiting.seq >= event.seq)
  if (place >= 0 && ahead[place]?.seq === event.seq) return drained(conversation, me)
  const waiting = place < 0 ? [...ahead, event] : ahead.toSpliced(place, 0, event)
  // The head may go on although the log has still to catch up with it.
  const advanced = event.seq === nextReadable(next.head.readable, next.head.last_seq) ? advance(next, event, me) : next
  return drained({ ...advanced, ahead: waiting.slice(0, AHEAD_MAX) }, me)
}

/** Applies what waits, as far as it follows without a hole. */
function drained(conversation: Conversation, me: UserId | undefined): Conversation {
  let current = conversation
  let [event] = current.ahead
  while (event !== undefined) {
    if (event.seq > current.log.through) {
      if (event.seq !== nextReadable(current.head.readable, current.log.through)) return current
      if (event.seq > current.head.last_seq) current = advance(current, event, me)
      current = { ...current, log: append(current.log, event, current.head.readable), held: true }
    }
    current = { ...current, ahead: current.ahead.slice(1) }
    event = current.ahead[0]
  }
  return current
}

/** The conversation with a page of raw events. What the page leaves out up to `through` is not for me, or of a kind that this version does not know. */
function filled(conversation: Conversation, page: EventPage, me: UserId | undefined): Conversation {
  let next = conversation
  for (const event of page.events) {
    // Seqs that the page steps over are no hole.
    if (event.seq > next.log.through + 1) next = passed(next, event.seq - 1)
    next = received(next, event, me)
  }
  return drained(passed(next, page.through), me)
}

function passed(conversation: Conversation, through: number): Conversation {
  const { head, log } = conversation
  if (through <= log.through) return conversation
  return {
    ...conversation,
    head: through > head.last_seq ? { ...head, last_seq: through } : head,
    counted: Math.max(conversation.counted, through),
    log: withSegmentThrough(log, through, head.readable),
  }
}

/** A head may come without its last message (a long list leaves some out), or know an older one than the log does by now. */
function withLast(conversation: Conversation): Conversation {
  const { head, log } = conversation
  const end = log.segments.at(-1)
  const entry = end?.entries.findLast(candidate => candidate.type === 'message')
  // A page from the middle of the log says nothing of its end.
  if (end === undefined || end.to < log.through || entry?.type !== 'message') return conversation
  const known = head.last_message?.seq ?? 0
  const isNewer = entry.seq > known || (entry.seq === known && log.through >= head.last_seq && entry.message !== head.last_message)
  if (!isNewer) return conversation
  return { ...conversation, head: { ...head, last_message: entry.message } }
}

function withTyping(state: State, id: ConversationId, user: UserId, on: boolean): State {
  const typing = state.typing.get(id)
  if ((typing?.has(user) ?? false) === on) return state
  const next = new Set(typing)
  if (on) next.add(user)
  else next.delete(user)
  return { ...state, typing: next.size === 0 ? without(state.typing, id) : put(state.typing, id, next) }
}

function applyOther(state: State, event: OtherEvent): State {
  switch (event.event) {
    case 'conversation':
    case 'gap':
      return applyHead(state, event.head, event.users, true)
    case 'receipt': {
      if (event.user === state.me) return state
      const { user, delivered, read } = event
      return change(state, event.conversation, conversation => {
        const receipts = raised(conversation.receipts, { user, delivered, read })
        if (receipts === conversation.receipts) return conversation
        const peer = receipts.get(user)
        const isPeers = conversation.head.peer === user && peer !== undefined
        return { ...conversation, receipts, head: isPeers ? { ...conversation.head, peer_receipt: peer } : conversation.head }
      })
    }
    case 'read_state':
      return change(state, event.conversation, conversation => withReadState(conversation, event))
    case 'typing':
      return event.user === state.me ? state : withTyping(state, event.conversation, event.user, event.on)
    case 'presence':
      return { ...state, presence: new Map([...state.presence, ...event.users.map(presence => [presence.user, presence] as const)]) }
    case 'user':
      return withUsers(state, [event.user])
    case 'account':
      return withUsers({ ...state, account: event.account }, [event.account.user])
    case 'contact': {
      const { user, state: standing } = event.contact
      const contacts = standing === 'none' ? without(state.contacts, user.id) : put(state.contacts, user.id, event.contact)
      return withUsers({ ...state, contacts }, [user])
    }
    case 'block': {
      if (state.blocked.has(event.user) === event.blocked) return state
      const blocked = new Set(state.blocked)
      if (event.blocked) blocked.add(event.user)
      else blocked.delete(event.user)
      return { ...state, blocked }
    }
    case 'sessions':
      return { ...state, sessions: event.sessions }
    case 'cursor':
      return { ...state, cursor: event.cursor }
    case 'goodbye':
      return state
  }
}
