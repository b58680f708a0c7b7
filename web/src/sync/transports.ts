/**
 * The three ways to hear the server. Each is opened with a token and a cursor, says what came through the same {@link Listener}, and is closed by its handle.
 * None reconnects by itself, and none keeps anything: that is the machine's and the store's.
 */

import { problem as checkProblem, pollAnswer } from '../api/check.ts'
import { record } from '../api/shape.ts'
import type { Problem } from '../api/wire.ts'
import { readEventStream } from './event_stream.ts'

export interface Ending {
  readonly code?: number
  readonly unreachable?: boolean
  readonly problem?: Problem
}

export interface Listener {
  /** Something came, whatever it was. */
  heard(): void
  snapshot(value: unknown): void
  event(value: unknown): void
  /** An answer to a question over the socket. */
  answer(id: number, frame: Record<string, unknown>): void
  /** Once, at the end, unless the handle was closed first. */
  closed(ending: Ending): void
}

export interface Opened {
  /** Sends a frame. Only the socket can; the others have REST. */
  readonly send?: (frame: string) => void
  readonly close: () => void
}

export interface Way {
  readonly origin: string
  readonly token: string
  readonly cursor: string | undefined
  readonly client: string
}

export interface Means {
  readonly fetch: typeof fetch
  readonly WebSocket: typeof WebSocket
}

const HELLO = 0
const POLL_SECONDS = 25

export function openSocket(means: Means, way: Way, listener: Listener): Opened {
  const socket = new means.WebSocket(`${way.origin.replace(/^http/, 'ws')}/v1/socket`)
  let over = false
  const end = (ending: Ending) => {
    if (over) return
    over = true
    listener.closed(ending)
  }
  socket.onopen = () => {
    socket.send(JSON.stringify({ id: HELLO, op: 'hello', args: { token: way.token, cursor: way.cursor ?? null, client: way.client } }))
  }
  socket.onmessage = message => {
    if (over || typeof message.data !== 'string') return
    listener.heard()
    const frame = parsed(message.data)
    if (frame === undefined) return
    // An event of a log has an `id` of its own, so that cannot tell it from an answer.
    if ('event' in frame) return listener.event(frame)
    if (frame.id !== HELLO) return listener.answer(Number(frame.id), frame)
    if (frame.error === undefined) return listener.snapshot(frame.ok)
    end({ problem: asProblem(frame.error) })
    socket.close()
  }
  socket.onclose = event => end({ code: event.code })
  return {
    send: frame => {
      if (socket.readyState === means.WebSocket.OPEN) socket.send(frame)
    },
    close: () => {
      over = true
      socket.close()
    },
  }
}

export function openEventStream(means: Means, way: Way, listener: Listener): Opened {
  const stop = new AbortController()
  const run = async () => {
    const query = way.cursor === undefined ? '' : `?${new URLSearchParams({ cursor: way.cursor })}`
    const response = await reach(means, `${way.origin}/v1/events${query}`, way.token, 'text/event-stream', stop.signal)
    if (!response.ok) return listener.closed({ problem: await refusal(response) })
    if (response.body === null || response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return listener.closed({})
    await readEventStream(response.body, {
      heard: () => listener.heard(),
      message: (name, data) => {
        const value = parsed(data)
        if (value === undefined) return
        if (name === 'snapshot' || 'conversations' in value) listener.snapshot(value)
        else listener.event(value)
      },
    })
    if (!stop.signal.aborted) listener.closed({})
  }
  run().catch((fault: unknown) => {
    if (!stop.signal.aborted) listener.closed({ unreachable: fault instanceof Unreachable })
  })
  return { close: () => stop.abort() }
}

export function openPoll(means: Means, way: Way, listener: Listener): Opened {
  const stop = new AbortController()
  const run = async () => {
    let { cursor } = way
    let isFirst = true
    while (!stop.signal.aborted) {
      // The first answer is wanted at once: it says whether this way is open.
      const query = new URLSearchParams({ ...(cursor === undefined ? {} : { cursor }), wait: isFirst ? '0' : `${POLL_SECONDS}` })
      const response = await reach(means, `${way.origin}/v1/events?${query}`, way.token, 'application/json', stop.signal)
      if (!response.ok) return listener.closed({ problem: await refusal(response) })
      const answer = pollAnswer(await response.json())
      if (stop.signal.aborted) return
      listener.heard()
      if (answer.snapshot !== undefined) listener.snapshot(answer.snapshot)
      else if (isFirst) listener.snapshot(undefined)
      for (const event of answer.events) listener.event(event)
      if (answer.cursor !== cursor) listener.event({ event: 'cursor', cursor: answer.cursor })
      cursor = answer.cursor
      isFirst = false
    }
  }
  run().catch((fault: unknown) => {
    if (!stop.signal.aborted) listener.closed({ unreachable: fault instanceof Unreachable })
  })
  return { close: () => stop.abort() }
}

class Unreachable extends Error {}

async function reach(means: Means, address: string, token: string, accept: string, signal: AbortSignal): Promise<Response> {
  try {
    const headers = { authorization: `Bearer ${token}`, accept }
    return await means.fetch(address, { headers, signal, cache: 'no-store', credentials: 'omit', redirect: 'error' })
  } catch {
    throw new Unreachable('the server cannot be reached')
  }
}

async function refusal(response: Response): Promise<Problem> {
  return asProblem(parsed(await response.text().catch(() => '')), response.status)
}

function asProblem(value: unknown, status = 0): Problem {
  try {
    return checkProblem(value, '')
  } catch {
    return { code: status === 401 ? 'unauthenticated' : 'unavailable', status, message: `the server answered ${status}` }
  }
}

function parsed(data: string): Record<string, unknown> | undefined {
  try {
    return record(JSON.parse(data), '')
  } catch {
    return undefined
  }
}
