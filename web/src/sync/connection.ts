/**
 * The connection: the machine of `machine.ts` with a transport, timers and questions around it. It decides nothing itself.
 *
 * Promises to its owner: a snapshot comes before the events that follow it, nothing comes from an attempt that was given up, and `ended` is said once.
 */

import { snapshot as checkSnapshot, serverEvent } from '../api/check.ts'
import type { Answer, Args, OperationName } from '../api/operations.ts'
import type { Rest } from '../api/rest.ts'
import type { Cursor, ServerEvent, Snapshot } from '../api/wire.ts'
import { makeCalls } from './calls.ts'
import { type Effect, handle, IDLE, type Input, type Machine, type Timer, type Transport } from './machine.ts'
import { type Listener, type Means, type Opened, openEventStream, openPoll, openSocket, type Way } from './transports.ts'

export interface ConnectionOptions {
  readonly means: Means
  readonly rest: Rest
  readonly origin: string
  /** Name and version of this client. */
  readonly client: string
  readonly token: () => string | undefined
  readonly cursor: () => Cursor | undefined
  readonly now: () => number
  readonly random: () => number
  /** Calls back after so many milliseconds, and gives how to stop it. */
  readonly clock: (ms: number, run: () => void) => () => void
  /** `isWelcome`: the first of a connection. A long poll may bring more of them. */
  readonly onSnapshot: (snapshot: Snapshot, isWelcome: boolean) => void
  readonly onEvent: (event: ServerEvent) => void
  readonly onChange: (machine: Machine) => void
  /** The session was revoked or its token is void. */
  readonly onEnded: () => void
  /** Something that came was not understood; it was left out. */
  readonly onFault: (fault: unknown) => void
}

const OPENERS: { readonly [T in Transport]: (means: Means, way: Way, listener: Listener) => Opened } = {
  websocket: openSocket,
  sse: openEventStream,
  poll: openPoll,
}

/** Told by polls that need no snapshot. */
const POLL_HEARTBEAT_MS = 30_000

/** What goes over REST also while there is a socket: secrets, and what may be as large as a page. */
const REST_ONLY: ReadonlySet<OperationName> = new Set<OperationName>([
  'server.get',
  'account.register',
  'account.change_password',
  'account.delete',
  'session.create',
  'session.delete',
  'admin.user.create',
  'admin.user.reset_password',
])

export interface Connection {
  readonly machine: () => Machine
  readonly start: () => void
  readonly stop: () => void
  readonly online: () => void
  readonly offline: () => void
  readonly wish: () => void
  /** Over the socket when there is one, else over REST. */
  readonly ask: <Name extends OperationName>(name: Name, args: Args<Name>) => Promise<Answer<Name>>
}

export function makeConnection(options: ConnectionOptions): Connection {
  let machine: Machine = IDLE
  let opened: Opened | undefined
  const timers = new Map<Timer, () => void>()
  const calls = makeCalls(options.clock)

  const input = (given: Input) => {
    const before = machine
    const step = handle(machine, given, options.now(), options.random)
    machine = step.machine
    if (machine.attempt !== before.attempt || machine.phase.name !== before.phase.name) {
      // What the old transport was asked is answered by nobody.
      if (before.phase.name === 'live' && machine.phase.name !== 'live') calls.abandon()
    }
    step.effects.forEach(perform)
    if (machine !== before && isWorthTelling(before, machine)) options.onChange(machine)
  }

  const perform = (effect: Effect) => {
    switch (effect.type) {
      case 'open':
        opened = openTransport(effect)
        return
      case 'close':
        opened?.close()
        opened = undefined
        return
      case 'ping':
        if (opened?.send !== undefined) calls.ask(opened.send, 'ping', {}).catch(() => undefined)
        return
      case 'schedule':
        timers.get(effect.timer)?.()
        timers.set(
          effect.timer,
          options.clock(effect.ms, () => input({ type: 'timer', timer: effect.timer })),
        )
        return
      case 'unschedule':
        timers.get(effect.timer)?.()
        timers.delete(effect.timer)
        return
      case 'ended':
        opened?.close()
        opened = undefined
        options.onEnded()
        return
    }
  }

  const openTransport = ({ attempt, transport, fresh }: Extract<Effect, { type: 'open' }>): Opened | undefined => {
    const token = options.token()
    if (token === undefined) return undefined
    const isCurrent = () => attempt === machine.attempt
    const listener: Listener = {
      heard: () => input({ type: 'heard', attempt }),
      snapshot: value => {
        if (!isCurrent()) return
        if (value === undefined) return input({ type: 'welcome', attempt, heartbeatMs: POLL_HEARTBEAT_MS })
        const checked = understood(() => checkSnapshot(value, 'snapshot'))
        if (checked === undefined)
          return input({ type: 'closed', attempt, problem: { code: 'not_understood', status: 0, message: 'the snapshot was not understood' } })
        // The store has it before anybody hears that the connection lives.
        options.onSnapshot(checked, machine.phase.name === 'opening')
        input({ type: 'welcome', attempt, heartbeatMs: checked.heartbeat_ms })
      },
      event: value => {
        if (!isCurrent()) return
        const event = understood(() => serverEvent(value))
        if (event === undefined) return
        if (event.event === 'goodbye') return input({ type: 'goodbye', attempt, code: event.code, afterMs: event.reconnect_after_ms })
        options.onEvent(event)
      },
      answer: (id, frame) => calls.answered(id, frame),
      closed: ending => input({ type: 'closed', attempt, ...ending }),
    }
    const cursor = fresh ? undefined : options.cursor()
    try {
      return OPENERS[transport](options.means, { origin: options.origin, token, cursor, client: options.client }, listener)
    } catch (fault) {
      options.onFault(fault)
      // After this step, so that the machine is not entered twice at once.
      queueMicrotask(() => input({ type: 'closed', attempt }))
      return undefined
    }
  }

  const understood = <T>(check: () => T): T | undefined => {
    try {
      return check()
    } catch (fault) {
      options.onFault(fault)
      return undefined
    }
  }

  return {
    machine: () => machine,
    start: () => input({ type: 'start' }),
    stop: () => input({ type: 'stop' }),
    online: () => input({ type: 'online' }),
    offline: () => input({ type: 'offline' }),
    wish: () => input({ type: 'wish' }),
    ask: (name, args) => {
      const isSocket = machine.phase.name === 'live' && machine.phase.transport === 'websocket'
      if (isSocket && opened?.send !== undefined && !REST_ONLY.has(name)) return calls.ask(opened.send, name, args)
      return options.rest.ask(name, args)
    },
  }
}

/** Heartbeats change the machine all the time; nobody needs to hear of them. */
function isWorthTelling(before: Machine, after: Machine): boolean {
  return (
    before.phase.name !== after.phase.name ||
    before.attempt !== after.attempt ||
    before.networkless !== after.networkless ||
    before.since !== after.since
  )
}
