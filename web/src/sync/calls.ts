/** Questions over the socket that wait for their answers. Answers come in any order. */

import { ANSWERS } from '../api/answers.ts'
import { problem } from '../api/check.ts'
import type { Answer, Args, OperationName } from '../api/operations.ts'
import { Refused } from '../api/refused.ts'

interface Waiting {
  readonly name: OperationName
  readonly resolve: (answer: unknown) => void
  readonly reject: (fault: Refused) => void
  readonly stopClock: () => void
}

const ANSWER_WITHIN_MS = 20_000

export interface Calls {
  ask<Name extends OperationName>(send: (frame: string) => void, name: Name, args: Args<Name>): Promise<Answer<Name>>
  answered(id: number, frame: Record<string, unknown>): void
  /** The socket is gone: whether the questions were heard is not known. */
  abandon(): void
}

/** `clock` calls back after so many milliseconds, and gives how to stop it. */
export function makeCalls(clock: (ms: number, run: () => void) => () => void): Calls {
  const waiting = new Map<number, Waiting>()
  // 0 is hello's.
  let last = 0
  const take = (id: number): Waiting | undefined => {
    const found = waiting.get(id)
    waiting.delete(id)
    found?.stopClock()
    return found
  }
  return {
    ask: (send, name, args) =>
      new Promise((resolve, reject) => {
        const id = ++last
        const stopClock = clock(ANSWER_WITHIN_MS, () => take(id)?.reject(new Refused('timeout', 'the server did not answer in time')))
        // What `answered` resolves with has been checked by the shape of this very operation.
        waiting.set(id, { name, resolve: resolve as (answer: unknown) => void, reject, stopClock })
        send(JSON.stringify({ id, op: name, args }))
      }),
    answered: (id, frame) => {
      const found = take(id)
      if (found === undefined) return
      try {
        if (frame.error !== undefined) found.reject(Refused.from(problem(frame.error, 'error')))
        else found.resolve(ANSWERS[found.name](frame.ok, ''))
      } catch (fault) {
        found.reject(new Refused('not_understood', `the answer to ${found.name} was not understood: ${String(fault)}`))
      }
    },
    abandon: () => {
      for (const id of [...waiting.keys()]) take(id)?.reject(new Refused('offline', 'the connection broke before the answer came'))
    },
  }
}
