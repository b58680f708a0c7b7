/** From items to rows: what belongs to one run, where a day begins, where the unread line stands. Pure. */
import type { MessageItem, Seq, TimelineItem } from '../../client/contract.ts'
import { dayNumber } from '../../i18n/format.ts'

export interface RowLayout {
  item: TimelineItem
  /** A separator stands above: the first of its day. */
  day: boolean
  /** The "new" line stands above. */
  unread: boolean
  first: boolean
  last: boolean
  showState: boolean
}

const RUN_MS = 5 * 60_000

export function layOut(items: readonly TimelineItem[], unreadAfter: Seq | undefined): RowLayout[] {
  const unreadAt = unreadAfter === undefined ? -1 : items.findIndex(item => item.type === 'message' && !item.own && (item.seq ?? 0) > unreadAfter)
  return items.map((item, index) => {
    const previous = items[index - 1]
    const next = items[index + 1]
    const day = previous === undefined || dayNumber(previous.at) !== dayNumber(item.at)
    const unread = index === unreadAt
    const first = day || unread || !sameRun(previous, item)
    const last = next === undefined || index + 1 === unreadAt || dayNumber(next.at) !== dayNumber(item.at) || !sameRun(item, next)
    const showState = item.type === 'message' && item.own && next?.type === 'message' && next.own && next.state !== item.state
    return { item, day, unread, first, last, showState }
  })
}

function sameRun(earlier: TimelineItem | undefined, later: TimelineItem): boolean {
  if (earlier?.type !== 'message' || later.type !== 'message') return false
  return earlier.sender === later.sender && Date.parse(later.at) - Date.parse(earlier.at) < RUN_MS
}

/** The newest own message that can still be edited. */
export function lastOwnMessage(items: readonly TimelineItem[]): MessageItem | undefined {
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const item = items[index]
    if (item?.type === 'message' && item.own && !item.deleted && item.seq !== undefined) return item
  }
  return undefined
}
