/**
 * Where things are kept on this device. Two kinds: IndexedDB, and nothing at all (memory only), for browsers that give no database.
 *
 * Writes are batches; a batch is one transaction, and batches are written in the order in which they are given. So the cursor that a batch carries is never
 * ahead of the events beside it. Reads see every batch that was given before them.
 */

import type { Account, Contact, ConversationId, Cursor, DeviceId, Head, Limits, Receipt, Seq, User, UserId } from '../api/wire.ts'
import type { Draft, SearchHit } from '../client/contract.ts'
import type { Follower } from '../store/fold.ts'
import type { Entry, PageRange } from '../store/log.ts'
import type { Pending } from '../store/pending.ts'

/** Who is logged in. The token is here and in the worker's memory and nowhere else. */
export interface StoredSession {
  readonly token: string
  readonly device: DeviceId
  readonly user: UserId
}

/** What is known of the account and where the change feed stands. */
export interface StoredMeta {
  readonly epoch: number | undefined
  readonly cursor: Cursor | undefined
  readonly limits: Limits | undefined
  readonly account: Account | undefined
  readonly blocked: readonly UserId[]
}

export interface StoredConversation {
  readonly id: ConversationId
  readonly head: Head
  readonly counted: Seq
  readonly through: Seq
  readonly held: boolean
  readonly listed: boolean
  readonly receipts: readonly Receipt[]
  /** Which seqs are in the database. */
  readonly coverage: readonly PageRange[]
}

export interface Stored {
  readonly session: StoredSession | undefined
  readonly meta: StoredMeta | undefined
  readonly users: readonly User[]
  readonly contacts: readonly Contact[]
  readonly conversations: readonly StoredConversation[]
  readonly outbox: readonly Pending[]
  readonly drafts: readonly (readonly [ConversationId, Draft])[]
}

/** What one transaction writes, in this order. */
export interface Batch {
  /** Empty everything but session, outbox and drafts: a snapshot replaces it. */
  readonly reset?: boolean
  readonly session?: StoredSession
  /** Conversations whose entries go. */
  readonly forget?: readonly ConversationId[]
  /** Entries up to a seq go. */
  readonly trim?: readonly (readonly [ConversationId, Seq])[]
  readonly entries?: readonly (readonly [ConversationId, Entry])[]
  /** Folded into the entries that they are about, where those are there. */
  readonly followers?: readonly Follower[]
  readonly conversations?: readonly StoredConversation[]
  readonly goneConversations?: readonly ConversationId[]
  readonly users?: readonly User[]
  readonly contacts?: readonly Contact[]
  readonly goneContacts?: readonly UserId[]
  readonly outbox?: readonly Pending[]
  readonly goneOutbox?: readonly string[]
  readonly drafts?: readonly (readonly [ConversationId, Draft])[]
  readonly goneDrafts?: readonly ConversationId[]
  readonly meta?: StoredMeta
}

export type StorageFault = 'unavailable' | 'blocked' | 'full' | 'broken'

/** Thrown by reads and writes when the storage is of no more use. */
export class StorageFailed extends Error {
  readonly fault: StorageFault
  constructor(fault: StorageFault, cause?: unknown) {
    super(`the storage is ${fault}`, { cause })
    this.name = 'StorageFailed'
    this.fault = fault
  }
}

export interface Storage {
  readonly kind: 'database' | 'memory'
  load(): Promise<Stored>
  write(batch: Batch): Promise<void>
  /** Entries of a range, by seq: the first `limit` of them, or the last. */
  entries(conversation: ConversationId, range: PageRange, limit: number, end: 'first' | 'last'): Promise<Entry[]>
  /** Messages that contain all these words, newest of each conversation first. */
  search(words: readonly string[], within: ConversationId | undefined, limit: number): Promise<SearchHit[]>
  /** Deletes everything. */
  wipe(): Promise<void>
  close(): void
}

export const NOTHING_STORED: Stored = { session: undefined, meta: undefined, users: [], contacts: [], conversations: [], outbox: [], drafts: [] }

/** Keeps nothing: what is in the worker's memory is all there is. */
export function memoryStorage(): Storage {
  return {
    kind: 'memory',
    load: async () => NOTHING_STORED,
    write: async () => undefined,
    entries: async () => [],
    search: async () => [],
    wipe: async () => undefined,
    close: () => undefined,
  }
}

/** Whether a text contains all words, in any case. */
export function containsAll(text: string, words: readonly string[]): boolean {
  const folded = text.toLocaleLowerCase()
  return words.every(word => folded.includes(word))
}
