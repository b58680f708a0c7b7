/** A tab without a screen: what a page would know, from the same messages and the same mirror. */

import { IDBFactory } from 'fake-indexeddb'
import type { Commands, Sources, TimelineView } from '../../client/contract.ts'
import type { CommandName, FromWorker } from '../../client/messages.ts'
import { makeMirror, makeTimelineMirror } from '../../client/mirror.ts'
import type { Environment } from '../environment.ts'
import { type Host, startHost } from '../host.ts'
import type { FakeNode } from './fake_node.ts'

export function environmentOf(
  node: FakeNode,
  indexedDB: IDBFactory | undefined,
  log: (message: string, fault?: unknown) => void = () => undefined,
): Environment {
  let keys = 0
  return {
    means: { fetch: node.fetch as typeof fetch, WebSocket: node.WebSocket },
    origin: 'http://node.test',
    client: 'test',
    indexedDB: indexedDB as unknown as globalThis.IDBFactory | undefined,
    now: () => Date.now(),
    random: Math.random,
    makeKey: () => `worker-key-${++keys}-${Math.random().toString(36).slice(2)}`,
    // Ten times as fast, so that no test waits for a back-off.
    clock: (ms, run) => {
      const timer = setTimeout(run, ms / 10)
      return () => clearTimeout(timer)
    },
    log,
  }
}

export interface TestTab {
  readonly sources: Sources
  readonly commands: Commands
  readonly arrivals: Extract<FromWorker, { type: 'arrival' }>[]
  /** How many items were sent to this tab, for counting what a change costs. */
  readonly itemsSent: () => number
  readonly open: (conversation: string) => TestTimeline
  readonly detach: () => void
}

export interface TestTimeline {
  readonly view: () => TimelineView | undefined
  readonly texts: () => (string | undefined)[]
  readonly load: (end: 'before' | 'after' | 'newest') => void
  readonly seen: (seq: number) => void
  readonly jump: (seq: number) => Promise<unknown>
  readonly close: () => void
}

let tabs = 0

export function openTab(host: Host): TestTab {
  const name = `tab-${++tabs}`
  const mirror = makeMirror()
  const views = new Map<number, { take: ReturnType<typeof makeTimelineMirror>; view: TimelineView | undefined }>()
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (fault: unknown) => void }>()
  const arrivals: Extract<FromWorker, { type: 'arrival' }>[] = []
  let last = 0
  let items = 0
  const hear = (message: FromWorker) => {
    if (message.type === 'patch') mirror.take(message.patch)
    else if (message.type === 'arrival') arrivals.push(message)
    else if (message.type === 'timeline') {
      items += message.change.put?.length ?? 0
      const opened = views.get(message.timeline)
      if (opened !== undefined) opened.view = opened.take(message.change)
    } else if (message.type === 'answer') waiting.get(message.id)?.resolve(message.value)
    else if (message.type === 'refusal') waiting.get(message.id)?.reject(message.refusal)
  }
  // What goes between worker and page must survive being copied.
  host.attach(name, message => hear(structuredClone(message)))
  const ask = (make: (id: number) => Parameters<Host['received']>[1]) =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, { resolve, reject })
      host.received(name, structuredClone(make(id)))
    })
  return {
    sources: mirror.sources,
    commands: new Proxy({} as Commands, {
      get:
        (_, command) =>
        (...args: readonly unknown[]) =>
          ask(id => ({ type: 'command', id, name: command as CommandName, args })),
    }),
    arrivals,
    itemsSent: () => items,
    open: conversation => {
      const timeline = ++last
      views.set(timeline, { take: makeTimelineMirror(), view: undefined })
      host.received(name, { type: 'open', timeline, conversation })
      const view = () => views.get(timeline)?.view
      return {
        view,
        texts: () => view()?.items.flatMap(item => (item.type === 'message' ? [item.text] : [])) ?? [],
        load: end => host.received(name, { type: 'load', timeline, end }),
        seen: seq => host.received(name, { type: 'seen', timeline, seq }),
        jump: seq => ask(id => ({ type: 'jump', id, timeline, seq })),
        close: () => host.received(name, { type: 'close', timeline }),
      }
    },
    detach: () => host.detach(name),
  }
}

export function startTestHost(node: FakeNode, indexedDB: IDBFactory | undefined = new IDBFactory()): Host {
  return startHost(environmentOf(node, indexedDB), () => 'Test')
}
