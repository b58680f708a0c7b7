import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, expect, test, vi } from 'vitest'
import type { TimelineView } from '../client/contract.ts'
import type { FromPage, FromWorker } from '../client/messages.ts'
import { makeMirror, makeTimelineMirror } from '../client/mirror.ts'
import { type Host, startHost } from './host.ts'
import { startRelay } from './relay.ts'
import { FakeNode } from './testing/fake_node.ts'
import { environmentOf } from './testing/tab.ts'

/** Locks as browsers have them, with a way to end a holder. */
class Locks {
  private readonly queues = new Map<string, { owner: string; run: () => Promise<unknown> }[]>()

  of(owner: string): LockManager {
    return {
      request: (name: string, run: () => Promise<unknown>) => {
        const queue = this.queues.get(name) ?? []
        this.queues.set(name, queue)
        queue.push({ owner, run })
        if (queue.length === 1) this.grant(name)
        return new Promise(() => undefined)
      },
    } as unknown as LockManager
  }

  private grant(name: string): void {
    const next = this.queues.get(name)?.[0]
    if (next !== undefined) queueMicrotask(() => void next.run())
  }

  /** All that the owner held or waited for is let go. */
  end(owner: string): void {
    for (const [name, queue] of this.queues) {
      const held = queue[0]?.owner === owner
      this.queues.set(
        name,
        queue.filter(one => one.owner !== owner),
      )
      if (held) this.grant(name)
    }
  }
}

interface Bus {
  readonly members: Set<{ onmessage: ((event: { data: unknown }) => void) | null }>
}

function channelOn(bus: Bus): BroadcastChannel {
  const member = {
    onmessage: null as ((event: { data: unknown }) => void) | null,
    postMessage: (data: unknown) => {
      const copy = structuredClone(data)
      for (const other of bus.members) if (other !== member) queueMicrotask(() => other.onmessage?.({ data: copy }))
    },
  }
  bus.members.add(member)
  return member as unknown as BroadcastChannel
}

let node: FakeNode
let database: IDBFactory
let locks: Locks
let bus: Bus
let hosts: Host[]

beforeEach(() => {
  node = new FakeNode()
  database = new IDBFactory()
  locks = new Locks()
  bus = { members: new Set() }
  hosts = []
})

/** A tab with a worker of its own, and a page that does what a page does at a restart. */
function tabOf(name: string) {
  const mirror = makeMirror()
  let take = makeTimelineMirror()
  let view: TimelineView | undefined
  let opened: string | undefined
  let restarts = 0
  const unanswered = new Map<number, FromPage>()
  const hear = (message: FromWorker) => {
    if (message.type === 'patch') mirror.take(message.patch)
    if (message.type === 'timeline') view = take(message.change)
    if (message.type === 'answer' || message.type === 'refusal') unanswered.delete(message.id)
    if (message.type === 'restart') {
      restarts += 1
      say({ type: 'attach' })
      take = makeTimelineMirror()
      if (opened !== undefined) say({ type: 'open', timeline: 1, conversation: opened })
      for (const waiting of unanswered.values()) say(waiting)
    }
  }
  const own: Host[] = []
  const say = startRelay(
    {
      locks: locks.of(name),
      channel: () => channelOn(bus),
      startHost: () => {
        const host = startHost(environmentOf(node, database), () => 'Test')
        own.push(host)
        hosts.push(host)
        return host
      },
      post: message => queueMicrotask(() => hear(structuredClone(message))),
    },
    name,
  )
  locks.of(name).request(`parlor-tab-${name}`, async () => undefined)
  say({ type: 'attach' })
  return {
    sources: mirror.sources,
    command: (id: number, command: 'logIn' | 'send', args: readonly unknown[]) => {
      const message: FromPage = { type: 'command', id, name: command, args }
      unanswered.set(id, message)
      say(message)
    },
    open: (conversation: string) => {
      opened = conversation
      say({ type: 'open', timeline: 1, conversation })
    },
    view: () => view,
    restarts: () => restarts,
    isLeader: () => own.length > 0,
    /** The browser ends the tab. */
    end: () => {
      for (const host of own) host.engine.close()
      locks.end(name)
    },
  }
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 })

test('one_worker_leads_and_the_others_show_the_same_through_it', async () => {
  node.room('100')
  const first = tabOf('one')
  first.command(1, 'logIn', [{ handle: 'sam', password: 'right' }])
  await until(() => expect(first.sources.connection.get().state).toBe('connected'))
  const second = tabOf('two')
  await until(() => expect(second.sources.session.get().phase).toBe('logged_in'))
  second.open('100')
  second.command(2, 'send', ['100', { text: 'through the leader' }, 'key-from-page-two'])
  await until(() => expect(second.view()?.items.at(-1)).toMatchObject({ text: 'through the leader', state: 'sent' }))
  expect([first.isLeader(), second.isLeader()]).toEqual([true, false])
  expect(hosts).toHaveLength(1)
})

test('g2_when_the_leader_goes_the_next_takes_over_and_what_was_under_way_stands_once', async () => {
  const room = node.room('100')
  const first = tabOf('one')
  first.command(1, 'logIn', [{ handle: 'sam', password: 'right' }])
  await until(() => expect(first.sources.connection.get().state).toBe('connected'))
  await until(() => expect(room.marks.get('1')?.delivered).toBe(1))
  const second = tabOf('two')
  await until(() => expect(second.sources.session.get().phase).toBe('logged_in'))
  second.open('100')
  await until(() => expect(second.view()?.phase).toBe('ready'))
  // Said to the leader at the moment of its end.
  second.command(2, 'send', ['100', { text: 'do not lose me' }, 'key-from-page-two'])
  first.end()
  await until(() => expect(second.isLeader()).toBe(true))
  await until(() => expect(second.sources.connection.get().state).toBe('connected'))
  await until(() => expect(second.view()?.items.at(-1)).toMatchObject({ text: 'do not lose me', state: 'sent' }))
  expect(second.restarts()).toBeGreaterThan(0)
  expect(room.log.filter(event => event.event === 'message')).toHaveLength(1)
  node.write(room, '2', ['after the change'])
  await until(() => expect(second.view()?.items.at(-1)).toMatchObject({ text: 'after the change' }))
})
