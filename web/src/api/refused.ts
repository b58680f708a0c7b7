/** Why an operation was not done, as something to throw. */

import type { Problem } from './wire.ts'

/** Thrown by whatever asks the server. `code` is the server's, or `offline`, `timeout`, `logged_out`, `not_understood` when only the client can tell. */
export class Refused extends Error {
  readonly code: string
  readonly status: number
  readonly retryAfterMs: number | undefined

  constructor(code: string, message: string, status = 0, retryAfterMs?: number) {
    super(message)
    this.name = 'Refused'
    this.code = code
    this.status = status
    this.retryAfterMs = retryAfterMs
  }

  static from(problem: Problem): Refused {
    return new Refused(problem.code, problem.message, problem.status, problem.retry_after_ms)
  }

  /** True when the same question may be answered well later. It may have been done: ask again only what is safe to ask twice. */
  get isPassing(): boolean {
    return PASSING.has(this.code)
  }
}

const PASSING: ReadonlySet<string> = new Set(['offline', 'timeout', 'rate_limited', 'overloaded', 'unavailable', 'internal'])
