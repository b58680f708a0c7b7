/**
 * What is held of one conversation's log: segments, each of which has everything readable between its ends, with every event up to `through` folded in.
 *
 * Never: an entry outside a segment, two segments that touch, an event applied twice, or one applied before its predecessor.
 */

import type { Interval, LogEvent, Message, MessagePage, Seq } from '../api/wire.ts'
import { type Follower, fold, isFollower, messageOf } from './fold.ts'
import { nextReadable } from './readable.ts'

/** A message, or another event that a timeline shows. */
export type Entry =
  | {
      readonly type: 'message'
      readonly seq: Seq
      readonly message: Message
      /** Events up to here are folded in. */
      readonly folded: Seq
    }
  | { readonly type: 'notice'; readonly seq: Seq; readonly event: LogEvent }

export interface Segment {
  readonly from: Seq
  readonly to: Seq
  /** By seq, rising. */
  readonly entries: readonly Entry[]
}

export interface Log {
  /** Every event up to here is applied to everything that is held, here and in the database. */
  readonly through: Seq
  /** Oldest first, apart from each other. */
  readonly segments: readonly Segment[]
  /** The latest edits, deletions, reactions and pins, for pages that were read before them. Oldest first. */
  readonly followers: readonly Follower[]
  /** Followers up to here are no longer in that list: a page read at or before this seq is of no use. */
  readonly followersAfter: Seq
}

/** Followers that are kept for pages under way: more than come during one request. */
const FOLLOWERS_MAX = 200

export function emptyLog(through: Seq): Log {
  return { through, segments: [], followers: [], followersAfter: through }
}

/** What a timeline shows as a line of its own. Reactions, edits and pins of messages are shown on them. */
function isShown(event: LogEvent): boolean {
  return !isFollower(event)
}

/** The place of the first entry at or after the seq. */
export function placeOf(entries: readonly Entry[], seq: Seq): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle]?.seq ?? 0) < seq) low = middle + 1
    else high = middle
  }
  return low
}

export function findEntry(log: Log, seq: Seq): Entry | undefined {
  const segment = log.segments.find(candidate => candidate.from <= seq && seq <= candidate.to)
  if (segment === undefined) return undefined
  const entry = segment.entries[placeOf(segment.entries, seq)]
  return entry?.seq === seq ? entry : undefined
}

/** Puts an entry in its place; one that is there already stays, unless the new one is folded further. */
function withEntry(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  const place = placeOf(entries, entry.seq)
  const known = entries[place]
  if (known?.seq !== entry.seq) return entries.toSpliced(place, 0, entry)
  if (known.type === 'message' && entry.type === 'message' && entry.folded > known.folded) return entries.with(place, entry)
  return entries
}

/** Two lists of entries as one. What is known stays the same object unless what is added is folded further. */
function merged(known: readonly Entry[], added: readonly Entry[]): readonly Entry[] {
  const [firstKnown, lastKnown] = [known[0], known.at(-1)]
  const [firstAdded, lastAdded] = [added[0], added.at(-1)]
  if (firstKnown === undefined || lastKnown === undefined) return added
  if (firstAdded === undefined || lastAdded === undefined) return known
  if (lastKnown.seq < firstAdded.seq) return [...known, ...added]
  if (lastAdded.seq < firstKnown.seq) return [...added, ...known]
  const by = new Map(known.map(entry => [entry.seq, entry]))
  for (const entry of added) {
    const other = by.get(entry.seq)
    const isNewer =
      other === undefined ||
      (other.type === 'message' && entry.type === 'message' && entry.folded > other.folded && !isSameMessage(other.message, entry.message))
    if (isNewer) by.set(entry.seq, entry)
    else if (other.type === 'message' && entry.type === 'message' && entry.folded > other.folded)
      by.set(entry.seq, { ...other, folded: entry.folded })
  }
  return [...by.values()].sort((one, other) => one.seq - other.seq)
}

function isSameMessage(one: Message, other: Message): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}

/** Adds a segment, and joins those that touch or overlap. */
function withSegment(segments: readonly Segment[], added: Segment, readable: readonly Interval[]): readonly Segment[] {
  const touches = (one: Segment, other: Segment) => one.from <= other.to && other.from <= one.to
  const follows = (one: Segment, other: Segment) => nextReadable(readable, one.to) === other.from
  let joined = added
  const apart: Segment[] = []
  for (const segment of segments) {
    if (touches(segment, joined) || follows(segment, joined) || follows(joined, segment)) {
      joined = {
        from: Math.min(segment.from, joined.from),
        to: Math.max(segment.to, joined.to),
        entries: merged(segment.entries, joined.entries),
      }
    } else apart.push(segment)
  }
  return [...apart, joined].sort((one, other) => one.from - other.from)
}

/** The log after the event that follows `through`. Whoever calls has seen to it that this is the one. */
export function append(log: Log, event: LogEvent, readable: readonly Interval[]): Log {
  const { seq } = event
  const shown = isShown(event)
  const entry: Entry = event.event === 'message' ? { type: 'message', seq, message: messageOf(event), folded: seq } : { type: 'notice', seq, event }
  const covering = log.segments.find(segment => segment.from <= seq && seq <= segment.to)
  let segments = log.segments
  if (covering !== undefined) {
    // A page that was read ahead of the events. Its messages are there; notices are in no page.
    if (shown) segments = segments.map(segment => (segment === covering ? { ...segment, entries: withEntry(segment.entries, entry) } : segment))
  } else {
    segments = withSegment(segments, { from: seq, to: seq, entries: shown ? [entry] : [] }, readable)
  }
  if (!isFollower(event)) return { ...log, segments, through: seq }

  segments = segments.map(segment => folded(segment, event))
  const followers = [...log.followers, event]
  const dropped = followers.length > FOLLOWERS_MAX ? followers.shift() : undefined
  return { ...log, segments, through: seq, followers, followersAfter: dropped?.seq ?? log.followersAfter }
}

function folded(segment: Segment, event: Follower): Segment {
  if (event.target < segment.from || event.target > segment.to) return segment
  const place = placeOf(segment.entries, event.target)
  const entry = segment.entries[place]
  if (entry?.type !== 'message' || entry.seq !== event.target || entry.folded >= event.seq) return segment
  return { ...segment, entries: segment.entries.with(place, { ...entry, message: fold(entry.message, event), folded: event.seq }) }
}

/** Where a page belongs: everything readable from `from` to `to` that is a message is in it. */
export interface PageRange {
  readonly from: Seq
  readonly to: Seq
}

/** The log with a page of messages. The same log when the page is too old to be used: then it must be asked for again. */
export function withPage(log: Log, page: Pick<MessagePage, 'messages' | 'last_seq'>, range: PageRange, readable: readonly Interval[]): Log {
  if (page.last_seq < log.followersAfter || range.to < range.from) return log
  const since = log.followers.filter(follower => follower.seq > page.last_seq)
  const entries = page.messages.map((message): Entry => {
    const about = since.filter(follower => follower.target === message.seq)
    return { type: 'message', seq: message.seq, message: about.reduce(fold, message), folded: about.at(-1)?.seq ?? page.last_seq }
  })
  return { ...log, segments: withSegment(log.segments, { ...range, entries }, readable) }
}

/** The log with entries from the database. What happened while they were read is folded in. */
export function withStored(log: Log, entries: readonly Entry[], range: PageRange, readable: readonly Interval[]): Log {
  if (range.to < range.from) return log
  const current = entries.map((entry): Entry => {
    if (entry.type !== 'message') return entry
    const about = log.followers.filter(follower => follower.target === entry.seq && follower.seq > entry.folded)
    return about.length === 0 ? entry : { ...entry, message: about.reduce(fold, entry.message), folded: about.at(-1)?.seq ?? entry.folded }
  })
  return { ...log, segments: withSegment(log.segments, { ...range, entries: current }, readable) }
}

/** The log with notices in the segments that have their places. */
export function withNotices(log: Log, events: readonly LogEvent[]): Log {
  const notices = events.filter(event => isShown(event) && event.event !== 'message')
  if (notices.length === 0) return log
  const segments = log.segments.map(segment => {
    const inside = notices.filter(event => segment.from <= event.seq && event.seq <= segment.to)
    const entries = inside.reduce((all, event) => withEntry(all, { type: 'notice', seq: event.seq, event }), segment.entries)
    return entries === segment.entries ? segment : { ...segment, entries }
  })
  return { ...log, segments }
}

/** The log with nothing but what lies in these ranges; the same log when that is all there is. */
export function keepOnly(log: Log, ranges: readonly PageRange[]): Log {
  const segments = log.segments.flatMap(segment =>
    ranges.flatMap(range => {
      const from = Math.max(segment.from, range.from)
      const to = Math.min(segment.to, range.to)
      if (to < from) return []
      if (from === segment.from && to === segment.to) return [segment]
      return [{ from, to, entries: segment.entries.slice(placeOf(segment.entries, from), placeOf(segment.entries, to + 1)) }]
    }),
  )
  const isSame = segments.length === log.segments.length && segments.every((segment, index) => segment === log.segments[index])
  return isSame ? log : { ...log, segments }
}

/** The log when it is known that up to `through` nothing more is to be read. */
export function withSegmentThrough(log: Log, through: Seq, readable: readonly Interval[]): Log {
  const from = nextReadable(readable, log.through)
  if (from === undefined || from > through) return { ...log, through }
  return { ...log, through, segments: withSegment(log.segments, { from, to: through, entries: [] }, readable) }
}
