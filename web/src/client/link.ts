/** The page's line to the worker: a shared one where there is one, else one of its own. */

import entryAddress from '../worker/entry.ts?worker&url'
import { type FromPage, type FromWorker, tabLock } from './messages.ts'
import { scriptAddress } from './trusted.ts'

export interface Link {
  readonly say: (message: FromPage) => void
  readonly close: () => void
}

interface Line {
  postMessage(message: unknown): void
}

/** Starts or joins the worker. The lock of the tab tells the worker when it is gone, even when nobody could say so. */
export function openLink(tab: string, deviceName: string, hear: (message: FromWorker) => void, fail: (fault: unknown) => void): Link {
  const address = scriptAddress(entryAddress)
  let line: Line
  let stop: () => void
  let hasHeard = false
  let hasGreeted = false
  /** Said before the worker knew who speaks. */
  const early: FromPage[] = []
  const take = (event: MessageEvent<FromWorker>) => {
    hasHeard = true
    hear(event.data)
  }
  const alone = () => {
    const worker = new Worker(address, { type: 'module', name: 'parlor' })
    // Before its first word it could not start. Later, an error is one that it can live with.
    worker.onerror = fault => {
      if (!hasHeard) fail(fault)
    }
    worker.onmessage = take
    line = worker
    stop = () => worker.terminate()
  }
  const together = () => {
    const worker = new SharedWorker(address, { type: 'module', name: 'parlor' })
    // Some browsers have shared workers in name only, or forbid them in private windows.
    worker.onerror = () => {
      alone()
      greet()
      hear({ type: 'restart' })
    }
    worker.port.onmessage = take
    line = worker.port
    stop = () => worker.port.close()
  }
  const greet = () => {
    line.postMessage({ tab, deviceName })
    line.postMessage({ type: 'attach' } satisfies FromPage)
    hasGreeted = true
    for (const message of early.splice(0)) line.postMessage(message)
  }
  if (typeof SharedWorker === 'undefined') alone()
  else together()
  let release: () => void = () => undefined
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  if (navigator.locks === undefined) greet()
  else
    void navigator.locks.request(tabLock(tab), () => {
      greet()
      return held
    })
  return {
    say: message => {
      if (hasGreeted) line.postMessage(message)
      else early.push(message)
    },
    close: () => {
      line.postMessage({ type: 'detach' } satisfies FromPage)
      release()
      stop()
    },
  }
}
