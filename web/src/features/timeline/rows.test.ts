import { expect, test } from 'vitest'
import type { MessageItem, TimelineItem, TimelineView } from '../../client/contract.ts'
import { lastOwnMessage, layOut } from './rows.ts'
import { step } from './useWindow.ts'

function message(seq: number, change: Partial<MessageItem> = {}): MessageItem {
  return {
    type: 'message',
    key: `k${seq}`,
    seq,
    sender: '1',
    own: false,
    at: new Date(Date.UTC(2026, 2, 3, 12, 0, seq)).toISOString(),
    text: `text ${seq}`,
    mentions: [],
    mentionsMe: false,
    deleted: false,
    pinned: false,
    reactions: [],
    state: 'sent',
    changing: false,
    ...change,
  }
}

function view(items: readonly TimelineItem[], change: Partial<TimelineView> = {}): TimelineView {
  return {
    conversation: '5',
    phase: 'ready',
    items,
    moreBefore: true,
    moreAfter: true,
    loadingBefore: false,
    loadingAfter: false,
    shifted: false,
    generation: 0,
    ...change,
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => message(from + index))

test('one author within five minutes is one run, and another author ends it', () => {
  const rows = layOut([message(1), message(2), message(3, { sender: '2' })], undefined)
  expect(rows.map(row => [row.first, row.last])).toEqual([
    [true, false],
    [false, true],
    [true, true],
  ])
})

test('five minutes of silence end a run', () => {
  const rows = layOut([message(1), message(2, { at: new Date(Date.UTC(2026, 2, 3, 12, 5, 2)).toISOString() })], undefined)
  expect(rows[0]?.last).toBe(true)
})

test('the unread line stands before the first message of others after the watermark, once', () => {
  const rows = layOut([message(1), message(2, { own: true }), message(3), message(4)], 1)
  expect(rows.map(row => row.unread)).toEqual([false, false, true, false])
})

test('ticks stand in the middle of a run where the next message is not as far', () => {
  const own = (seq: number, state: MessageItem['state']) => message(seq, { own: true, state })
  const rows = layOut([own(1, 'read'), own(2, 'read'), own(3, 'sent')], undefined)
  expect(rows.map(row => row.showState)).toEqual([false, true, false])
})

test('the arrow upwards edits the last own message that still stands', () => {
  const items = [message(1, { own: true }), message(2, { own: true, deleted: true }), message(3)]
  expect(lastOwnMessage(items)?.seq).toBe(1)
})

test('items added at the start alone are shown at once, from the end', () => {
  const shown = step({ source: view(range(10, 20)), items: range(10, 20) }, view(range(5, 20)))
  expect([shown.items.length, shown.shift, shown.following]).toEqual([16, true, undefined])
})

test('a window that slides takes two steps: first its start, then its end', () => {
  const before = range(10, 20)
  const backwards = step({ source: view(before), items: before }, view(range(5, 15)))
  expect([backwards.items[0]?.seq, backwards.items.at(-1)?.seq, backwards.shift]).toEqual([5, 20, true])
  expect(backwards.following?.at(-1)?.seq).toBe(15)
  const forwards = step({ source: view(before), items: before }, view(range(15, 25)))
  expect([forwards.items[0]?.seq, forwards.items.at(-1)?.seq, forwards.shift]).toEqual([15, 20, true])
  expect(forwards.following?.at(-1)?.seq).toBe(25)
})

test('new items at the end keep the position from the start', () => {
  const shown = step({ source: view(range(10, 20)), items: range(10, 20) }, view(range(10, 25)))
  expect([shown.shift, shown.items.length]).toEqual([false, 16])
})

test('a window put somewhere else is shown whole', () => {
  const shown = step({ source: view(range(10, 20)), items: range(10, 20) }, view(range(500, 520), { generation: 1 }))
  expect([shown.shift, shown.items[0]?.seq, shown.following]).toEqual([false, 500, undefined])
})
