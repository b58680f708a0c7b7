/** A {@link Source} with a hand on it. */

import type { Source } from './contract.ts'

export interface Cell<T> extends Source<T> {
  /** Puts in a new value and tells the listeners, unless it is the same object. */
  readonly set: (value: T) => void
}

export function cell<T>(initial: T): Cell<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set: next => {
      if (Object.is(value, next)) return
      value = next
      for (const listener of [...listeners]) listener()
    },
    subscribe: listener => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

/** Cells by key, made when first asked for, so that the same key always gives the same source. */
export function cells<T>(initial: T): (key: string) => Cell<T> {
  const made = new Map<string, Cell<T>>()
  return key => {
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = cell(initial)
    made.set(key, fresh)
    return fresh
  }
}
