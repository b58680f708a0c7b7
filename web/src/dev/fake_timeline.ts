/** A window over an invented log of any length. */

import type { MessageItem, Seq, Timeline, TimelineItem, TimelineView } from '../client/contract.ts'
import { cell } from '../client/source.ts'
import { line, ME, PEOPLE } from './fake_people.ts'

const PAGE = 60
const WINDOW_MAX = 300
const MINUTE_MS = 60_000

/** A log that exists only where it is looked at, with what was written into it by hand. */
export interface FakeLog {
  conversation: string
  length: number
  readonly changed: Map<Seq, MessageItem>
  readonly listeners: Set<() => void>
}

export function fakeItem(log: FakeLog, seq: Seq): TimelineItem {
  const changed = log.changed.get(seq)
  if (changed !== undefined) return changed
  const at = new Date(Date.now() - (log.length - seq) * 7 * MINUTE_MS).toISOString()
  const author = [ME, PEOPLE[0] ?? ME, PEOPLE[0] ?? ME, PEOPLE[seq % PEOPLE.length] ?? ME][(seq >> 1) % 4] ?? ME
  const base = { key: `${log.conversation}.${seq}`, seq, sender: author.id, at }
  if (seq === 1 || seq % 97 === 0) {
    const inLog = { conversation: log.conversation, seq, id: `${seq}`, sender: author.id, at }
    return {
      ...base,
      type: 'notice',
      event: { ...inLog, event: 'member_added', user: PEOPLE[seq % 10]?.id ?? ME.id, role: 'member' },
    }
  }
  const own = author.id === ME.id
  const deleted = seq % 53 === 0
  return {
    ...base,
    type: 'message',
    own,
    text: deleted ? undefined : line(seq),
    mentions: [],
    mentionsMe: false,
    reply: seq % 11 === 0 ? { seq: seq - 4, sender: PEOPLE[0]?.id, text: line(seq - 4), deleted: false } : undefined,
    editedAt: seq % 23 === 0 ? at : undefined,
    deleted,
    pinned: seq % 131 === 0,
    reactions:
      seq % 9 === 0
        ? [
            { emoji: '🎉', users: [ME.id, '1003'] },
            { emoji: '❤️', users: ['1004'] },
          ]
        : [],
    state: own ? ((['read', 'delivered', 'sent'] as const)[log.length - seq < 3 ? 2 - (log.length - seq) : 0] ?? 'read') : 'sent',
    changing: false,
  }
}

export function fakeTimeline(log: FakeLog): Timeline {
  let from = Math.max(1, log.length - PAGE)
  let to = log.length
  let wish = 0
  const initial: TimelineView = {
    conversation: log.conversation,
    phase: 'loading',
    items: [],
    moreBefore: false,
    moreAfter: false,
    loadingBefore: false,
    loadingAfter: false,
    shifted: false,
    unreadAfter: log.length > 12 ? log.length - 5 : undefined,
    generation: 0,
  }
  const view = cell(initial)
  const show = (change: Partial<TimelineView>) => {
    const items: TimelineItem[] = []
    for (let seq = from; seq <= to; seq++) items.push(fakeItem(log, seq))
    view.set({
      ...view.get(),
      shifted: false,
      ...change,
      phase: 'ready',
      items,
      moreBefore: from > 1,
      moreAfter: to < log.length,
    })
  }
  const later = (run: () => void) => setTimeout(run, 120)
  const grown = () => {
    if (to >= log.length - 1) to = log.length
    show({})
  }
  log.listeners.add(grown)
  later(() => show({}))
  return {
    view,
    loadBefore: () => {
      if (from <= 1 || view.get().loadingBefore) return
      view.set({ ...view.get(), loadingBefore: true })
      later(() => {
        from = Math.max(1, from - PAGE)
        show({ loadingBefore: false, shifted: true })
        if (to - from > WINDOW_MAX)
          later(() => {
            to = from + WINDOW_MAX
            show({})
          })
      })
    },
    loadAfter: () => {
      if (to >= log.length || view.get().loadingAfter) return
      view.set({ ...view.get(), loadingAfter: true })
      later(() => {
        to = Math.min(log.length, to + PAGE)
        show({ loadingAfter: false })
        if (to - from > WINDOW_MAX)
          later(() => {
            from = to - WINDOW_MAX
            show({ shifted: true })
          })
      })
    },
    jumpTo: async seq => {
      if (seq < 1 || seq > log.length) return false
      const target = { seq, wish: ++wish }
      if (seq >= from && seq <= to) {
        show({ target })
        return true
      }
      from = Math.max(1, seq - PAGE / 2)
      to = Math.min(log.length, seq + PAGE / 2)
      show({ target, generation: view.get().generation + 1 })
      return true
    },
    jumpToNewest: () => {
      from = Math.max(1, log.length - PAGE)
      to = log.length
      show({ target: undefined, generation: view.get().generation + 1 })
    },
    seen: () => undefined,
    close: () => {
      log.listeners.delete(grown)
    },
  }
}
