/**
 * What the worker fetches and tells by itself while it is connected: holes in logs, messages that this device has not got yet, and how far it has them.
 *
 * `delivered` is told only for what is kept, and only without a hole before it, because on that word the server may delete (retention "until delivered").
 */

import { Refused } from '../api/refused.ts'
import type { ConversationId, Seq } from '../api/wire.ts'
import { pageRange } from '../store/pages.ts'
import { reach } from '../store/ranges.ts'
import { firstReadable } from '../store/readable.ts'
import { missingAfter } from '../store/reducer.ts'
import type { Conversation } from '../store/state.ts'
import type { Engine } from './engine.ts'
import { fetchNotices } from './notices.ts'

const AT_ONCE_MAX = 2
const PAGE = 200
/** A hole larger than this is not filled: the log is dropped and read anew where it is looked at. */
const HOLE_MAX = 2_000
/** Pages that are fetched to get what was not delivered, per conversation and connection. */
const PRIME_PAGES_MAX = 25
/** Conversations whose last message the list did not carry, and which are asked for it. */
const LAST_MESSAGES_MAX = 300
const LAST_MESSAGES_PAGE = 10
/** Conversations whose newest page is fetched, so that they can be read without a network. */
const AHEAD_CONVERSATIONS = 20
const AHEAD_PAGE = 80
const PAUSE_FIRST_MS = 1_000
const PAUSE_MAX_MS = 60_000

export interface Errands {
  /** Conversations on a screen come first. */
  readonly setOpen: (conversations: ReadonlySet<ConversationId>) => void
}

export function makeErrands(engine: Engine): Errands {
  let open: ReadonlySet<ConversationId> = new Set()
  const busy = new Set<ConversationId>()
  const telling = new Set<ConversationId>()
  const told = new Map<ConversationId, Seq>()
  const primed = new Map<ConversationId, number>()
  const failures = new Map<ConversationId, number>()
  const pausedUntil = new Map<ConversationId, number>()

  const run = () => {
    if (!engine.isLive()) return
    const now = engine.environment.now()
    const all = [...engine.state().conversations.values()].filter(({ head }) => !busy.has(head.id) && (pausedUntil.get(head.id) ?? 0) <= now)
    const holed = all.filter(conversation => missingAfter(conversation) !== undefined)
    const urgent = [...holed.filter(({ head }) => open.has(head.id)), ...holed.filter(({ head }) => !open.has(head.id))]
    for (const conversation of urgent) if (busy.size < AT_ONCE_MAX) start(conversation.head.id, () => fill(conversation))
    if (busy.size > 0 || urgent.length > 0) return
    const wanting = all.filter(isUndelivered)
    const others = wanting.length > 0 ? [] : byUpdate(all)
    const newest = others.slice(0, AHEAD_CONVERSATIONS).filter(isUnheld)
    for (const conversation of [...wanting, ...newest]) if (busy.size < AT_ONCE_MAX) start(conversation.head.id, () => prime(conversation))
    if (busy.size > 0) return
    const unknown = others.slice(0, LAST_MESSAGES_MAX).filter(conversation => isUnheld(conversation) && conversation.head.last_message === undefined)
    for (const conversation of unknown) if (busy.size < AT_ONCE_MAX) start(conversation.head.id, () => look(conversation))
  }

  const start = (id: ConversationId, errand: () => Promise<void>) => {
    busy.add(id)
    errand()
      .then(
        () => void failures.delete(id),
        (fault: unknown) => pause(id, fault),
      )
      .finally(() => {
        busy.delete(id)
        run()
      })
  }

  const pause = (id: ConversationId, fault: unknown) => {
    const count = failures.get(id) ?? 0
    failures.set(id, count + 1)
    const wanted = fault instanceof Refused ? (fault.retryAfterMs ?? 0) : 0
    const ms = wanted + engine.environment.random() * Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** count) + 100
    pausedUntil.set(id, engine.environment.now() + ms)
    engine.environment.clock(ms + 1, run)
  }

  /** Fetches the events of a hole, page by page. */
  const fill = async ({ head }: Conversation) => {
    for (;;) {
      const current = engine.state().conversations.get(head.id)
      const after = current === undefined ? undefined : missingAfter(current)
      if (current === undefined || after === undefined) return
      if (current.head.last_seq - after > HOLE_MAX && !open.has(head.id)) {
        engine.keeper.forget(head.id)
        engine.dispatch({ type: 'forget', conversation: head.id })
        return
      }
      const page = await engine.ask('event.list', { conversation: head.id, after, limit: PAGE })
      engine.dispatch({ type: 'events', conversation: head.id, page })
      await engine.flushed()
      const next = engine.state().conversations.get(head.id)
      // A server that says there is nothing where a hole is would be asked for ever.
      if (next !== undefined && missingAfter(next) === after) throw new Refused('not_understood', 'a hole could not be filled')
    }
  }

  const covered = ({ head, log }: Conversation): Seq => {
    const ranges = engine.storage().kind === 'database' ? engine.keeper.coverage(head.id) : log.segments
    return Math.min(reach(ranges, head.delivered, head.readable), log.through)
  }

  const isUndelivered = (conversation: Conversation): boolean => {
    const { head, listed } = conversation
    const pages = primed.get(head.id) ?? 0
    return listed && head.role !== undefined && head.delivered < head.last_seq && pages < PRIME_PAGES_MAX && covered(conversation) < head.last_seq
  }

  const isUnheld = ({ head, held, listed }: Conversation): boolean => listed && !held && !primed.has(head.id) && head.last_seq > head.trimmed_seq

  /** Fetches the newest messages, and older ones until what was not delivered is here. */
  const prime = async (conversation: Conversation) => {
    const { id } = conversation.head
    let before: Seq | undefined
    for (let pages = 0; pages < PRIME_PAGES_MAX; pages++) {
      primed.set(id, pages + 1)
      const page = await engine.ask('message.list', { conversation: id, limit: AHEAD_PAGE, ...(before === undefined ? {} : { before }) })
      const current = engine.state().conversations.get(id)
      if (current === undefined) return
      const range = pageRange(page, before === undefined ? { end: 'newest' } : { end: 'before', seq: before }, current.head)
      engine.dispatch({ type: 'page', conversation: id, page, range })
      // Before the range counts as kept: what is kept is not asked for again.
      await fetchNotices(engine, id, range, page.messages.length)
      await engine.flushed()
      before = range.from
      if (!page.more_before || range.from <= firstReadable(current.head.readable, Math.max(current.head.delivered, current.head.trimmed_seq))) return
    }
  }

  /** Fetches only a few messages: for the line in the list. */
  const look = async ({ head: { id } }: Conversation) => {
    primed.set(id, 1)
    const page = await engine.ask('message.list', { conversation: id, limit: LAST_MESSAGES_PAGE })
    const head = engine.state().conversations.get(id)?.head
    if (head !== undefined) engine.dispatch({ type: 'page', conversation: id, page, range: pageRange(page, { end: 'newest' }, head) })
  }

  /** Says how far this device has each log. */
  const tell = () => {
    if (!engine.isLive()) return
    for (const conversation of engine.state().conversations.values()) {
      const { head, listed } = conversation
      if (!listed || head.role === undefined || telling.has(head.id)) continue
      const upTo = Math.min(covered(conversation), head.last_seq)
      if (upTo <= Math.max(head.delivered, told.get(head.id) ?? 0)) continue
      telling.add(head.id)
      engine
        .ask('receipt.update', { conversation: head.id, delivered: upTo })
        .then(() => void told.set(head.id, upTo))
        .catch((fault: unknown) => {
          if (fault instanceof Refused && !fault.isPassing) told.set(head.id, upTo)
        })
        .finally(() => void telling.delete(head.id))
    }
  }

  engine.onChange(run)
  engine.onFlushed(() => {
    tell()
    run()
  })
  engine.onLive(() => {
    primed.clear()
    told.clear()
    failures.clear()
    pausedUntil.clear()
  })
  return {
    setOpen: conversations => {
      open = conversations
    },
  }
}

function byUpdate(conversations: readonly Conversation[]): Conversation[] {
  return conversations.toSorted((one, other) => Date.parse(other.head.updated_at) - Date.parse(one.head.updated_at))
}
