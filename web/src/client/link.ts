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
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null
}

/** Starts or joins the worker. The lock of the tab tells the worker when it is gone, even when nobody could say so. */
export function openLink(tab: string, deviceName: string, hear: (message: FromWorker) => void, fail: (fault: unknown) => void): Link {
  const address = scriptAddress(entryAddress)
  let line: Line
  let stop: () => void
  if (typeof SharedWorker === 'undefined') {
    const worker = new Worker(address, { type: 'module', name: 'parlor' })
    worker.onerror = fail
    line = worker
    stop = () => worker.terminate()
  } else {
    const worker = new SharedWorker(address, { type: 'module', name: 'parlor' })
    worker.onerror = fail
    line = worker.port
    stop = () => worker.port.close()
  }
  line.onmessage = event => hear(event.data)
  let release: () => void = () => undefined
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  const greet = () => {
    line.postMessage({ tab, deviceName })
    line.postMessage({ type: 'attach' } satisfies FromPage)
  }
  if (navigator.locks === undefined) greet()
  else
    void navigator.locks.request(tabLock(tab), () => {
      greet()
      return held
    })
  return {
    say: message => line.postMessage(message),
    close: () => {
      line.postMessage({ type: 'detach' } satisfies FromPage)
      release()
      stop()
    },
  }
}
