/**
 * For browsers without shared workers: each tab has a worker of its own, and one of them, the leader, runs the host for all. Who leads is decided by a lock;
 * when the leader's tab goes, the next worker in line takes over from what the storage holds, and the tabs open again what they had open.
 */

import { type FromPage, type FromWorker, tabLock } from '../client/messages.ts'
import type { Host } from './host.ts'

const LEADER_LOCK = 'parlor-leader'
const CHANNEL = 'parlor-relay'

type Relayed =
  | { readonly type: 'up'; readonly tab: string; readonly message: FromPage }
  | { readonly type: 'down'; readonly tab: string; readonly message: FromWorker }
  /** A leader began: attach anew. */
  | { readonly type: 'leader' }

export interface RelayMeans {
  readonly locks: LockManager
  readonly channel: (name: string) => BroadcastChannel
  readonly startHost: () => Host
  /** To the page of this worker. */
  readonly post: (message: FromWorker) => void
}

/** Connects the page of this worker with the host, wherever that runs. Gives what to call with the page's messages. */
export function startRelay(means: RelayMeans, tab: string): (message: FromPage) => void {
  const channel = means.channel(CHANNEL)
  let host: Host | undefined
  let hasAttached = false

  const say = (relayed: Relayed) => channel.postMessage(relayed)

  channel.onmessage = (event: MessageEvent<Relayed>) => {
    const relayed = event.data
    if (relayed.type === 'down') {
      if (host === undefined && relayed.tab === tab) means.post(relayed.message)
      return
    }
    if (relayed.type === 'leader') {
      if (host === undefined && hasAttached) restart()
      return
    }
    if (host === undefined) return
    if (relayed.message.type === 'attach') attachRemote(host, relayed.tab)
    host.received(relayed.tab, relayed.message)
  }

  const attachRemote = (leader: Host, remote: string) => {
    leader.attach(remote, message => say({ type: 'down', tab: remote, message }))
    whenTabEnds(means.locks, remote, () => leader.detach(remote))
  }

  const restart = () => {
    means.post({ type: 'restart' })
    hasAttached = false
  }

  void means.locks.request(LEADER_LOCK, async () => {
    host = means.startHost()
    say({ type: 'leader' })
    host.attach(tab, means.post)
    if (hasAttached) means.post({ type: 'restart' })
    // Held as long as this worker lives.
    await new Promise<never>(() => undefined)
  })

  return message => {
    if (message.type === 'attach') hasAttached = true
    if (host !== undefined) {
      if (message.type !== 'attach') host.received(tab, message)
    } else say({ type: 'up', tab, message })
  }
}

/** Calls back when the tab is gone, however it went: the browser lets go of its lock. */
export function whenTabEnds(locks: LockManager | undefined, tab: string, run: () => void): void {
  void locks?.request(tabLock(tab), () => run())
}
