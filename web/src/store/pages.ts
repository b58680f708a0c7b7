/** Which part of a log a page speaks of. A page says only its messages; what lies around them follows from the question. */

import type { Head, MessagePage, Seq } from '../api/wire.ts'
import type { PageRange } from './log.ts'
import { firstReadable } from './readable.ts'

export type Question = { readonly end: 'newest' } | { readonly end: 'before' | 'after' | 'around'; readonly seq: Seq }

export function pageRange(page: MessagePage, question: Question, head: Head): PageRange {
  const first = page.messages[0]?.seq
  const last = page.messages.at(-1)?.seq
  const start = firstReadable(head.readable, head.trimmed_seq)
  // What the page was cut at is where its knowledge ends; where there is no more, it ends with the log.
  const from = page.more_before ? (first ?? Number.MAX_SAFE_INTEGER) : start
  const to = page.more_after ? (last ?? 0) : page.last_seq
  switch (question.end) {
    case 'newest':
      return { from: page.messages.length === 0 ? start : from, to: page.last_seq }
    case 'before':
      return { from, to: question.seq - 1 }
    case 'after':
      return { from: question.seq + 1, to }
    case 'around':
      return { from: Math.min(from, question.seq), to: Math.max(to, question.seq) }
  }
}
