/** What an event, a receipt or a newer head does to a conversation's head and counts. */

import type { Head, Interval, LogEvent, OtherEvent, Receipt, UserId } from '../api/wire.ts'
import { fold, isFollower, messageOf } from './fold.ts'
import { emptyLog, keepOnly } from './log.ts'
import type { Conversation } from './state.ts'
import { put, without } from './state.ts'

/** Messages that are remembered for counting: as many as a resume sends, with room. */
const RECENT_MAX = 400

/** The conversation after the event that follows its head. Whoever calls has seen to it that this is the one. */
export function advance(conversation: Conversation, event: LogEvent, me: UserId | undefined): Conversation {
  const head: Head = { ...conversation.head, last_seq: event.seq, updated_at: event.at }
  const counted = Math.max(conversation.counted, event.seq)
  if (event.event === 'message')
    return counting({ ...conversation, head: { ...head, last_message: messageOf(event) }, counted }, conversation, event, me)
  if (isFollower(event)) {
    const last = head.last_message
    if (last !== undefined && last.seq === event.target) head.last_message = fold(last, event)
    return { ...conversation, head, counted }
  }
  return {
    ...conversation,
    head: detailed(head, event, me),
    counted,
    receipts: event.event === 'member_removed' ? without(conversation.receipts, event.user) : conversation.receipts,
  }
}

/** Counts a message of somebody else, unless the counts speak of it already. */
function counting(next: Conversation, before: Conversation, event: Extract<LogEvent, { event: 'message' }>, me: UserId | undefined): Conversation {
  if (event.sender === me) return next
  const mentionsMe = me !== undefined && (event.mentions?.includes(me) ?? false)
  const recent = [...next.recent.slice(1 - RECENT_MAX), { seq: event.seq, mentionsMe }]
  if (event.seq <= before.counted || event.seq <= next.head.read) return { ...next, recent }
  return { ...next, recent, head: { ...next.head, unread: next.head.unread + 1, mentions: next.head.mentions + Number(mentionsMe) } }
}

/** What the events that are not about messages say of the conversation itself. */
function detailed(head: Head, event: LogEvent, me: UserId | undefined): Head {
  switch (event.event) {
    case 'member_added':
      if (event.user !== me) return { ...head, member_count: head.member_count + 1 }
      return { ...head, member_count: head.member_count + 1, role: event.role, readable: opened(head.readable, event.seq) }
    case 'member_removed': {
      const member_count = Math.max(0, head.member_count - 1)
      if (event.user !== me) return { ...head, member_count }
      // Who receives nothing has nothing unread.
      const { role: _, ...rest } = head
      return { ...rest, member_count, unread: 0, mentions: 0, marked_unread: false, readable: closed(head.readable, event.seq) }
    }
    case 'role_changed':
      return event.user === me ? { ...head, role: event.role } : head
    case 'details_changed': {
      const { description, ...rest } = head
      const said = event.description ?? description
      return {
        ...rest,
        ...(event.title === undefined ? {} : { title: event.title }),
        ...(said === undefined || said === '' ? {} : { description: said }),
      }
    }
    case 'retention_changed':
      return { ...head, retention: event.retention }
    case 'history_changed':
      return { ...head, history: event.history }
    default:
      return head
  }
}

function opened(readable: Interval[], from: number): Interval[] {
  return readable.some(interval => interval.to === undefined) ? readable : [...readable, { from }]
}

function closed(readable: Interval[], to: number): Interval[] {
  return readable.map(interval => (interval.to === undefined ? { from: interval.from, to } : interval))
}

/** A conversation that was not known. */
export function conversationOf(head: Head, listed: boolean): Conversation {
  const receipts = head.peer_receipt === undefined ? [] : ([[head.peer_receipt.user, head.peer_receipt]] as const)
  return { head, counted: head.last_seq, recent: [], log: emptyLog(head.last_seq), ahead: [], receipts: new Map(receipts), listed, held: false }
}

/** The conversation with a head that the server gave whole. An older one than is known changes nothing. */
export function withHead(conversation: Conversation, given: Head, listed: boolean): Conversation {
  const { head } = conversation
  if (given.last_seq < head.last_seq) return listed && !conversation.listed ? { ...conversation, listed } : conversation
  // A long list leaves out the last messages further down: what is known of it stays.
  const kept = given.last_message === undefined && head.last_message !== undefined && head.last_message.seq > given.trimmed_seq
  const whole: Head = kept && head.last_message !== undefined ? { ...given, last_message: head.last_message } : given
  const next: Head =
    given.read < head.read ? { ...whole, ...standing(conversation) } : { ...whole, delivered: Math.max(given.delivered, head.delivered) }
  const peer = given.peer_receipt
  return {
    ...conversation,
    head: next,
    listed: listed || conversation.listed,
    counted: Math.max(conversation.counted, given.last_seq),
    log: conversation.held ? trimmed(conversation, given) : emptyLog(given.last_seq),
    receipts: peer === undefined ? conversation.receipts : raised(conversation.receipts, peer),
  }
}

function standing({ head }: Conversation): Pick<Head, 'delivered' | 'read' | 'unread' | 'mentions' | 'marked_unread'> {
  return { delivered: head.delivered, read: head.read, unread: head.unread, mentions: head.mentions, marked_unread: head.marked_unread }
}

/** What the retention rule took on the server goes here too. */
function trimmed({ head, log }: Conversation, given: Head): Conversation['log'] {
  if (given.trimmed_seq <= head.trimmed_seq) return log
  return keepOnly(log, [{ from: given.trimmed_seq + 1, to: Number.MAX_SAFE_INTEGER }])
}

/** Receipts with one of them raised: watermarks never fall, whatever order they come in. */
export function raised(receipts: ReadonlyMap<UserId, Receipt>, receipt: Receipt): ReadonlyMap<UserId, Receipt> {
  const known = receipts.get(receipt.user)
  if (known !== undefined && known.delivered >= receipt.delivered && known.read >= receipt.read) return receipts
  return put(receipts, receipt.user, {
    user: receipt.user,
    delivered: Math.max(known?.delivered ?? 0, receipt.delivered),
    read: Math.max(known?.read ?? 0, receipt.read),
  })
}

/** The conversation after my own standing was told. Its counts speak of the log up to `last_seq`; what came since is added. */
export function withReadState(conversation: Conversation, said: Extract<OtherEvent, { event: 'read_state' }>): Conversation {
  const { head } = conversation
  if (said.read < head.read)
    return said.delivered <= head.delivered ? conversation : { ...conversation, head: { ...head, delivered: said.delivered } }
  const since = conversation.recent.filter(({ seq }) => seq > said.last_seq && seq > said.read && seq <= head.last_seq)
  return {
    ...conversation,
    counted: Math.max(conversation.counted, said.last_seq),
    head: {
      ...head,
      delivered: Math.max(head.delivered, said.delivered),
      read: said.read,
      unread: said.unread + since.length,
      mentions: said.mentions + since.filter(({ mentionsMe }) => mentionsMe).length,
      marked_unread: said.marked_unread,
    },
  }
}
