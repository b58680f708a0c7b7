/** Serves any number of tabs from one engine: carries out what they say, and tells each what changed for it. */

import { Refused } from '../api/refused.ts'
import type { ConversationId, LogEvent } from '../api/wire.ts'
import type { Arrival, Refusal } from '../client/contract.ts'
import type { CommandName, FromPage, FromWorker } from '../client/messages.ts'
import { makeCommands } from './commands.ts'
import { makeCompany } from './company.ts'
import { type Engine, makeEngine } from './engine.ts'
import type { Environment } from './environment.ts'
import { makeErrands } from './errands.ts'
import { makeReplies } from './replies.ts'
import { makeSender } from './sender.ts'
import { isLookedAt, makeTab, makeTimelineChanges, type Tab } from './tabs.ts'
import { makeViews } from './views.ts'
import { openWindow } from './window.ts'

/** Entries per conversation that stay in memory while no window is open on it. */
const KEPT_UNSEEN = 40

export interface Host {
  readonly attach: (id: string, post: (message: FromWorker) => void) => void
  readonly received: (id: string, message: FromPage) => void
  readonly detach: (id: string) => void
  readonly engine: Engine
}

export function startHost(environment: Environment, deviceName: () => string): Host {
  const engine = makeEngine(environment)
  const sender = makeSender(engine)
  const company = makeCompany(engine)
  const errands = makeErrands(engine)
  const views = makeViews(engine)
  const commands = makeCommands({ engine, sender, company, deviceName })
  const tabs = new Map<string, Tab>()
  let looks = 0
  /** The tab whose person logs out, so that it is not told that another one did. */
  let leaving: string | undefined

  const windows = () => [...tabs.values()].flatMap(tab => [...tab.windows.values()])

  const refresh = () => {
    const patch = views.changes()
    if (patch !== undefined) for (const tab of tabs.values()) tab.post({ type: 'patch', patch: forTab(tab, patch) })
    for (const window of windows()) window.refresh()
  }

  /** Logging out in one tab is news only to the others. */
  const forTab = <P extends { session?: unknown }>(tab: Tab, patch: P): P =>
    patch.session !== undefined && tab.id === leaving ? { ...patch, session: { phase: 'logged_out' } } : patch

  const replies = makeReplies(engine, refresh)
  engine.onChange(refresh)
  engine.onLive(() => queueMicrotask(() => windows().forEach(window => void window.wake())))
  engine.onFlushed(() => evict(engine, windows()))
  engine.onNews(event => announce(event))

  const announce = (event: LogEvent) => {
    const { me, conversations, users, blocked } = engine.state()
    if (event.event !== 'message' || event.text === undefined || event.sender === me || blocked.has(event.sender)) return
    if (isLookedAt(tabs.values(), event.conversation)) return
    const head = conversations.get(event.conversation)?.head
    const mentionsMe = me !== undefined && (event.mentions?.includes(me) ?? false)
    const isMuted = head?.muted_until !== undefined && Date.parse(head.muted_until) > environment.now()
    if (head === undefined || isMuted || head.read >= event.seq) return
    const sender_ = users.get(event.sender)
    const name = head.title ?? sender_?.display_name ?? ''
    const arrival: Arrival = { conversation: event.conversation, seq: event.seq, name, sender: sender_, text: event.text, mentionsMe }
    const [tab] = [...tabs.values()].sort((one, other) => other.activeAt - one.activeAt)
    tab?.post({ type: 'arrival', arrival })
  }

  const openChanged = () => errands.setOpen(new Set(windows().map(window => window.conversation)))
  const watchesChanged = () => company.setWatched(new Set([...tabs.values()].flatMap(tab => tab.watches)))

  // ---- what tabs say

  const run = (tab: Tab, name: CommandName, args: readonly unknown[]): unknown => {
    switch (name) {
      case 'watchPresence':
        tab.watches = args[0] as readonly string[]
        return watchesChanged()
      case 'setActive':
        tab.isActive = args[0] === true
        if (tab.isActive) {
          tab.activeAt = ++looks
          engine.connection.wish()
        }
        return company.setActive([...tabs.values()].some(one => one.isActive))
      case 'logOut':
        leaving = tab.id
        return engine.logOut('other_tab', true)
      default: {
        // The page's side is typed by the same contract, so the arguments are those of the command.
        const command = commands[name] as (...given: readonly unknown[]) => unknown
        return command(...args)
      }
    }
  }

  const answer = async (tab: Tab, id: number, work: () => unknown) => {
    try {
      const value = await work()
      if (id !== 0) tab.post({ type: 'answer', id, value })
    } catch (fault) {
      if (!(fault instanceof Refused)) environment.log('a command failed', fault)
      if (id !== 0) tab.post({ type: 'refusal', id, refusal: refusalOf(fault) })
    }
  }

  const open = (tab: Tab, timeline: number, conversation: ConversationId) => {
    const changes = makeTimelineChanges()
    const window = openWindow(engine, sender, replies, conversation, view => tab.post({ type: 'timeline', timeline, change: changes(view) }))
    tab.windows.set(timeline, window)
    openChanged()
    const head = engine.state().conversations.get(conversation)?.head
    if (head !== undefined && head.kind !== 'channel' && engine.isLive()) commands.listReceipts(conversation).catch(() => undefined)
  }

  const seen = (conversation: ConversationId, seq: number) => {
    const head = engine.state().conversations.get(conversation)?.head
    if (head?.role === undefined) return
    const upTo = Math.min(seq, head.last_seq)
    const isWaiting = [...engine.outbox().values()].some(one => one.conversation === conversation && one.deed.type === 'read' && one.deed.seq >= upTo)
    if (upTo > head.read && !isWaiting) void sender.take(environment.makeKey(), conversation, { type: 'read', seq: upTo })
  }

  const received: Host['received'] = (id, message) => {
    const tab = tabs.get(id)
    if (tab === undefined) return
    switch (message.type) {
      case 'attach':
        return
      case 'command':
        return void answer(tab, message.id, () => run(tab, message.name, message.args))
      case 'open':
        return open(tab, message.timeline, message.conversation)
      case 'close':
        tab.windows.get(message.timeline)?.close()
        tab.windows.delete(message.timeline)
        return openChanged()
      case 'load':
        return tab.windows.get(message.timeline)?.load(message.end)
      case 'seen': {
        const window = tab.windows.get(message.timeline)
        return window === undefined ? undefined : seen(window.conversation, message.seq)
      }
      case 'jump': {
        const window = tab.windows.get(message.timeline)
        return void answer(tab, message.id, () => window?.jump(message.seq) ?? false)
      }
      case 'detach':
        return detach(id)
    }
  }

  const detach = (id: string) => {
    const tab = tabs.get(id)
    if (tab === undefined) return
    for (const window of tab.windows.values()) window.close()
    tabs.delete(id)
    openChanged()
    watchesChanged()
    company.setActive([...tabs.values()].some(one => one.isActive))
  }

  engine.onLoggedOut(() => {
    for (const window of windows()) window.close()
    for (const tab of tabs.values()) tab.windows.clear()
    refresh()
    leaving = undefined
  })
  // A mute that ends changes what is shown without anything having happened.
  const everyMinute = () => {
    environment.clock(60_000, everyMinute)
    refresh()
  }
  everyMinute()
  const ready = engine.begin().then(() => {
    refresh()
    commands.loadServer().catch(() => undefined)
  })

  return {
    engine,
    attach: (id, post) => {
      tabs.set(id, makeTab(id, post))
      void ready.then(() => {
        refresh()
        post({ type: 'patch', patch: views.whole() })
      })
    },
    received: (id, message) => void ready.then(() => received(id, message)),
    detach,
  }
}

function refusalOf(fault: unknown): Refusal {
  if (!(fault instanceof Refused)) return { code: 'not_understood', message: 'something went wrong in the app' }
  const { code, message, retryAfterMs } = fault
  return retryAfterMs === undefined ? { code, message } : { code, message, retryAfterMs }
}

/** Lets go of what no window needs. Only what the storage has goes: without one, memory is all there is. */
function evict(engine: Engine, windows: readonly { conversation: ConversationId; range: () => { from: number; to: number } }[]): void {
  if (engine.storage().kind === 'memory') return
  for (const [id, { log }] of engine.state().conversations) {
    const held = log.segments.reduce((sum, segment) => sum + segment.entries.length, 0)
    const open = windows.filter(window => window.conversation === id).map(window => window.range())
    if (held <= (open.length === 0 ? KEPT_UNSEEN : KEPT_UNSEEN * 20)) continue
    const newest = log.segments.at(-1)?.entries.at(-KEPT_UNSEEN)?.seq ?? Number.MAX_SAFE_INTEGER
    const ranges = [...open, { from: newest, to: Number.MAX_SAFE_INTEGER }].sort((one, other) => one.from - other.from)
    engine.dispatch({ type: 'keep', conversation: id, ranges: joined(ranges) })
  }
}

/** Ranges that overlap as one. */
function joined(ranges: readonly { from: number; to: number }[]): { from: number; to: number }[] {
  const result: { from: number; to: number }[] = []
  for (const range of ranges) {
    const last = result.at(-1)
    if (last !== undefined && range.from <= last.to + 1) last.to = Math.max(last.to, range.to)
    else result.push({ ...range })
  }
  return result
}
