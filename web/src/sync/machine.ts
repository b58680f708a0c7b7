/**
 * The connection as a pure machine: `handle(machine, input, now, random)` gives the next machine and what is to be done. It owns no socket and no timer.
 *
 * The ladder: WebSocket; where that does not come up, server-sent events; where a proxy swallows those, long poll. A lower rung is left for a higher one at
 * the next chance. Every delay is drawn with full jitter, so that a server that comes back is not stormed.
 *
 * Inputs of a transport carry the number of the attempt that opened it; what an older one still says is ignored.
 */

import type { Problem } from '../api/wire.ts'
import { afterClose } from './after_close.ts'

export type Transport = 'websocket' | 'sse' | 'poll'

export type Phase =
  | { readonly name: 'idle' }
  | { readonly name: 'opening'; readonly transport: Transport }
  | {
      readonly name: 'live'
      readonly transport: Transport
      readonly since: number
      readonly heardAt: number
      readonly heartbeatMs: number
      readonly pongBy: number | undefined
    }
  | { readonly name: 'waiting'; readonly until: number }
  | { readonly name: 'stopped'; readonly problem: Problem }

export interface Machine {
  readonly phase: Phase
  /** When the phase, as a person sees it, began: trying again and again is one. */
  readonly since: number
  readonly attempt: number
  /** Attempts in a row that led to nothing. */
  readonly failures: number
  /** The rung to try next. */
  readonly rung: Transport
  /** WebSocket came up at some time; so when it does not now, the network is the more likely cause. */
  readonly socketWorked: boolean
  readonly socketFailures: number
  readonly socketTriedAt: number
  /** The cursor is void: ask for a fresh snapshot. */
  readonly restart: boolean
  /** When the server wants us back, and at what latest. */
  readonly comeBack: { readonly from: number; readonly to: number } | undefined
  /** The code that `goodbye` announced: what a stream ends with, which has no close codes of its own. */
  readonly announced: number | undefined
  readonly lastProblem: Problem | undefined
  /** The machine says that it has no network. It may be wrong (a node on the same machine is reached all the same), so it is a hint and stops no attempt. */
  readonly networkless: boolean
}

export type Input =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  | { readonly type: 'online' }
  | { readonly type: 'offline' }
  /** The person, or a tab that came to the front, wants a connection now. */
  | { readonly type: 'wish' }
  /** The first answer came: the connection lives. */
  | { readonly type: 'welcome'; readonly attempt: number; readonly heartbeatMs: number }
  | { readonly type: 'heard'; readonly attempt: number }
  | { readonly type: 'goodbye'; readonly attempt: number; readonly code: number; readonly afterMs: readonly [number, number] }
  /** `unreachable`: nobody answers there. `code` is a socket's close code. `problem` is a refusal in the server's words. */
  | { readonly type: 'closed'; readonly attempt: number; readonly code?: number; readonly unreachable?: boolean; readonly problem?: Problem }
  | { readonly type: 'timer'; readonly timer: Timer }

export type Timer = 'open' | 'retry' | 'beat'

export type Effect =
  | { readonly type: 'open'; readonly attempt: number; readonly transport: Transport; readonly fresh: boolean }
  | { readonly type: 'close'; readonly attempt: number }
  | { readonly type: 'ping'; readonly attempt: number }
  /** Replaces the timer of that name. */
  | { readonly type: 'schedule'; readonly timer: Timer; readonly ms: number }
  | { readonly type: 'unschedule'; readonly timer: Timer }
  /** The session is no more. */
  | { readonly type: 'ended' }

export interface Step {
  readonly machine: Machine
  readonly effects: readonly Effect[]
}

/** How long a transport may take to its first word. A stream that a proxy holds back shows itself by its silence, so it gets less. */
export const OPEN_WITHIN_MS: { readonly [T in Transport]: number } = { websocket: 10_000, sse: 5_000, poll: 15_000 }
export const BACK_OFF_FIRST_MS = 1_000
export const BACK_OFF_MAX_MS = 60_000
/** A connection that held this long was a good one: back-off begins anew. */
const STABLE_MS = 10_000
/** An answer to a ping takes no longer than this on any network that is of use. */
const PONG_WITHIN_MS = 10_000
/** The same when there is reason to believe that the network is gone. */
const PONG_IN_DOUBT_MS = 3_000
/** How long a lower rung is kept before the socket gets another chance. */
const SOCKET_AGAIN_MS = 5 * 60_000
const SILENT_HEARTBEATS = 2.5

export const IDLE: Machine = {
  phase: { name: 'idle' },
  since: 0,
  attempt: 0,
  failures: 0,
  rung: 'websocket',
  socketWorked: false,
  socketFailures: 0,
  socketTriedAt: 0,
  restart: false,
  comeBack: undefined,
  announced: undefined,
  lastProblem: undefined,
  networkless: false,
}

const UNSCHEDULE_ALL: readonly Effect[] = [
  { type: 'unschedule', timer: 'open' },
  { type: 'unschedule', timer: 'retry' },
  { type: 'unschedule', timer: 'beat' },
]

export function handle(machine: Machine, input: Input, now: number, random: () => number): Step {
  if ('attempt' in input && input.attempt !== machine.attempt) return { machine, effects: [] }
  switch (input.type) {
    case 'start':
      return machine.phase.name === 'idle' ? open({ ...IDLE, attempt: machine.attempt, since: now }, now) : { machine, effects: [] }
    case 'stop':
      return {
        machine: { ...IDLE, attempt: machine.attempt + 1, since: now },
        effects: [{ type: 'close', attempt: machine.attempt }, ...UNSCHEDULE_ALL],
      }
    case 'offline':
      return wished({ ...machine, networkless: true }, now, false)
    case 'online':
      return wished({ ...machine, networkless: false }, now, true)
    case 'wish':
      return wished(machine, now, true)
    case 'welcome':
      return welcomed(machine, input.heartbeatMs, now, random)
    case 'heard':
      return heard(machine, now)
    case 'goodbye':
      return { machine: { ...machine, announced: input.code, comeBack: { from: now + input.afterMs[0], to: now + input.afterMs[1] } }, effects: [] }
    case 'closed':
      return closed(machine, input, now, random)
    case 'timer':
      return timer(machine, input.timer, now, random)
  }
}

function heard(machine: Machine, now: number): Step {
  const { phase } = machine
  if (phase.name === 'live') return { machine: { ...machine, phase: { ...phase, heardAt: now, pongBy: undefined } }, effects: [] }
  // A large snapshot on a thin line: it is coming.
  if (phase.name === 'opening') return { machine, effects: [{ type: 'schedule', timer: 'open', ms: OPEN_WITHIN_MS.poll }] }
  return { machine, effects: [] }
}

function atTop(machine: Machine): Machine {
  return { ...machine, rung: 'websocket', failures: 0, comeBack: undefined }
}

function open(machine: Machine, now: number): Step {
  const socketIsDue = machine.rung === 'websocket' || now - machine.socketTriedAt > SOCKET_AGAIN_MS
  const transport = socketIsDue ? 'websocket' : machine.rung
  const attempt = machine.attempt + 1
  return {
    machine: {
      ...machine,
      attempt,
      phase: { name: 'opening', transport },
      socketTriedAt: transport === 'websocket' ? now : machine.socketTriedAt,
      comeBack: undefined,
    },
    effects: [
      ...UNSCHEDULE_ALL,
      { type: 'open', attempt, transport, fresh: machine.restart },
      { type: 'schedule', timer: 'open', ms: OPEN_WITHIN_MS[transport] },
    ],
  }
}

/** There is reason to look now: what waits is tried at once (when that is of use), what lives is asked whether it does. */
function wished(machine: Machine, now: number, tryNow: boolean): Step {
  const { phase } = machine
  switch (phase.name) {
    case 'waiting':
      return tryNow ? open(atTop(machine), now) : { machine, effects: [] }
    case 'live':
      // It may have died while the machine slept: ask, and believe silence.
      return phase.transport === 'websocket' ? pinged(machine, phase, now, PONG_IN_DOUBT_MS) : { machine, effects: [] }
    case 'idle':
    case 'opening':
    case 'stopped':
      return { machine, effects: [] }
  }
}

function pinged(machine: Machine, phase: Extract<Phase, { name: 'live' }>, now: number, withinMs: number): Step {
  const pongBy = Math.min(phase.pongBy ?? Number.POSITIVE_INFINITY, now + withinMs)
  return {
    machine: { ...machine, phase: { ...phase, pongBy } },
    effects: [
      { type: 'ping', attempt: machine.attempt },
      { type: 'schedule', timer: 'beat', ms: pongBy - now },
    ],
  }
}

function welcomed(machine: Machine, heartbeatMs: number, now: number, random: () => number): Step {
  const { phase } = machine
  if (phase.name !== 'opening') return { machine, effects: [] }
  const isSocket = phase.transport === 'websocket'
  return {
    machine: {
      ...machine,
      phase: { name: 'live', transport: phase.transport, since: now, heardAt: now, heartbeatMs, pongBy: undefined },
      since: now,
      rung: phase.transport,
      restart: false,
      socketWorked: machine.socketWorked || isSocket,
      socketFailures: isSocket ? 0 : machine.socketFailures,
      lastProblem: undefined,
    },
    effects: [
      { type: 'unschedule', timer: 'open' },
      { type: 'schedule', timer: 'beat', ms: beatMs(heartbeatMs, random) },
    ],
  }
}

/** A little earlier than the server wants, and not with everybody else. */
function beatMs(heartbeatMs: number, random: () => number): number {
  return heartbeatMs * (0.7 + 0.2 * random())
}

function timer(machine: Machine, name: Timer, now: number, random: () => number): Step {
  const { phase } = machine
  if (name === 'retry') return phase.name === 'waiting' ? open(machine, now) : { machine, effects: [] }
  if (name === 'open')
    return phase.name === 'opening' ? lost(machine, { type: 'closed', attempt: machine.attempt }, now, random) : { machine, effects: [] }
  if (phase.name !== 'live') return { machine, effects: [] }
  const silentMs = now - phase.heardAt
  const isDead = phase.pongBy === undefined ? silentMs > phase.heartbeatMs * SILENT_HEARTBEATS : now >= phase.pongBy
  if (isDead) return lost(machine, { type: 'closed', attempt: machine.attempt }, now, random)
  if (phase.transport === 'websocket') return pinged(machine, phase, now, PONG_WITHIN_MS)
  return { machine, effects: [{ type: 'schedule', timer: 'beat', ms: beatMs(phase.heartbeatMs, random) }] }
}

type Closed = Extract<Input, { type: 'closed' }>

/** The transport is given up by us: it must be closed before anything else. */
function lost(machine: Machine, input: Closed, now: number, random: () => number): Step {
  const step = closed(machine, input, now, random)
  return { ...step, effects: [{ type: 'close', attempt: machine.attempt }, ...step.effects] }
}

function closed(machine: Machine, input: Closed, now: number, random: () => number): Step {
  const { phase } = machine
  if (phase.name !== 'opening' && phase.name !== 'live') return { machine, effects: [] }
  const problem = input.problem
  // A newer server than this client: only an update of the client helps.
  if (problem?.code === 'not_understood') return stopped(machine, problem, now)
  if (problem?.code === 'unauthenticated' || problem?.code === 'account_disabled') return ended(machine, now)
  switch (afterClose(isStreamEnd(phase) ? machine.announced : input.code)) {
    case 'log_in':
      return ended(machine, now)
    case 'stay_away':
      return stopped(machine, problem ?? { code: 'stay_away', status: 0, message: `the server closed the connection (${input.code})` }, now)
    case 'restart':
      return wait({ ...machine, restart: true }, now, random)
    case 'resume':
      return phase.name === 'live' ? dropped(machine, phase, now, random) : notOpened(machine, phase.transport, input, now, random)
  }
}

function isStreamEnd(phase: Phase): boolean {
  return phase.name === 'live' && phase.transport !== 'websocket'
}

function ended(machine: Machine, now: number): Step {
  return { machine: { ...IDLE, attempt: machine.attempt + 1, since: now }, effects: [...UNSCHEDULE_ALL, { type: 'ended' }] }
}

function stopped(machine: Machine, problem: Problem, now: number): Step {
  return { machine: { ...machine, phase: { name: 'stopped', problem }, since: now, attempt: machine.attempt + 1 }, effects: UNSCHEDULE_ALL }
}

/** A living connection broke. */
function dropped(machine: Machine, phase: Extract<Phase, { name: 'live' }>, now: number, random: () => number): Step {
  const failures = now - phase.since >= STABLE_MS ? 0 : machine.failures
  return wait({ ...machine, failures, since: now }, now, random)
}

/** An attempt led to nothing: the next rung at once where that may help, else later. */
function notOpened(machine: Machine, transport: Transport, input: Closed, now: number, random: () => number): Step {
  const failed: Machine = { ...machine, lastProblem: input.problem ?? { code: 'offline', status: 0, message: 'the server cannot be reached' } }
  // The server itself said no, so the way to it is open: another transport would only burden it more.
  if (transport === 'websocket' && input.problem !== undefined) return wait(failed, now, random)
  if (transport === 'websocket') {
    const socketFailures = machine.socketFailures + 1
    const tryLower = !machine.socketWorked || socketFailures >= 2
    return tryLower ? open({ ...failed, socketFailures, rung: 'sse' }, now) : wait({ ...failed, socketFailures }, now, random)
  }
  const isBlocked = transport === 'sse' && input.unreachable !== true && (input.problem === undefined || input.problem.status < 500)
  return isBlocked ? open({ ...failed, rung: 'poll' }, now) : wait({ ...failed, rung: 'websocket' }, now, random)
}

function wait(machine: Machine, now: number, random: () => number): Step {
  const { comeBack, lastProblem } = machine
  const ceiling = Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** machine.failures)
  const wanted = lastProblem?.retry_after_ms ?? 0
  const delay = comeBack === undefined ? wanted + random() * ceiling : comeBack.from + random() * (comeBack.to - comeBack.from) - now
  const ms = Math.max(0, delay)
  return {
    machine: {
      ...machine,
      phase: { name: 'waiting', until: now + ms },
      failures: machine.failures + 1,
      attempt: machine.attempt + 1,
      comeBack: undefined,
    },
    effects: [...UNSCHEDULE_ALL, { type: 'schedule', timer: 'retry', ms }],
  }
}
