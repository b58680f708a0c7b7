/**
 * Writes what changed in confirmed state to the storage, in the background, and says how far each log is kept.
 *
 * It compares the state with the one that it wrote last, so nothing else has to report changes. The cursor goes into the same batch as the events before it.
 */

import type { ConversationId, Seq } from '../api/wire.ts'
import type { Follower } from '../store/fold.ts'
import type { Entry, PageRange } from '../store/log.ts'
import { above, withRange } from '../store/ranges.ts'
import { type Conversation, EMPTY_STATE, type State } from '../store/state.ts'
import type { Batch, StoredConversation, StoredMeta } from './storage.ts'

export interface Keeper {
  /** What is to be written so that the storage holds this state; `undefined` when nothing changed. Takes it as written. */
  readonly batch: (state: State) => Batch | undefined
  /** Which seqs of a log the storage holds, once the batches given out are written. */
  readonly coverage: (conversation: ConversationId) => readonly PageRange[]
  /** The log was dropped: forget what the storage has of it. */
  readonly forget: (conversation: ConversationId) => void
  /** Everything was replaced by a snapshot. */
  readonly reset: () => void
  readonly restored: (state: State, conversations: readonly StoredConversation[]) => void
}

/** `keepsEntries` false: there is no storage to read back from, so nothing counts as covered. */
export function makeKeeper(keepsEntries: () => boolean): Keeper {
  let written: State = EMPTY_STATE
  let coverage = new Map<ConversationId, readonly PageRange[]>()
  let forgotten = new Set<ConversationId>()
  let isReset = false

  const batch = (state: State): Batch | undefined => {
    if (state === written && forgotten.size === 0 && !isReset) return undefined
    const before = isReset ? EMPTY_STATE : written
    const changes = conversationChanges(before, state)
    const contacts = [...state.contacts.values()].filter(contact => before.contacts.get(contact.user.id) !== contact)
    const result: Batch = {
      reset: isReset,
      forget: [...forgotten],
      trim: changes.trim,
      entries: changes.entries,
      followers: changes.followers,
      conversations: changes.conversations,
      goneConversations: [...before.conversations.keys()].filter(id => !state.conversations.has(id)),
      users: [...state.users.values()].filter(user => before.users.get(user.id) !== user),
      contacts,
      goneContacts: [...before.contacts.keys()].filter(id => !state.contacts.has(id)),
      ...(isSameMeta(before, state) && !isReset ? {} : { meta: metaOf(state) }),
    }
    written = state
    forgotten = new Set()
    isReset = false
    return result
  }

  const conversationChanges = (before: State, state: State) => {
    const trim: [ConversationId, Seq][] = []
    const entries: [ConversationId, Entry][] = []
    const followers: Follower[] = []
    const conversations: StoredConversation[] = []
    for (const [id, conversation] of state.conversations) {
      const known = before.conversations.get(id)
      if (known === conversation) continue
      const { head, log } = conversation
      if (log !== known?.log) {
        entries.push(...changedEntries(known, conversation).map(entry => [id, entry] as [ConversationId, Entry]))
        followers.push(...log.followers.filter(follower => follower.seq > (known?.log.through ?? 0)))
        // More edits than are remembered came at once: entries that are not in memory may have missed some.
        if (known !== undefined && log.followersAfter > known.log.through) coverage.set(id, [])
        const held = log.segments.reduce((ranges, { from, to }) => withRange(ranges, { from, to }, head.readable), coverage.get(id) ?? [])
        if (keepsEntries()) coverage.set(id, held)
      }
      if (known !== undefined && head.trimmed_seq > known.head.trimmed_seq) {
        trim.push([id, head.trimmed_seq])
        coverage.set(id, above(coverage.get(id) ?? [], head.trimmed_seq))
      }
      conversations.push(storedConversation(conversation, coverage.get(id) ?? []))
    }
    return { trim, entries, followers, conversations }
  }

  return {
    batch,
    coverage: id => coverage.get(id) ?? [],
    forget: id => {
      forgotten.add(id)
      coverage.delete(id)
    },
    reset: () => {
      isReset = true
      forgotten = new Set()
      coverage = new Map()
    },
    restored: (state, conversations) => {
      written = state
      isReset = false
      forgotten = new Set()
      coverage = new Map(conversations.map(conversation => [conversation.id, conversation.coverage]))
    },
  }
}

function changedEntries(known: Conversation | undefined, conversation: Conversation): Entry[] {
  const before = new Set(known?.log.segments.flatMap(segment => segment.entries))
  return conversation.log.segments.flatMap(segment => segment.entries.filter(entry => !before.has(entry)))
}

function storedConversation({ head, counted, log, held, listed, receipts }: Conversation, coverage: readonly PageRange[]): StoredConversation {
  return { id: head.id, head, counted, through: log.through, held, listed, receipts: [...receipts.values()], coverage }
}

function metaOf({ epoch, cursor, limits, account, blocked }: State): StoredMeta {
  return { epoch, cursor, limits, account, blocked: [...blocked] }
}

function isSameMeta(one: State, other: State): boolean {
  return (
    one.cursor === other.cursor &&
    one.epoch === other.epoch &&
    one.account === other.account &&
    one.blocked === other.blocked &&
    one.limits === other.limits
  )
}
