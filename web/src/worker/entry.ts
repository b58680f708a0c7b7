/** Where the worker starts: as a shared worker that serves every tab, or as a tab's own, which leads or follows. */

import type { FromPage, FromWorker } from '../client/messages.ts'
import type { Environment } from './environment.ts'
import { type Host, startHost } from './host.ts'
import { startRelay, whenTabEnds } from './relay.ts'

/** The first message of a page. */
interface Greeting {
  readonly tab: string
  readonly deviceName: string
}

declare const self: SharedWorkerGlobalScope | DedicatedWorkerGlobalScope

let deviceName = 'Browser'

const environment: Environment = {
  means: { fetch: (...args) => fetch(...args), WebSocket },
  origin: self.location.origin,
  client: `parlor-web/${__VERSION__}`,
  indexedDB: typeof indexedDB === 'undefined' ? undefined : indexedDB,
  now: () => Date.now(),
  random: () => Math.random(),
  makeKey: () => randomKey(),
  clock: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  // biome-ignore lint/suspicious/noConsole: the worker's only way to tell a developer; no texts and no tokens come here.
  log: (message, fault) => console.warn(message, fault),
}

function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18))
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
}

function begin(): Host {
  const host = startHost(environment, () => deviceName)
  self.addEventListener('online', () => host.engine.connection.online())
  self.addEventListener('offline', () => host.engine.connection.offline())
  return host
}

function isGreeting(data: unknown): data is Greeting {
  return typeof data === 'object' && data !== null && 'tab' in data && 'deviceName' in data
}

if ('onconnect' in self) {
  const host = begin()
  self.onconnect = event => {
    const [port] = event.ports
    if (port === undefined) return
    let tab: string | undefined
    port.onmessage = (message: MessageEvent<Greeting | FromPage>) => {
      const { data } = message
      if (isGreeting(data)) {
        tab = data.tab
        deviceName = data.deviceName
        host.attach(data.tab, answer => port.postMessage(answer))
        whenTabEnds(navigator.locks, data.tab, () => host.detach(data.tab))
      } else if (tab !== undefined) host.received(tab, data)
    }
    port.start()
  }
} else {
  const scope = self
  const post = (message: FromWorker) => scope.postMessage(message)
  let forward: ((message: FromPage) => void) | undefined
  scope.onmessage = (message: MessageEvent<Greeting | FromPage>) => {
    const { data } = message
    if (isGreeting(data)) {
      deviceName = data.deviceName
      forward = startRelay({ locks: navigator.locks, channel: name => new BroadcastChannel(name), startHost: begin, post }, data.tab)
    } else forward?.(data)
  }
}
