/**
 * Sends what the person did: in the order in which it was done per conversation, one at a time there, each with the key that was made when it was written.
 *
 * Promises: what was taken is in the storage before `take` resolves; it goes out exactly once in effect, over any number of restarts (G2); what the server
 * refuses for good is not tried again by itself.
 */

import { Refused } from '../api/refused.ts'
import type { ConversationId } from '../api/wire.ts'
import { type Deed, deedsOf, type Outbox, type Pending, replaces } from '../store/pending.ts'
import type { Engine } from './engine.ts'

const BACK_OFF_FIRST_MS = 1_000
const BACK_OFF_MAX_MS = 60_000
/** Conversations that send at the same time. */
const LANES_MAX = 6
/** Settings and watermarks that were accepted and do not show after this long were overtaken. */
const SETTLE_WITHIN_MS = 10_000

export interface Sender {
  /** Takes a deed. Resolves when it is kept; twice with the same key is once. */
  readonly take: (key: string, conversation: ConversationId, deed: Deed) => Promise<void>
  /** Resolves with how it ended, or with `undefined` when that is not known soon. */
  readonly outcome: (key: string, withinMs: number) => Promise<Refused | undefined>
  readonly retry: (key: string) => Promise<void>
  readonly discard: (key: string) => Promise<boolean>
  /** The key under which a message of this device was written. */
  readonly keyOf: (conversation: ConversationId, seq: number) => string | undefined
}

const KEYS_MAX = 1_000

export function makeSender(engine: Engine): Sender {
  const keys = new Map<string, string>()
  const waiters = new Map<string, (refused: Refused | undefined) => void>()
  const failures = new Map<ConversationId, number>()
  const pausedUntil = new Map<ConversationId, number>()
  const acceptedAt = new Map<string, number>()

  const edit = (change: (outbox: Map<string, Pending>) => void) => {
    const next = new Map(engine.outbox())
    change(next)
    engine.setOutbox(next)
  }

  const put = (pending: Pending) => edit(outbox => void outbox.set(pending.key, pending))

  const remove = (key: string) => {
    edit(outbox => void outbox.delete(key))
    if (!acceptedAt.delete(key)) void engine.write({ goneOutbox: [key] })
  }

  const take: Sender['take'] = async (key, conversation, deed) => {
    if (engine.outbox().has(key) || [...keys.values()].includes(key)) return
    const order = [...engine.outbox().values()].reduce((most, pending) => Math.max(most, pending.order), 0) + 1
    const madeAt = new Date(engine.environment.now()).toISOString()
    const pending: Pending = { key, conversation, order, madeAt, deed, stage: 'waiting', after: undefined }
    const needless = [...engine.outbox().values()].filter(earlier => replaces(pending, earlier)).map(earlier => earlier.key)
    edit(outbox => {
      for (const old of needless) outbox.delete(old)
      outbox.set(key, pending)
    })
    await engine.write({ outbox: [pending], goneOutbox: needless })
    pump()
  }

  /** Starts whatever may go out now. */
  const pump = () => {
    if (!engine.isLive()) return
    const now = engine.environment.now()
    const lanes = new Set<ConversationId>()
    for (const pending of engine.outbox().values()) if (pending.stage === 'sending') lanes.add(pending.conversation)
    for (const pending of inOrder(engine.outbox())) {
      if (pending.stage !== 'waiting' || lanes.has(pending.conversation)) continue
      if (lanes.size >= LANES_MAX) return
      lanes.add(pending.conversation)
      if ((pausedUntil.get(pending.conversation) ?? 0) <= now) void send(pending)
    }
  }

  const send = async (pending: Pending) => {
    const head = engine.state().conversations.get(pending.conversation)?.head
    const sending: Pending = { ...pending, stage: 'sending', after: pending.after ?? head?.last_seq }
    put(sending)
    try {
      const seq = await deliver(engine, sending)
      failures.delete(pending.conversation)
      if (!engine.outbox().has(pending.key)) return
      acceptedAt.set(pending.key, engine.environment.now())
      // The server has it: nothing must send it again, whatever becomes of this worker.
      void engine.write({ goneOutbox: [pending.key] })
      engine.environment.clock(SETTLE_WITHIN_MS + 1, settle)
      put({ ...sending, stage: 'sent', seq })
      if (seq !== undefined && pending.deed.type === 'send') remember(`${pending.conversation}.${seq}`, pending.key)
      settle()
      ended(pending.key, undefined)
    } catch (fault) {
      if (engine.outbox().has(pending.key)) refused(sending, fault instanceof Refused ? fault : new Refused('not_understood', String(fault)))
    }
    pump()
  }

  const remember = (place: string, key: string) => {
    keys.set(place, key)
    const [oldest] = keys.keys()
    if (keys.size > KEYS_MAX && oldest !== undefined) keys.delete(oldest)
  }

  const refused = (pending: Pending, fault: Refused) => {
    if (fault.isPassing || fault.code === 'unauthenticated' || fault.code === 'logged_out') {
      put({ ...pending, stage: 'waiting' })
      pause(pending.conversation, fault)
      return
    }
    ended(pending.key, fault)
    if (pending.deed.type !== 'send') return remove(pending.key)
    const failed: Pending = { ...pending, stage: 'failed', problem: { code: fault.code, message: fault.message } }
    put(failed)
    void engine.write({ outbox: [failed] })
  }

  const pause = (conversation: ConversationId, fault: Refused) => {
    // Without a connection the next one starts the pump.
    if (fault.code === 'offline' && !engine.isLive()) return
    const count = failures.get(conversation) ?? 0
    failures.set(conversation, count + 1)
    const { random, now, clock } = engine.environment
    const ms = (fault.retryAfterMs ?? 0) + random() * Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** count)
    pausedUntil.set(conversation, now() + ms)
    clock(ms + 1, pump)
  }

  const ended = (key: string, fault: Refused | undefined) => {
    waiters.get(key)?.(fault)
    waiters.delete(key)
  }

  /** Lets go of what the confirmed state shows by now. */
  const settle = () => {
    const now = engine.environment.now()
    for (const pending of engine.outbox().values()) {
      if (pending.stage !== 'sent') continue
      const conversation = engine.state().conversations.get(pending.conversation)
      const isOld = now - (acceptedAt.get(pending.key) ?? 0) > SETTLE_WITHIN_MS
      if (
        conversation === undefined ||
        isShown(pending, conversation.head.last_seq, conversation.log.through, conversation.head.read) ||
        (isOld && pending.seq === undefined)
      ) {
        remove(pending.key)
      }
    }
  }

  engine.onChange(settle)
  engine.onLive(() => {
    pausedUntil.clear()
    // After the snapshot is in, and everything that this turn still does.
    queueMicrotask(pump)
  })
  engine.onLoggedOut(() => {
    keys.clear()
    for (const key of [...waiters.keys()]) ended(key, new Refused('logged_out', 'the session has ended'))
  })

  return {
    take,
    outcome: (key, withinMs) =>
      new Promise(resolve => {
        const pending = engine.outbox().get(key)
        if (pending === undefined || pending.stage === 'sent' || !engine.isLive()) return resolve(undefined)
        waiters.set(key, resolve)
        engine.environment.clock(withinMs, () => ended(key, undefined))
      }),
    retry: async key => {
      const pending = engine.outbox().get(key)
      if (pending?.stage !== 'failed') return
      const { problem: _, ...rest } = pending
      put({ ...rest, stage: 'waiting' })
      await engine.write({ outbox: [{ ...rest, stage: 'waiting' }] })
      pump()
    },
    discard: async key => {
      const pending = engine.outbox().get(key)
      if (pending === undefined || pending.stage === 'sending' || pending.stage === 'sent') return false
      // A waiting one that went out before may have arrived.
      if (pending.stage === 'waiting' && pending.after !== undefined) return false
      remove(key)
      return true
    },
    keyOf: (conversation, seq) => keys.get(`${conversation}.${seq}`),
  }
}

function inOrder(outbox: Outbox): Pending[] {
  return [...outbox.values()].sort((one, other) => one.order - other.order)
}

function isShown(pending: Pending, lastSeq: number, through: number, read: number): boolean {
  if (pending.seq !== undefined) return lastSeq >= pending.seq && through >= pending.seq
  return pending.deed.type === 'read' && read >= pending.deed.seq
}

/** Gives the seq of what came of it, for what goes into the log. */
async function deliver(engine: Engine, { key, conversation, deed }: Pending): Promise<number | undefined> {
  switch (deed.type) {
    case 'send': {
      const mentions = deed.mentions.length === 0 ? {} : { mentions: [...deed.mentions] }
      const reply = deed.replyTo === undefined ? {} : { reply_to: deed.replyTo }
      return (await engine.ask('message.send', { conversation, key, text: deed.text, ...mentions, ...reply })).seq
    }
    case 'edit': {
      const mentions = deed.mentions.length === 0 ? {} : { mentions: [...deed.mentions] }
      return (await engine.ask('message.edit', { conversation, seq: deed.seq, text: deed.text, ...mentions })).seq
    }
    case 'delete':
      return (await engine.ask('message.delete', { conversation, seq: deed.seq })).seq
    case 'react':
      return (await engine.ask('message.react', { conversation, seq: deed.seq, emoji: deed.emoji, on: deed.on })).seq
    case 'pin':
      return (await engine.ask('message.pin', { conversation, seq: deed.seq, on: deed.on })).seq
    case 'read':
      await engine.ask('receipt.update', { conversation, read: deed.seq })
      return undefined
    case 'settings':
      await engine.ask('conversation.settings', { conversation, ...deed.change })
      return undefined
  }
}

export { deedsOf }
