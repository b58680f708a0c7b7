/** The tabs that are attached, with their open windows, what they watch and whether somebody looks at them. */

import type { ConversationId, UserId } from '../api/wire.ts'
import type { TimelineItem, TimelineView } from '../client/contract.ts'
import type { FromWorker, TimelineChange } from '../client/messages.ts'
import type { Window } from './window.ts'

export interface Tab {
  readonly id: string
  readonly post: (message: FromWorker) => void
  readonly windows: Map<number, Window>
  watches: readonly UserId[]
  isActive: boolean
  /** Rises each time somebody looks: the tab with the highest was looked at last. */
  activeAt: number
}

export function makeTab(id: string, post: (message: FromWorker) => void): Tab {
  return { id, post, windows: new Map(), watches: [], isActive: false, activeAt: 0 }
}

/** Turns the views of one window into changes: what the tab has already is not sent again. */
export function makeTimelineChanges(): (view: TimelineView) => TimelineChange {
  let sent = new Map<string, TimelineItem>()
  let order: readonly string[] = []
  return view => {
    const { items, ...rest } = view
    const put = items.filter(item => sent.get(item.key) !== item)
    const keys = items.map(item => item.key)
    const isSameOrder = keys.length === order.length && keys.every((key, index) => key === order[index])
    sent = new Map(items.map(item => [item.key, item]))
    order = keys
    return { view: rest, ...(isSameOrder ? {} : { order: keys }), ...(put.length === 0 ? {} : { put }) }
  }
}

/** Whether somebody looks at the end of this conversation now. */
export function isLookedAt(tabs: Iterable<Tab>, conversation: ConversationId): boolean {
  return [...tabs].some(tab => tab.isActive && [...tab.windows.values()].some(window => window.conversation === conversation && window.isAtEnd()))
}
