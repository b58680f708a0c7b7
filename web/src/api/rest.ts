/**
 * Operations over REST. The token goes in a header and never in an address; the answer is checked before anybody sees it.
 *
 * `ask` asks once. `askPatiently` asks again, with full jitter, what is safe to ask twice. Neither ever throws anything but {@link Refused}.
 */

import { ANSWERS } from './answers.ts'
import { problem } from './check.ts'
import { type Answer, type Args, type OperationName, ROUTES } from './operations.ts'
import { Refused } from './refused.ts'

export interface RestOptions {
  /** Where the node is; empty for the own origin. */
  readonly origin: string
  readonly token: () => string | undefined
  readonly fetch: typeof fetch
  readonly random: () => number
  readonly delay: (ms: number) => Promise<void>
}

const TIMEOUT_MS = 20_000
const TRIES_MAX = 4
const BACK_OFF_FIRST_MS = 400
const BACK_OFF_MAX_MS = 8_000
/** Longer waits are the person's decision. */
const RETRY_AFTER_MAX_MS = 15_000

export interface Rest {
  ask<Name extends OperationName>(name: Name, args: Args<Name>, signal?: AbortSignal): Promise<Answer<Name>>
  askPatiently<Name extends OperationName>(name: Name, args: Args<Name>, signal?: AbortSignal): Promise<Answer<Name>>
}

/** Path, query and body of a question. */
export function request(name: OperationName, args: object): { path: string; body: string | undefined } {
  const { method, path } = ROUTES[name]
  const rest = new Map(Object.entries(args).filter(([, value]) => value !== undefined))
  const filled = path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
    const value = rest.get(parameter)
    rest.delete(parameter)
    return encodeURIComponent(String(value))
  })
  if (method !== 'GET') return { path: filled, body: JSON.stringify(Object.fromEntries(rest)) }
  const query = new URLSearchParams([...rest].map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : String(value)]))
  return { path: rest.size === 0 ? filled : `${filled}?${query}`, body: undefined }
}

export function makeRest(options: RestOptions): Rest {
  const ask: Rest['ask'] = async (name, args, signal) => {
    const { path, body } = request(name, args)
    const response = await send(options, ROUTES[name].method, path, body, signal)
    const answer = await readJson(response)
    if (!response.ok) throw refusal(response, answer)
    try {
      return ANSWERS[name](answer, '')
    } catch (fault) {
      throw new Refused('not_understood', `the answer to ${name} was not understood: ${String(fault)}`)
    }
  }

  const askPatiently: Rest['askPatiently'] = async (name, args, signal) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await ask(name, args, signal)
      } catch (fault) {
        const wait = fault instanceof Refused && fault.isPassing ? patience(fault, attempt, options.random) : undefined
        if (wait === undefined || attempt + 1 >= TRIES_MAX || signal?.aborted === true) throw fault
        await options.delay(wait)
      }
    }
  }

  return { ask, askPatiently }
}

/** How long to wait before the next try; `undefined` when it is not worth it. Full jitter, on top of what the server wants. */
function patience(fault: Refused, attempt: number, random: () => number): number | undefined {
  if (fault.code === 'offline') return undefined
  const wanted = fault.retryAfterMs ?? 0
  if (wanted > RETRY_AFTER_MAX_MS) return undefined
  return wanted + random() * Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** attempt)
}

async function send(
  options: RestOptions,
  method: string,
  path: string,
  body: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  const token = options.token()
  if (token !== undefined) headers.authorization = `Bearer ${token}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  const limit = AbortSignal.timeout(TIMEOUT_MS)
  const init: RequestInit = {
    method,
    headers,
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  }
  if (body !== undefined) init.body = body
  try {
    return await options.fetch(`${options.origin}${path}`, init)
  } catch {
    if (limit.aborted) throw new Refused('timeout', 'the server did not answer in time')
    throw new Refused('offline', 'the server cannot be reached')
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    const body = await response.text()
    return body === '' ? {} : JSON.parse(body)
  } catch {
    return undefined
  }
}

/** What a bad status means. A proxy in between answers in its own words, so the status must do where there is no problem document. */
function refusal(response: Response, answer: unknown): Refused {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined
  try {
    const found = problem(answer, '')
    return new Refused(found.code, found.message, found.status, found.retry_after_ms ?? retryAfterMs)
  } catch {
    if (response.status === 429) return new Refused('rate_limited', 'too much in too short a time', 429, retryAfterMs)
    if (response.status >= 500)
      return new Refused('unavailable', `the way to the server is disturbed (${response.status})`, response.status, retryAfterMs)
    return new Refused('not_understood', `the server answered ${response.status}`, response.status)
  }
}
