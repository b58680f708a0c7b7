/** Which seqs of a log I may read. Holes between the intervals are no gap. */

import type { Interval, Seq } from '../api/wire.ts'

/** The first readable seq after this one; `undefined` when nothing more can come. */
export function nextReadable(readable: readonly Interval[], seq: Seq): Seq | undefined {
  for (const { from, to } of readable) {
    if (to !== undefined && to <= seq) continue
    return Math.max(from, seq + 1)
  }
  return undefined
}

/** The last readable seq before this one. */
export function previousReadable(readable: readonly Interval[], seq: Seq): Seq | undefined {
  for (const { from, to } of [...readable].reverse()) {
    if (from >= seq) continue
    return to === undefined ? seq - 1 : Math.min(to, seq - 1)
  }
  return undefined
}

/** The first seq that can be read at all, above what the retention rule took. */
export function firstReadable(readable: readonly Interval[], trimmed: Seq): Seq {
  return nextReadable(readable, trimmed) ?? trimmed + 1
}
