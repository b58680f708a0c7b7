import { useLayoutEffect, useMemo, useState } from 'react'
import type { ConversationView, TimelineItem, TimelineView } from '../../client/contract.ts'

interface Shown {
  source: TimelineView
  items: readonly TimelineItem[]
  /** The start changed: the position is to be kept from the end. */
  shift: boolean
  /** What is to be shown next, when start and end changed at once: the list can keep its place through one at a time only. */
  following: readonly TimelineItem[] | undefined
}

/** The items to draw now, in steps that a virtual list can follow without a jump. */
export function useWindow(view: TimelineView, kind: ConversationView['kind']): { items: readonly TimelineItem[]; shift: boolean } {
  const [shown, setShown] = useState<Shown>({ source: view, items: view.items, shift: false, following: undefined })
  let present = shown
  if (shown.source !== view) {
    present = step(shown, view)
    setShown(present)
  }
  useLayoutEffect(() => {
    const next = present.following
    if (next) setShown(before => (before.following === next ? { ...before, items: next, shift: false, following: undefined } : before))
  })
  const { items, shift } = present
  return { items: useMemo(() => items.filter(item => isWorthARow(item, kind)), [items, kind]), shift }
}

/** False for what only repeats that the conversation began. Told by the item alone, so that a window shows the same wherever it begins. */
function isWorthARow(item: TimelineItem, kind: ConversationView['kind']): boolean {
  if (item.type !== 'notice' || item.event.event !== 'member_added') return true
  const isFounder = item.seq === 2 && item.event.user === item.event.sender
  return kind !== 'direct' && !isFounder
}

export function step(shown: Pick<Shown, 'source' | 'items'>, view: TimelineView): Shown {
  const before = shown.items
  const after = view.items
  const whole = { source: view, items: after, shift: false, following: undefined }
  const firstBefore = before[0]?.key
  const firstAfter = after[0]?.key
  if (firstBefore === firstAfter || firstBefore === undefined || firstAfter === undefined || view.generation !== shown.source.generation) return whole
  const added = after.findIndex(item => item.key === firstBefore)
  if (added > 0) {
    const start = after.slice(0, added)
    const shifted = [...start, ...before]
    return shifted.length === after.length ? { ...whole, shift: true } : { source: view, items: shifted, shift: true, following: after }
  }
  const removed = before.findIndex(item => item.key === firstAfter)
  if (removed > 0) {
    const rest = before.slice(removed)
    return rest.length === after.length ? { ...whole, shift: true } : { source: view, items: rest, shift: true, following: after }
  }
  return whole
}
