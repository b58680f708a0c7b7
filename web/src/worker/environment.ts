/** Everything that the worker takes from outside: time, chance, network, database. Tests give their own. */

import type { Means } from '../sync/transports.ts'

export interface Environment {
  readonly means: Means
  /** Where the node is; empty for the own origin in REST, whole for the socket. */
  readonly origin: string
  /** Name and version of this client. */
  readonly client: string
  readonly indexedDB: IDBFactory | undefined
  readonly now: () => number
  readonly random: () => number
  /** Random letters for a send key. */
  readonly makeKey: () => string
  /** Calls back after so many milliseconds, and gives how to stop it. */
  readonly clock: (ms: number, run: () => void) => () => void
  /** What the person at night may read; no texts, no tokens. */
  readonly log: (message: string, fault?: unknown) => void
}

/** A promise that is kept after so many milliseconds. */
export function delay(environment: Environment, ms: number): Promise<void> {
  return new Promise(resolve => {
    environment.clock(ms, resolve)
  })
}
