/** What a page and the worker say to each other. Everything is plain data that `postMessage` can carry. */

import type {
  Account,
  Arrival,
  Commands,
  ConnectionView,
  Contact,
  ConversationId,
  ConversationView,
  Draft,
  Presence,
  Receipt,
  Refusal,
  Seq,
  ServerInfo,
  Session,
  SessionView,
  StorageView,
  TimelineItem,
  TimelineView,
  Totals,
  User,
  UserId,
} from './contract.ts'

export type CommandName = keyof Commands

export type FromPage =
  /** The first word of a tab. */
  | { readonly type: 'attach' }
  /** `id` 0 wants no answer. */
  | { readonly type: 'command'; readonly id: number; readonly name: CommandName; readonly args: readonly unknown[] }
  | { readonly type: 'open'; readonly timeline: number; readonly conversation: ConversationId }
  | { readonly type: 'close'; readonly timeline: number }
  | { readonly type: 'load'; readonly timeline: number; readonly end: 'before' | 'after' | 'newest' }
  | { readonly type: 'seen'; readonly timeline: number; readonly seq: Seq }
  | { readonly type: 'jump'; readonly id: number; readonly timeline: number; readonly seq: Seq }
  /** The tab closes. */
  | { readonly type: 'detach' }

export type FromWorker =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly refusal: Refusal }
  | { readonly type: 'patch'; readonly patch: Patch }
  | { readonly type: 'timeline'; readonly timeline: number; readonly change: TimelineChange }
  | { readonly type: 'arrival'; readonly arrival: Arrival }
  /** Another worker took over: open again what is open, and send again what was not answered. */
  | { readonly type: 'restart' }

/** What changed since the last patch. A whole one comes first. */
export interface Patch {
  /** Forget everything first. */
  readonly whole?: boolean
  readonly session?: SessionView
  readonly server?: ServerInfo
  readonly connection?: ConnectionView
  readonly storage?: StorageView
  readonly account?: Account | null
  readonly totals?: Totals
  readonly contacts?: readonly Contact[]
  readonly blocked?: readonly UserId[]
  readonly sessions?: readonly Session[] | null
  readonly conversations?: readonly ConversationView[]
  readonly gone?: readonly ConversationId[]
  /** The list's order, whole, when it changed. */
  readonly order?: readonly ConversationId[]
  readonly users?: readonly User[]
  /** `null` after a disconnection: nothing is known any more. */
  readonly presence?: readonly Presence[] | null
  readonly drafts?: readonly (readonly [ConversationId, Draft | null])[]
  readonly receipts?: readonly (readonly [ConversationId, readonly Receipt[]])[]
}

export interface TimelineChange {
  /** Everything of the view but the items. */
  readonly view: Omit<TimelineView, 'items'>
  /** Keys in order, when they changed. */
  readonly order?: readonly string[]
  /** New and changed items. */
  readonly put?: readonly TimelineItem[]
}

/** The lock that a tab holds as long as it lives, so that the worker learns of its end. */
export function tabLock(tab: string): string {
  return `parlor-tab-${tab}`
}
