import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import type { Seq, Timeline, TimelineItem, TimelineView } from '../../client/contract.ts'

interface Scroll {
  atEnd: boolean
  /** The message to light up for a moment. */
  flash: Seq | undefined
  onScroll: () => void
  /** Something was measured anew. */
  onResize: () => void
  /** To the newest: by a short glide when it is near, else at once. */
  toEnd: () => void
}

const NEAR_END_PX = 32
const FETCH_AHEAD_SCREENS = 1.5
const FLASH_MS = 1700
/** After rows came or were measured the list moves by itself for a moment: that is nobody's wish to leave the end. */
const SETTLE_MS = 250
/** A scroll this soon after a hand moved is the hand's. */
const HAND_MS = 300

/** Where the timeline stands: opens at the right place, sticks to the newest, fetches ahead, says what was seen. */
export function useScroll(
  timeline: Timeline,
  view: TimelineView,
  items: readonly TimelineItem[],
  list: RefObject<VirtualizerHandle | null>,
  scroller: RefObject<HTMLElement | null>,
): Scroll {
  const [atEnd, setAtEnd] = useState(true)
  const [flash, setFlash] = useState<Seq | undefined>()
  const stick = useRef(true)
  const placed = useRef('')
  const settlesAt = useRef(0)
  const handAt = useRef(Number.NEGATIVE_INFINITY)
  const latest = useRef({ view, items })
  latest.current = { view, items }

  const tellSeen = useCallback(() => {
    const handle = list.current
    const { items: now } = latest.current
    if (!handle || now.length === 0 || placed.current === '' || document.visibilityState !== 'visible' || !document.hasFocus()) return
    const lastIndex = handle.findItemIndex(handle.scrollOffset + handle.viewportSize - 8)
    for (let index = Math.min(lastIndex, now.length - 1); index >= 0; index -= 1) {
      const seq = now[index]?.seq
      if (seq !== undefined) {
        timeline.seen(seq)
        return
      }
    }
  }, [timeline, list])

  // By the element itself: told by index while it is there already, the list would wait for a scroll that never comes, and keep no place meanwhile.
  const holdEnd = useCallback(() => {
    const element = scroller.current
    if (element && stick.current && placed.current !== '') element.scrollTop = element.scrollHeight
  }, [scroller])

  const onScroll = useCallback(() => {
    const handle = list.current
    if (!handle || placed.current === '') return
    const { view: now } = latest.current
    const rest = handle.scrollSize - handle.scrollOffset - handle.viewportSize
    const end = rest < NEAR_END_PX && !now.moreAfter
    const settling = performance.now() < settlesAt.current
    if (settling && stick.current && !end && !now.moreAfter) {
      holdEnd()
      return
    }
    stick.current = end
    setAtEnd(end)
    // What comes above while the list is on its way to a place would put another row there.
    if (settling) return
    if (now.moreBefore && handle.scrollOffset < handle.viewportSize * FETCH_AHEAD_SCREENS) timeline.loadBefore()
    if (now.moreAfter && rest < handle.viewportSize * FETCH_AHEAD_SCREENS) timeline.loadAfter()
    tellSeen()
  }, [timeline, list, tellSeen, holdEnd])

  const settleTimer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const settle = useCallback(() => {
    if (performance.now() - handAt.current < HAND_MS) return
    settlesAt.current = performance.now() + SETTLE_MS
    clearTimeout(settleTimer.current)
    settleTimer.current = setTimeout(onScroll, SETTLE_MS + 10)
  }, [onScroll])
  useEffect(() => () => clearTimeout(settleTimer.current), [])

  const onResize = useCallback(() => {
    settle()
    holdEnd()
    onScroll()
  }, [settle, holdEnd, onScroll])

  // The first place of a window, and each wish for another one.
  const target = view.target
  const wish = `${view.generation}:${target?.wish ?? 0}`
  useLayoutEffect(() => {
    if (view.phase !== 'ready' || items.length === 0 || placed.current === wish) return
    const index = target ? items.findIndex(item => item.seq === target.seq) : -1
    if (target && index < 0) {
      // The row is not in the window (yet); the next view has it, or it is no message.
      if (view.loadingBefore || view.loadingAfter) return
    }
    const opening = placed.current === ''
    placed.current = wish
    settle()
    const handle = list.current
    if (target && index >= 0) {
      stick.current = false
      handle?.scrollToIndex(index, { align: 'center' })
      setFlash(target.seq)
      setAtEnd(false)
    } else {
      const unread = opening && view.unreadAfter !== undefined ? firstUnread(items, view.unreadAfter) : -1
      stick.current = unread < 0
      if (unread >= 0) handle?.scrollToIndex(unread, { align: 'start', offset: -72 })
      else handle?.scrollToIndex(items.length - 1, { align: 'end' })
    }
  }, [view, items, target, wish, list, settle])

  // What is new is followed by who stands at the end, and always when it is one's own.
  const count = items.length
  const newest = items.at(-1)
  const newestKey = newest?.key
  const ownPending = newest?.type === 'message' && newest.own && newest.state === 'pending'
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the end of the list changed
  useLayoutEffect(() => {
    if (ownPending) stick.current = true
    settle()
    holdEnd()
    const frame = requestAnimationFrame(onScroll)
    return () => cancelAnimationFrame(frame)
  }, [count, newestKey, ownPending, wish, settle, holdEnd, onScroll])

  // Whose hand it was.
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const moved = () => {
      handAt.current = performance.now()
      settlesAt.current = 0
    }
    const names = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const
    for (const name of names) element.addEventListener(name, moved, { passive: true })
    return () => {
      for (const name of names) element.removeEventListener(name, moved)
    }
  }, [scroller])

  // The keyboard opened, the composer grew, the window was turned.
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(holdEnd)
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller, holdEnd])

  useEffect(() => {
    window.addEventListener('focus', tellSeen)
    document.addEventListener('visibilitychange', tellSeen)
    return () => {
      window.removeEventListener('focus', tellSeen)
      document.removeEventListener('visibilitychange', tellSeen)
    }
  }, [tellSeen])

  useEffect(() => {
    if (flash === undefined) return
    const timer = setTimeout(() => setFlash(undefined), FLASH_MS)
    return () => clearTimeout(timer)
  }, [flash])

  const toEnd = useCallback(() => {
    stick.current = true
    if (latest.current.view.moreAfter) timeline.jumpToNewest()
    else list.current?.scrollToIndex(latest.current.items.length - 1, { align: 'end' })
    setAtEnd(true)
  }, [timeline, list])

  return { atEnd, flash, onScroll, onResize, toEnd }
}

function firstUnread(items: readonly TimelineItem[], after: Seq): number {
  return items.findIndex(item => item.type === 'message' && !item.own && (item.seq ?? 0) > after)
}
