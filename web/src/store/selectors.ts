/** Views for the screen: confirmed state with what waits laid over it. Pure; nothing here is kept. */

import type { Message, Seq, User, UserId } from '../api/wire.ts'
import type {
  ConversationView,
  Draft,
  LastMessage,
  MessageItem,
  MessageState,
  NoticeItem,
  ReplyView,
  TimelineItem,
  Totals,
} from '../client/contract.ts'
import { react } from './fold.ts'
import type { Entry } from './log.ts'
import type { Pending } from './pending.ts'
import type { Conversation, State } from './state.ts'

const DRAFT_SHOWN_CHARACTERS = 120
const LAST_SHOWN_CHARACTERS = 240

/** How far an own message is: in groups, by everybody. Channels know only that it was sent. */
export function messageState(conversation: Conversation, me: UserId | undefined, seq: Seq): MessageState {
  const { head, receipts } = conversation
  if (head.kind === 'channel') return 'sent'
  const others = [...receipts.values()].filter(({ user }) => user !== me)
  const expected = head.kind === 'direct' ? 1 : Math.max(1, head.member_count - (head.role === undefined ? 0 : 1))
  if (head.kind === 'direct' && head.peer === me) return 'read'
  if (others.length < expected) return 'sent'
  if (others.every(({ read }) => read >= seq)) return 'read'
  return others.every(({ delivered }) => delivered >= seq) ? 'delivered' : 'sent'
}

/** What a conversation is called. */
export function nameOf({ head }: Conversation, users: ReadonlyMap<UserId, User>): string {
  if (head.title !== undefined) return head.title
  return head.peer === undefined ? '' : (users.get(head.peer)?.display_name ?? '')
}

/** The read watermark with what was seen and not told yet. */
export function readSeqOf(conversation: Conversation, deeds: readonly Pending[]): Seq {
  return deeds.reduce((read, { deed }) => (deed.type === 'read' ? Math.max(read, deed.seq) : read), conversation.head.read)
}

export interface RowInput {
  readonly conversation: Conversation
  readonly state: State
  readonly deeds: readonly Pending[]
  readonly draft: Draft | undefined
  readonly now: number
}

/** A row of the list. */
export function conversationView({ conversation, state, deeds, draft, now }: RowInput): ConversationView {
  const { head } = conversation
  const settings = deeds.reduce((all, { deed }) => (deed.type === 'settings' ? Object.assign(all, deed.change) : all), {
    ...(head.muted_until === undefined ? {} : { muted_until: head.muted_until }),
    pinned: head.pinned,
    archived: head.archived,
    marked_unread: head.marked_unread,
  })
  const muted = settings.muted_until !== undefined && Date.parse(settings.muted_until) > now
  const readSeq = readSeqOf(conversation, deeds)
  const unread = readSeq <= head.read ? head : countedAfter(conversation, readSeq)
  return {
    id: head.id,
    kind: head.kind,
    name: nameOf(conversation, state.users),
    description: head.description,
    peer: head.peer,
    withSelf: head.kind === 'direct' && head.peer === state.me,
    role: head.role,
    memberCount: head.member_count,
    unread: unread.unread,
    mentions: unread.mentions,
    markedUnread: settings.marked_unread && readSeq <= head.read,
    mutedUntil: muted ? settings.muted_until : undefined,
    muted,
    pinned: settings.pinned,
    archived: settings.archived,
    retention: head.retention,
    history: head.history,
    lastSeq: head.last_seq,
    trimmedSeq: head.trimmed_seq,
    readSeq,
    createdAt: head.created_at,
    updatedAt: deeds.findLast(isSend)?.madeAt ?? head.updated_at,
    lastMessage: lastMessage(conversation, state.me, deeds),
    draft: draft === undefined || draft.text === '' ? undefined : draft.text.slice(0, DRAFT_SHOWN_CHARACTERS),
    typing: [...(state.typing.get(head.id) ?? [])],
  }
}

function isSend(pending: Pending): boolean {
  return pending.deed.type === 'send'
}

function countedAfter({ head, recent }: Conversation, read: Seq): { unread: number; mentions: number } {
  if (read >= head.last_seq) return { unread: 0, mentions: 0 }
  const left = recent.filter(({ seq }) => seq > read)
  return { unread: Math.min(head.unread, left.length), mentions: Math.min(head.mentions, left.filter(({ mentionsMe }) => mentionsMe).length) }
}

function lastMessage(conversation: Conversation, me: UserId | undefined, deeds: readonly Pending[]): LastMessage | undefined {
  const pending = deeds.findLast(isSend)
  if (pending?.deed.type === 'send' && me !== undefined && !isShownAlready(conversation, pending)) {
    const state = pending.stage === 'failed' ? 'failed' : pending.stage === 'sent' ? 'sent' : 'pending'
    return { sender: me, at: pending.madeAt, text: shortened(pending.deed.text), deleted: false, own: true, state }
  }
  const last = conversation.head.last_message
  if (last === undefined) return undefined
  const message = deeds.reduce(withDeed(me), last)
  const own = message.sender === me
  const deleted = message.deleted ?? false
  return {
    sender: message.sender,
    at: message.at,
    text: shortened(message.text),
    deleted,
    own,
    state: own ? messageState(conversation, me, message.seq) : 'sent',
  }
}

function shortened(text: string | undefined): string | undefined {
  return text === undefined ? undefined : text.slice(0, LAST_SHOWN_CHARACTERS)
}

function isShownAlready({ head }: Conversation, pending: Pending): boolean {
  return pending.seq !== undefined && head.last_seq >= pending.seq
}

/** The message with a deed of mine laid over it. */
function withDeed(me: UserId | undefined): (message: Message, pending: Pending) => Message {
  return (message, { deed, stage, madeAt }) => {
    if (stage === 'failed' || !('seq' in deed) || deed.seq !== message.seq || deed.type === 'read' || me === undefined) return message
    switch (deed.type) {
      case 'edit':
        return { ...message, text: deed.text, mentions: [...deed.mentions], edited_at: madeAt }
      case 'delete':
        return { conversation: message.conversation, seq: message.seq, id: message.id, sender: message.sender, at: message.at, deleted: true }
      case 'react':
        return { ...message, reactions: react(message.reactions ?? [], deed.emoji, me, deed.on) }
      case 'pin':
        return { ...message, pinned: deed.on }
    }
  }
}

export interface ItemInput {
  readonly conversation: Conversation
  readonly me: UserId | undefined
  /** Deeds about this message. */
  readonly deeds: readonly Pending[]
  /** The key that it had while pending, where it was written here. */
  readonly key: string | undefined
  readonly reply: ReplyView | undefined
}

const NO_MENTIONS: readonly UserId[] = []
const NO_REACTIONS: MessageItem['reactions'] = []

export function messageItem(message: Message, { conversation, me, deeds, key, reply }: ItemInput): MessageItem {
  const shown = deeds.reduce(withDeed(me), message)
  const own = message.sender === me
  const failed = deeds.findLast(({ stage }) => stage === 'failed')
  return {
    type: 'message',
    key: key ?? `${message.conversation}.${message.seq}`,
    seq: message.seq,
    sender: message.sender,
    own,
    at: message.at,
    text: shown.text,
    mentions: shown.mentions ?? NO_MENTIONS,
    mentionsMe: me !== undefined && (shown.mentions?.includes(me) ?? false),
    reply: shown.deleted === true ? undefined : reply,
    editedAt: shown.edited_at,
    deleted: shown.deleted ?? false,
    pinned: shown.pinned ?? false,
    reactions: shown.reactions ?? NO_REACTIONS,
    state: own ? messageState(conversation, me, message.seq) : 'sent',
    changing: deeds.some(({ stage }) => stage === 'waiting' || stage === 'sending'),
    problem: failed?.problem,
  }
}

export function pendingItem(pending: Pending, me: UserId, reply: ReplyView | undefined): MessageItem | undefined {
  const { deed } = pending
  if (deed.type !== 'send') return undefined
  return {
    type: 'message',
    key: pending.key,
    seq: pending.seq,
    sender: me,
    own: true,
    at: pending.madeAt,
    text: deed.text,
    mentions: deed.mentions,
    mentionsMe: deed.mentions.includes(me),
    reply,
    deleted: false,
    pinned: false,
    reactions: NO_REACTIONS,
    state: pending.stage === 'failed' ? 'failed' : pending.stage === 'sent' ? 'sent' : 'pending',
    changing: false,
    problem: pending.problem,
  }
}

export function noticeItem(entry: Extract<Entry, { type: 'notice' }>): NoticeItem {
  const { seq, event } = entry
  return { type: 'notice', key: `${event.conversation}.${seq}`, seq, sender: event.sender, at: event.at, event }
}

export function isMessage(item: TimelineItem): item is MessageItem {
  return item.type === 'message'
}

/** The list's order: pinned first, then by last change, then by id, so that it is the same everywhere. */
export function listed(views: readonly ConversationView[]): ConversationView[] {
  return views.toSorted(
    (one, other) =>
      Number(other.pinned) - Number(one.pinned) ||
      Date.parse(other.updatedAt) - Date.parse(one.updatedAt) ||
      (one.id < other.id ? 1 : one.id > other.id ? -1 : 0),
  )
}

export function totals(views: readonly ConversationView[], state: State): Totals {
  const heard = views.filter(view => !view.muted && !view.archived)
  return {
    unread: heard.reduce((sum, view) => sum + Math.max(view.unread, view.markedUnread ? 1 : 0), 0),
    mentions: views.reduce((sum, view) => sum + view.mentions, 0),
    requests: [...state.contacts.values()].filter(contact => contact.state === 'pending').length,
  }
}
