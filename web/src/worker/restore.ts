/** The state that the storage holds: where the app starts from before anything is heard. */

import { emptyLog } from '../store/log.ts'
import type { Outbox, Pending } from '../store/pending.ts'
import { type Conversation, EMPTY_STATE, type State } from '../store/state.ts'
import type { Stored, StoredConversation } from './storage.ts'

export function restoredState(stored: Stored): State {
  const { session, meta } = stored
  if (session === undefined) return EMPTY_STATE
  return {
    ...EMPTY_STATE,
    me: session.user,
    device: session.device,
    epoch: meta?.epoch,
    cursor: meta?.cursor,
    limits: meta?.limits,
    account: meta?.account,
    blocked: new Set(meta?.blocked),
    users: new Map(stored.users.map(user => [user.id, user])),
    contacts: new Map(stored.contacts.map(contact => [contact.user.id, contact])),
    conversations: new Map(stored.conversations.map(conversation => [conversation.id, restoredConversation(conversation)])),
  }
}

function restoredConversation({ head, counted, through, held, listed, receipts }: StoredConversation): Conversation {
  const log = emptyLog(through)
  return { head, counted, recent: [], log, ahead: [], receipts: new Map(receipts.map(receipt => [receipt.user, receipt])), listed, held }
}

/** What was under way when the worker ended may or may not have arrived: it goes out again, with the same key. */
export function restoredOutbox(stored: Stored): Outbox {
  return new Map(
    stored.outbox.map(pending => [pending.key, pending.stage === 'sending' ? ({ ...pending, stage: 'waiting' } satisfies Pending) : pending]),
  )
}
