/**
 * What the person did and the server has not confirmed yet. It lies over confirmed state when that is shown, and never changes it.
 */

import type { ConversationId, Seq, Timestamp, UserId } from '../api/wire.ts'

/** What is to be done about a conversation. All of it is safe to send twice: a send by its key, the rest because twice is once. */
export type Deed =
  | { readonly type: 'send'; readonly text: string; readonly mentions: readonly UserId[]; readonly replyTo: Seq | undefined }
  | { readonly type: 'edit'; readonly seq: Seq; readonly text: string; readonly mentions: readonly UserId[] }
  | { readonly type: 'delete'; readonly seq: Seq }
  | { readonly type: 'react'; readonly seq: Seq; readonly emoji: string; readonly on: boolean }
  | { readonly type: 'pin'; readonly seq: Seq; readonly on: boolean }
  | { readonly type: 'read'; readonly seq: Seq }
  | {
      readonly type: 'settings'
      readonly change: { readonly muted_until?: Timestamp; readonly pinned?: boolean; readonly archived?: boolean; readonly marked_unread?: boolean }
    }

export interface PendingProblem {
  readonly code: string
  readonly message: string
}

/** One deed on its way. */
export interface Pending {
  /** Made when it was written, and the same on every try (G2). */
  readonly key: string
  readonly conversation: ConversationId
  /** Rises with every deed of this device; they go out in this order. */
  readonly order: number
  /** This machine's time, to show until the server's is known. */
  readonly madeAt: Timestamp
  readonly deed: Deed
  readonly stage:
    | 'waiting'
    /** It may have reached the server. */
    | 'sending'
    /** The server confirmed it at `seq`; it stays until the log shows it. */
    | 'sent'
    /** The server refused it for good. */
    | 'failed'
  /** The head of the log when it first went out: what the server made of it stands after this. */
  readonly after: Seq | undefined
  readonly seq?: Seq | undefined
  readonly problem?: PendingProblem | undefined
}

/** By key, in order. */
export type Outbox = ReadonlyMap<string, Pending>

/** The deeds of one conversation, in order. */
export function deedsOf(outbox: Outbox, conversation: ConversationId): Pending[] {
  return [...outbox.values()].filter(pending => pending.conversation === conversation)
}

/** Whether a deed about the same thing makes this one needless, so that only the last of a kind is kept. */
export function replaces(later: Pending, earlier: Pending): boolean {
  if (later.conversation !== earlier.conversation || earlier.stage !== 'waiting') return false
  const [next, last] = [later.deed, earlier.deed]
  if (next.type === 'read' && last.type === 'read') return next.seq >= last.seq
  if (next.type === 'react' && last.type === 'react') return next.seq === last.seq && next.emoji === last.emoji
  if ((next.type === 'pin' && last.type === 'pin') || (next.type === 'edit' && last.type === 'edit')) return next.seq === last.seq
  if (next.type === 'settings' && last.type === 'settings') return Object.keys(last.change).every(name => Object.hasOwn(next.change, name))
  return false
}
