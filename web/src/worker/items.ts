/** The items of a window: confirmed entries with what waits laid over them, each the same object as long as nothing in it changed. */

import type { LogEvent, Message, Seq } from '../api/wire.ts'
import type { MessageItem, ReplyView, TimelineItem } from '../client/contract.ts'
import type { Entry } from '../store/log.ts'
import type { Pending } from '../store/pending.ts'
import { messageItem, messageState, noticeItem, pendingItem } from '../store/selectors.ts'
import type { Conversation } from '../store/state.ts'

export interface ItemsInput {
  readonly conversation: Conversation
  readonly me: string
  readonly entries: readonly Entry[]
  /** Of this conversation, in order. */
  readonly deeds: readonly Pending[]
  /** The window reaches the newest, so what waits to be sent follows. */
  readonly reachesEnd: boolean
  readonly keyOf: (seq: Seq) => string | undefined
  readonly reply: (seq: Seq) => ReplyView
}

interface Made {
  readonly content: Message | LogEvent | Pending
  readonly deeds: readonly Pending[]
  readonly reply: ReplyView | undefined
  readonly state: MessageItem['state']
  readonly key: string | undefined
  readonly item: TimelineItem
}

const NO_DEEDS: readonly Pending[] = []

export interface ItemMaker {
  readonly items: (input: ItemsInput) => TimelineItem[]
}

/** Remembers what it made last, so that what did not change is the same object. */
export function makeItems(): ItemMaker {
  let made = new Map<string, Made>()

  return {
    items: input => {
      const next = new Map<string, Made>()
      const { conversation, me, deeds } = input
      const sends = deeds.filter(({ deed }) => deed.type === 'send')
      const shown = alreadyShown(input, sends)
      const about = new Map<Seq, Pending[]>()
      for (const pending of deeds) {
        if (pending.deed.type === 'send' || pending.deed.type === 'settings' || pending.deed.type === 'read') continue
        const list = about.get(pending.deed.seq)
        if (list === undefined) about.set(pending.deed.seq, [pending])
        else list.push(pending)
      }
      const items: TimelineItem[] = []
      const add = (id: string, candidate: Omit<Made, 'item'>, make: () => TimelineItem | undefined) => {
        const known = made.get(id)
        const item = known !== undefined && isSame(known, candidate) ? known.item : make()
        if (item === undefined) return
        next.set(id, { ...candidate, item })
        items.push(item)
      }
      for (const entry of input.entries) {
        if (entry.type === 'notice') {
          add(`n${entry.seq}`, { content: entry.event, deeds: NO_DEEDS, reply: undefined, state: 'sent', key: undefined }, () => noticeItem(entry))
          continue
        }
        const { message } = entry
        const mine = about.get(entry.seq) ?? NO_DEEDS
        const reply = message.reply_to === undefined ? undefined : input.reply(message.reply_to)
        const state = message.sender === me ? messageState(conversation, me, entry.seq) : 'sent'
        const key = shown.bySeq.get(entry.seq) ?? (message.sender === me ? input.keyOf(entry.seq) : undefined)
        add(`m${entry.seq}`, { content: message, deeds: mine, reply, state, key }, () =>
          messageItem(message, { conversation, me, deeds: mine, key, reply }),
        )
      }
      if (input.reachesEnd) {
        for (const pending of sends) {
          if (shown.keys.has(pending.key) || pending.deed.type !== 'send') continue
          const reply = pending.deed.replyTo === undefined ? undefined : input.reply(pending.deed.replyTo)
          add(`p${pending.key}`, { content: pending, deeds: NO_DEEDS, reply, state: 'pending', key: pending.key }, () =>
            pendingItem(pending, me, reply),
          )
        }
      }
      made = next
      return items
    },
  }
}

function isSame(known: Made, candidate: Omit<Made, 'item'>): boolean {
  return (
    known.content === candidate.content &&
    known.reply === candidate.reply &&
    known.state === candidate.state &&
    known.key === candidate.key &&
    known.deeds.length === candidate.deeds.length &&
    known.deeds.every((pending, index) => pending === candidate.deeds[index])
  )
}

/**
 * Which of my sends stand in the log already. The event may come before the answer that says where it went; until then an own message after the head of that
 * moment, with the same words, is taken for it. That is for the eye only: the outbox believes nothing but the answer.
 */
function alreadyShown(input: ItemsInput, sends: readonly Pending[]): { keys: Set<string>; bySeq: Map<Seq, string> } {
  const keys = new Set<string>()
  const bySeq = new Map<Seq, string>()
  for (const pending of sends) {
    const { deed, seq, after, key, stage } = pending
    if (deed.type !== 'send') continue
    if (seq !== undefined) {
      bySeq.set(seq, key)
      if (input.conversation.log.through >= seq) keys.add(key)
      continue
    }
    if (stage !== 'sending' || after === undefined) continue
    const match = input.entries.findLast(
      entry =>
        entry.type === 'message' &&
        entry.seq > after &&
        !bySeq.has(entry.seq) &&
        input.keyOf(entry.seq) === undefined &&
        entry.message.sender === input.me &&
        entry.message.text === deed.text &&
        entry.message.reply_to === deed.replyTo,
    )
    if (match === undefined) continue
    bySeq.set(match.seq, key)
    keys.add(key)
  }
  return { keys, bySeq }
}
