/** Sets of seqs as ranges: what of a log is kept in the database. */

import type { Interval, Seq } from '../api/wire.ts'
import type { PageRange } from './log.ts'
import { nextReadable } from './readable.ts'

/** The ranges with one added; those that overlap or follow each other without a readable seq between are one. */
export function withRange(ranges: readonly PageRange[], added: PageRange, readable: readonly Interval[]): readonly PageRange[] {
  if (ranges.some(({ from, to }) => from <= added.from && added.to <= to)) return ranges
  const isNextTo = (one: PageRange, other: PageRange) =>
    one.from <= (nextReadable(readable, other.to) ?? other.to + 1) && other.from <= (nextReadable(readable, one.to) ?? one.to + 1)
  let joined = added
  const apart: PageRange[] = []
  for (const range of ranges) {
    if (isNextTo(range, joined)) joined = { from: Math.min(range.from, joined.from), to: Math.max(range.to, joined.to) }
    else apart.push(range)
  }
  return [...apart, joined].sort((one, other) => one.from - other.from)
}

export function rangeWith(ranges: readonly PageRange[], seq: Seq): PageRange | undefined {
  return ranges.find(({ from, to }) => from <= seq && seq <= to)
}

/** How far everything after a seq is in the ranges, without a hole. */
export function reach(ranges: readonly PageRange[], after: Seq, readable: readonly Interval[]): Seq {
  const next = nextReadable(readable, after)
  const range = next === undefined ? undefined : rangeWith(ranges, next)
  return range === undefined ? after : range.to
}

/** The ranges without what lies up to a seq. */
export function above(ranges: readonly PageRange[], seq: Seq): readonly PageRange[] {
  if (ranges.every(({ from }) => from > seq)) return ranges
  return ranges.flatMap(({ from, to }) => (to <= seq ? [] : [{ from: Math.max(from, seq + 1), to }]))
}
