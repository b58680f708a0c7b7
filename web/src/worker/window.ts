/**
 * One open timeline: a window over a log of any length. It widens by pages (memory, else storage, else server), stays at the end when it is there, and lets go
 * of the far side, so that what is in memory is bounded.
 */

import { Refused } from '../api/refused.ts'
import type { ConversationId, Seq } from '../api/wire.ts'
import type { Refusal, TimelineItem, TimelineView } from '../client/contract.ts'
import { type Entry, type PageRange, placeOf, type Segment } from '../store/log.ts'
import { pageRange, type Question } from '../store/pages.ts'
import { deedsOf } from '../store/pending.ts'
import { rangeWith } from '../store/ranges.ts'
import { firstReadable, nextReadable, previousReadable } from '../store/readable.ts'
import { readSeqOf } from '../store/selectors.ts'
import type { Conversation } from '../store/state.ts'
import type { Engine } from './engine.ts'
import { makeItems } from './items.ts'
import { fetchNotices } from './notices.ts'
import type { Replies } from './replies.ts'
import type { Sender } from './sender.ts'

/** Enough above a tall screen that opening asks for nothing more: what comes above while a list finds its place unsettles it. */
const FIRST_PAGE = 120
const STEP = 60
/** Items of a window; past that the far side is let go. */
const WINDOW_MAX = 360
const TRIM_AFTER_MS = 150
/** With more unread than this the window opens at the first of them rather than at the newest. */
const UNREAD_IN_VIEW = 40

export interface Window {
  readonly conversation: ConversationId
  readonly view: () => TimelineView
  /** What must stay in memory for it. */
  readonly range: () => PageRange
  /** The window shows the newest. */
  readonly isAtEnd: () => boolean
  readonly refresh: () => void
  readonly load: (end: 'before' | 'after' | 'newest') => void
  /** There is a connection (again): what failed is tried anew. */
  readonly wake: () => void
  readonly jump: (seq: Seq) => Promise<boolean>
  readonly close: () => void
}

export function openWindow(engine: Engine, sender: Sender, replies: Replies, id: ConversationId, onView: (view: TimelineView) => void): Window {
  const maker = makeItems()
  /** What is shown: from here … */
  let from: Seq = Number.MAX_SAFE_INTEGER
  /** … to here, or to the end of the log. */
  let to: Seq | 'end' = 'end'
  let isClosed = false
  let loadingBefore = false
  let loadingAfter = false
  let failure: Refusal | undefined
  let hasOpened = false
  let generation = 0
  let target: TimelineView['target']
  let unreadAfter: Seq | undefined
  let shifted = false
  let trimming = false
  let isReopening = false
  let lastWish: 'before' | 'after' = 'before'
  let wishes = 1
  let view: TimelineView = {
    conversation: id,
    phase: 'loading',
    items: [],
    moreBefore: false,
    moreAfter: false,
    loadingBefore,
    loadingAfter,
    shifted,
    generation,
  }

  const conversation = (): Conversation | undefined => engine.state().conversations.get(id)

  // While the log catches up with its head the end is not held; what is held stays shown.
  const segment = (known: Conversation): Segment | undefined => known.log.segments.find(one => one.to >= from)

  const entries = (): readonly Entry[] => {
    const known = conversation()
    const held = known === undefined ? undefined : segment(known)
    if (held === undefined) return []
    return held.entries.slice(placeOf(held.entries, from), to === 'end' ? undefined : placeOf(held.entries, to + 1))
  }

  const refresh = () => {
    const known = conversation()
    const me = engine.state().me
    if (isClosed || me === undefined) return
    if (known === undefined) {
      if (failure !== undefined && view.problem !== failure) show({ ...view, phase: 'failed', problem: failure, items: [] })
      return
    }
    // The log was dropped under the window: by a resync, or because too much was missed.
    if (hasOpened && !isReopening && isLost(known)) {
      isReopening = true
      generation += 1
      void attempt(openAtEnd).finally(() => {
        isReopening = false
      })
    }
    const isEnd = to === 'end'
    const held = entries()
    const items = hasOpened || held.length > 0 ? itemsOf(known, me, held, isEnd) : []
    const first = firstReadable(known.head.readable, known.head.trimmed_seq)
    const next: TimelineView = {
      conversation: id,
      phase: hasOpened ? 'ready' : failure === undefined ? 'loading' : 'failed',
      problem: failure,
      items,
      moreBefore: hasOpened && from > first,
      moreAfter: hasOpened && !isEnd,
      loadingBefore,
      loadingAfter,
      shifted,
      unreadAfter,
      target,
      generation,
    }
    shifted = false
    if (!isSameView(view, next)) show(next)
    trimLater(items)
  }

  /** What the window showed is no longer held, and not because the retention rule took it. */
  const isLost = (known: Conversation): boolean => {
    const held = segment(known)
    return held === undefined || (held.from > from && from >= firstReadable(known.head.readable, known.head.trimmed_seq))
  }

  const show = (next: TimelineView) => {
    view = next
    onView(view)
  }

  const itemsOf = (known: Conversation, me: string, held: readonly Entry[], reachesEnd: boolean): TimelineItem[] =>
    maker.items({
      conversation: known,
      me,
      entries: held,
      deeds: deedsOf(engine.outbox(), id),
      reachesEnd,
      keyOf: seq => sender.keyOf(id, seq),
      reply: seq => replies.view(id, known.log, seq),
    })

  // ---- getting pages

  /** Brings what lies around a place into memory. Resolves to false when there is nothing. */
  const bring = async (question: Question, limit: number): Promise<boolean> => {
    const known = conversation()
    if (known === undefined) return false
    if (await fromStorage(known, question, limit)) return true
    const args = question.end === 'newest' ? {} : { [question.end]: question.seq }
    const page = await engine.ask('message.list', { conversation: id, limit, ...args })
    const current = conversation()
    if (current === undefined) return false
    const range = pageRange(page, question, current.head)
    engine.dispatch({ type: 'page', conversation: id, page, range })
    void fetchNotices(engine, id, range, page.messages.length)
    return page.messages.length > 0 || range.from <= range.to
  }

  const fromStorage = async (known: Conversation, question: Question, limit: number): Promise<boolean> => {
    const { head, log } = known
    const coverage = engine.keeper.coverage(id)
    const place = placeOfQuestion(question, known)
    const range = place === undefined ? undefined : rangeWith(coverage, place)
    if (place === undefined || range === undefined || engine.storage().kind === 'memory') return false
    // An end that the log has outgrown is not the newest, unless there is no way to ask.
    if (question.end === 'newest' && nextReadable(head.readable, range.to) !== undefined && range.to < log.through) return false
    const half = question.end === 'around' ? Math.ceil(limit / 2) : limit
    const older =
      question.end === 'after'
        ? []
        : await engine.storage().entries(id, { from: range.from, to: place - Number(question.end === 'around') }, half, 'last')
    const newer =
      question.end === 'after' || question.end === 'around' ? await engine.storage().entries(id, { from: place, to: range.to }, half, 'first') : []
    const found = [...older, ...newer]
    // Where the storage had no more, its range is known to its end.
    const start = question.end === 'after' ? place : older.length < half ? range.from : (older[0]?.seq ?? place)
    const end = question.end === 'after' || question.end === 'around' ? (newer.length < half ? range.to : (newer.at(-1)?.seq ?? place)) : place
    engine.dispatch({ type: 'stored', conversation: id, entries: found, range: { from: start, to: end } })
    return true
  }

  /** Runs one load; what goes wrong is shown and never thrown. */
  const attempt = async (run: () => Promise<void>): Promise<void> => {
    try {
      await run()
      failure = undefined
    } catch (fault) {
      failure = fault instanceof Refused ? { code: fault.code, message: fault.message } : { code: 'not_understood', message: String(fault) }
      if (!(fault instanceof Refused)) engine.environment.log('a page could not be loaded', fault)
    }
    refresh()
  }

  const openAtEnd = async () => {
    const known = conversation()
    if (known === undefined) return
    if (!isEnough(known, endSegment(known))) await bring({ end: 'newest' }, FIRST_PAGE).catch(offlineEnd)
    const last = conversation()?.log.segments.at(-1)
    if (last === undefined) throw new Refused('offline', 'nothing of this conversation is here yet')
    to = 'end'
    from = startOf(last, FIRST_PAGE)
    hasOpened = true
  }

  /** Without a way to the server the newest that is held must do. */
  const offlineEnd = async (fault: unknown) => {
    const last = engine.keeper.coverage(id).at(-1)
    if (last === undefined && conversation()?.log.segments.length === 0) throw fault
    if (last !== undefined) await bring({ end: 'around', seq: last.to }, FIRST_PAGE)
  }

  const openAround = async (seq: Seq): Promise<boolean> => {
    const known = conversation()
    if (known === undefined) return false
    const isHeld = () => conversation()?.log.segments.find(one => one.from <= seq && seq <= one.to)
    if (isHeld() === undefined) await bring({ end: 'around', seq }, FIRST_PAGE)
    const held = isHeld()
    if (held === undefined) return false
    const place = placeOf(held.entries, seq)
    from = held.entries[Math.max(0, place - STEP / 2)]?.seq ?? held.from
    if (place - STEP / 2 <= 0) from = held.from
    const last = held.entries[place + STEP / 2]
    const current = conversation()
    const isEnd = last === undefined && current !== undefined && endSegment(current) === held
    to = isEnd ? 'end' : (last?.seq ?? held.to)
    hasOpened = true
    generation += 1
    return held.entries[place]?.seq === seq || place < held.entries.length
  }

  /** A channel to look at before joining, or a link from elsewhere. */
  const fetchHead = async () => {
    const { head, users } = await engine.ask('conversation.get', { conversation: id })
    engine.dispatch({ type: 'head', head, users, listed: head.role !== undefined })
  }

  const begin = () =>
    attempt(async () => {
      if (conversation() === undefined) await fetchHead()
      const known = conversation()
      if (known === undefined) throw new Refused('not_found', 'there is no such conversation')
      const read = readSeqOf(known, deedsOf(engine.outbox(), id))
      unreadAfter = known.head.unread > 0 ? read : undefined
      if (known.head.unread > UNREAD_IN_VIEW && nextReadable(known.head.readable, read) !== undefined) {
        const first = nextReadable(known.head.readable, Math.max(read, known.head.trimmed_seq)) ?? read
        const isThere = await openAround(first).catch(() => false)
        if (isThere) target = { seq: first, wish: 1 }
      }
      if (!hasOpened) await openAtEnd()
    })

  // ---- widening

  const before = async () => {
    const known = conversation()
    const held = known === undefined ? undefined : segment(known)
    if (known === undefined || held === undefined) return
    if (held.from >= from) {
      const previous = previousReadable(known.head.readable, held.from)
      if (previous === undefined || previous <= known.head.trimmed_seq) return
      await bring({ end: 'before', seq: held.from }, STEP)
    }
    const current = conversation()
    const wider = current?.log.segments.find(one => one.from <= from && from <= one.to + 1)
    if (wider === undefined) return
    const place = placeOf(wider.entries, from)
    from = place <= STEP ? wider.from : (wider.entries[place - STEP]?.seq ?? wider.from)
    shifted = true
  }

  const after = async () => {
    const known = conversation()
    if (to === 'end' || known === undefined) return
    const held = segment(known)
    if (held === undefined) return
    if (held.to <= to && nextReadable(known.head.readable, held.to) !== undefined && held.to < known.head.last_seq)
      await bring({ end: 'after', seq: held.to }, STEP)
    const current = conversation()
    const wider = current?.log.segments.find(one => one.from <= from && from <= one.to)
    if (current === undefined || wider === undefined) return
    const place = placeOf(wider.entries, to + 1)
    const last = wider.entries[place + STEP - 1]
    const reachesEnd = last === undefined && endSegment(current) === wider
    to = reachesEnd ? 'end' : (last?.seq ?? wider.to)
  }

  const trimLater = (items: readonly TimelineItem[]) => {
    if (trimming || items.length <= WINDOW_MAX) return
    // Somebody who stays at the end of a busy conversation looks at the end.
    const isFromStart = lastWish === 'after' || (to === 'end' && items.length > 2 * WINDOW_MAX)
    if (to === 'end' && !isFromStart) return
    trimming = true
    // Later, so that no change of the list is both at its start and at its end.
    engine.environment.clock(TRIM_AFTER_MS, () => {
      trimming = false
      const confirmed = view.items.filter(item => item.seq !== undefined)
      const extra = confirmed.length - WINDOW_MAX
      if (isClosed || extra <= 0) return
      if (isFromStart) {
        from = confirmed[extra]?.seq ?? from
        shifted = true
      } else {
        to = confirmed.at(-extra - 1)?.seq ?? to
      }
      refresh()
    })
  }

  void begin()
  return {
    conversation: id,
    view: () => view,
    range: () => ({ from: from - STEP, to: to === 'end' ? Number.MAX_SAFE_INTEGER : to + STEP }),
    isAtEnd: () => to === 'end',
    refresh,
    load: end => {
      if (end === 'newest') {
        generation += 1
        target = undefined
        void attempt(openAtEnd)
        return
      }
      if (!hasOpened) {
        if (failure !== undefined) void begin()
        return
      }
      if (end === 'before' ? loadingBefore : loadingAfter) return
      lastWish = end
      if (end === 'before') {
        loadingBefore = true
        // A window at the end that grows upwards too far has to leave the end.
        if (to === 'end' && view.items.length >= WINDOW_MAX) to = entries().at(-1)?.seq ?? to
      } else loadingAfter = true
      refresh()
      void attempt(async () => {
        try {
          await (end === 'before' ? before() : after())
        } finally {
          if (end === 'before') loadingBefore = false
          else loadingAfter = false
        }
      })
    },
    wake: () => {
      if (!hasOpened && failure !== undefined) void begin()
    },
    jump: async seq => {
      let isThere = false
      await attempt(async () => {
        const held = entries()
        const first = held[0]?.seq
        const isShown = first !== undefined && first <= seq && seq <= (held.at(-1)?.seq ?? 0)
        isThere = isShown || (await openAround(seq))
        if (isThere) target = { seq, wish: ++wishes }
      })
      return isThere
    },
    close: () => {
      isClosed = true
    },
  }
}

/** The segment at the end of the log, if the end is held. */
function endSegment({ head, log }: Conversation): Segment | undefined {
  const last = log.segments.at(-1)
  if (last === undefined) return undefined
  const end = Math.min(head.last_seq, log.through)
  const next = nextReadable(head.readable, last.to)
  return last.to >= end || next === undefined || next > end ? last : undefined
}

function isEnough(known: Conversation, last: Segment | undefined): boolean {
  if (last === undefined) return false
  return last.entries.length >= FIRST_PAGE || last.from <= firstReadable(known.head.readable, known.head.trimmed_seq)
}

function startOf(segment: Segment, count: number): Seq {
  return segment.entries.length <= count ? segment.from : (segment.entries.at(-count)?.seq ?? segment.from)
}

/** The seq whose presence in the storage answers the question. */
function placeOfQuestion(question: Question, { head, log }: Conversation): Seq | undefined {
  switch (question.end) {
    case 'newest':
      return Math.min(head.last_seq, log.through)
    case 'before':
      return previousReadable(head.readable, question.seq)
    case 'after':
      return nextReadable(head.readable, question.seq)
    case 'around':
      return question.seq
  }
}

function isSameView(one: TimelineView, other: TimelineView): boolean {
  const names = Object.keys(other) as (keyof TimelineView)[]
  return (
    names.every(name => name === 'items' || one[name] === other[name]) &&
    one.items.length === other.items.length &&
    one.items.every((item, index) => item === other.items[index])
  )
}
