/** Presence and typing: who is watched, whether I am away, and that I type. All of it may get lost without harm. */

import type { ConversationId, UserId } from '../api/wire.ts'
import type { Engine } from './engine.ts'

const WATCH_AFTER_MS = 200
/** Where presence cannot be pushed it is asked for. */
const ASK_EVERY_MS = 60_000
const AWAY_AFTER_MS = 120_000
const TYPING_EVERY_MS = 4_000
const TYPING_ENDS_MS = 5_000
/** Others' typing is forgotten after this, as the protocol says. */
const FORGET_TYPING_MS = 6_000

export interface Company {
  readonly setWatched: (users: ReadonlySet<UserId>) => void
  readonly setActive: (active: boolean) => void
  readonly typing: (conversation: ConversationId) => void
  /** A message was sent, so nobody types there any more. */
  readonly stopTyping: (conversation: ConversationId) => void
}

export function makeCompany(engine: Engine): Company {
  const { clock, now } = engine.environment
  let watched: ReadonlySet<UserId> = new Set()
  let stopWatchClock: (() => void) | undefined
  let isAway = false
  let stopAwayClock: (() => void) | undefined
  const mine = new Map<ConversationId, { toldAt: number; stopClock: () => void }>()
  const others = new Map<string, () => void>()

  const quietly = (asked: Promise<unknown>) => void asked.catch(() => undefined)

  const watch = async () => {
    if (!engine.isLive()) return
    const most = engine.state().limits?.watched_users_max ?? 500
    const { users } = await engine.ask('presence.watch', { users: [...watched].slice(0, most) })
    engine.dispatch({ type: 'event', event: { event: 'presence', users } })
  }

  const watchSoon = (ms: number) => {
    stopWatchClock?.()
    stopWatchClock = clock(ms, () => {
      quietly(watch())
      const { phase } = engine.connection.machine()
      if (watched.size > 0 && phase.name === 'live' && phase.transport !== 'websocket') watchSoon(ASK_EVERY_MS)
    })
  }

  const setAway = (away: boolean) => {
    if (away === isAway) return
    isAway = away
    if (engine.isLive()) quietly(engine.ask('presence.set', { away }))
  }

  const tellTyping = (conversation: ConversationId, on: boolean) => {
    if (engine.isLive()) quietly(engine.ask('typing.set', { conversation, on }))
  }

  const stop = (conversation: ConversationId, tell: boolean) => {
    const known = mine.get(conversation)
    if (known === undefined) return
    known.stopClock()
    mine.delete(conversation)
    if (tell) tellTyping(conversation, false)
  }

  // The other side may never say that it stopped.
  engine.onChange(() => {
    const current = new Set<string>()
    for (const [conversation, users] of engine.state().typing) {
      for (const user of users) {
        const key = `${conversation}.${user}`
        current.add(key)
        if (others.has(key)) continue
        const event = { event: 'typing', conversation, user, on: false } as const
        others.set(
          key,
          clock(FORGET_TYPING_MS, () => {
            others.delete(key)
            engine.dispatch({ type: 'event', event })
          }),
        )
      }
    }
    for (const [key, stopClock] of others) {
      if (current.has(key)) continue
      stopClock()
      others.delete(key)
    }
  })
  engine.onLive(() => {
    if (watched.size > 0) watchSoon(0)
    if (isAway) quietly(Promise.resolve().then(() => engine.ask('presence.set', { away: true })))
  })

  return {
    setWatched: users => {
      if (users.size === watched.size && [...users].every(user => watched.has(user))) return
      watched = users
      watchSoon(WATCH_AFTER_MS)
    },
    setActive: active => {
      stopAwayClock?.()
      if (active) setAway(false)
      else stopAwayClock = clock(AWAY_AFTER_MS, () => setAway(true))
    },
    typing: conversation => {
      const known = mine.get(conversation)
      known?.stopClock()
      const isDue = known === undefined || now() - known.toldAt >= TYPING_EVERY_MS
      if (isDue) tellTyping(conversation, true)
      mine.set(conversation, { toldAt: isDue ? now() : (known?.toldAt ?? 0), stopClock: clock(TYPING_ENDS_MS, () => stop(conversation, true)) })
    },
    stopTyping: conversation => stop(conversation, false),
  }
}
