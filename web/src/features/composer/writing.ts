/**
 * What is being written, per conversation: one place that the composer, the menu of a message and the keyboard change, and that is kept as a
 * draft by the client. It lives outside of components, so that changing the conversation loses nothing.
 */
import { useSyncExternalStore } from 'react'
import type { Client, ConversationId, Draft, MessageItem, ReplyView, Seq, UserId } from '../../client/contract.ts'

export interface Writing {
  text: string
  /** Chosen from the completion, by handle as it stands in the text. */
  mentions: readonly { id: UserId; handle: string }[]
  reply?: ReplyView | undefined
  editing?: { seq: Seq; before: Writing } | undefined
}

const EMPTY: Writing = { text: '', mentions: [] }
const SAVE_AFTER_MS = 500

const writings = new Map<ConversationId, Writing>()
const listeners = new Set<() => void>()
const timers = new Map<ConversationId, ReturnType<typeof setTimeout>>()

/** Grows when the composer should take the focus. */
let focusWishes = 0

function set(id: ConversationId, writing: Writing): void {
  writings.set(id, writing)
  for (const listener of listeners) listener()
}

export function useWriting(id: ConversationId): Writing {
  return useSyncExternalStore(subscribe, () => writings.get(id) ?? EMPTY)
}

export function useFocusWish(): number {
  return useSyncExternalStore(subscribe, () => focusWishes)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Takes over a kept draft, unless something is being written here already. */
export function takeDraft(id: ConversationId, draft: Draft | undefined): void {
  if (writings.has(id) || draft === undefined) return
  set(id, {
    text: draft.text,
    mentions: [],
    reply: draft.replyTo === undefined ? undefined : { seq: draft.replyTo, deleted: false },
    editing: draft.editing === undefined ? undefined : { seq: draft.editing, before: EMPTY },
  })
}

export function write(client: Client, id: ConversationId, change: Partial<Writing>): void {
  const next = { ...(writings.get(id) ?? EMPTY), ...change }
  set(id, next)
  clearTimeout(timers.get(id))
  timers.set(
    id,
    setTimeout(() => keepDraft(client, id), SAVE_AFTER_MS),
  )
}

/** Keeps what is written now. Called when typing rests and when the conversation is left. */
export function keepDraft(client: Client, id: ConversationId): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
  const writing = writings.get(id)
  if (!writing) return
  void client.commands
    .saveDraft(id, {
      text: writing.text,
      mentions: writing.mentions.map(mention => mention.id),
      replyTo: writing.reply?.seq,
      editing: writing.editing?.seq,
    })
    .catch(() => undefined)
}

/** Nothing is being written any more. */
export function clearWriting(client: Client, id: ConversationId): void {
  set(id, writings.get(id)?.editing?.before ?? EMPTY)
  keepDraft(client, id)
}

export function replyTo(client: Client, id: ConversationId, item: MessageItem): void {
  if (item.seq === undefined) return
  write(client, id, { reply: { seq: item.seq, sender: item.sender, text: item.text, deleted: false } })
  wishFocus()
}

export function startEditing(client: Client, id: ConversationId, item: MessageItem, mentions: Writing['mentions'] = []): void {
  if (item.seq === undefined || item.text === undefined) return
  const present = writings.get(id) ?? EMPTY
  const before = present.editing ? present.editing.before : present
  set(id, { text: item.text, mentions, reply: undefined, editing: { seq: item.seq, before } })
  keepDraft(client, id)
  wishFocus()
}

export function wishFocus(): void {
  focusWishes += 1
  for (const listener of listeners) listener()
}

/** Forgets everything: somebody else may log in. */
export function forgetWritings(): void {
  for (const timer of timers.values()) clearTimeout(timer)
  timers.clear()
  writings.clear()
}
