/** `startClient()`: the {@link Client} of this page, over the worker that all tabs share. */

import type { Arrival, Client, Commands, Refusal, Timeline, TimelineView } from './contract.ts'
import { nameOfDevice } from './device.ts'
import { openLink } from './link.ts'
import type { CommandName, FromPage, FromWorker, TimelineChange } from './messages.ts'
import { makeMirror, makeTimelineMirror } from './mirror.ts'
import { type Cell, cell } from './source.ts'

export * from './contract.ts'
export { watchForUpdates } from './service-worker.ts'

interface Waiting {
  readonly message: FromPage
  readonly resolve: (value: unknown) => void
  readonly reject: (refusal: Refusal) => void
}

interface Opened {
  readonly conversation: string
  readonly view: Cell<TimelineView>
  take: (change: TimelineChange) => TimelineView
}

/** Commands that nobody waits for. */
const UNANSWERED: ReadonlySet<CommandName> = new Set<CommandName>(['typing', 'watchPresence', 'setActive', 'loadUsers', 'reconnect'])
const LAST_WORDS: ReadonlySet<CommandName> = new Set<CommandName>(['watchPresence', 'setActive'])

export function startClient(): Client {
  const mirror = makeMirror()
  const waiting = new Map<number, Waiting>()
  const timelines = new Map<number, Opened>()
  const listeners = new Set<(arrival: Arrival) => void>()
  /** What a new worker must be told again. */
  const lastWords = new Map<CommandName, FromPage>()
  let last = 0

  const hear = (message: FromWorker) => {
    switch (message.type) {
      case 'patch':
        return mirror.take(message.patch)
      case 'timeline': {
        const opened = timelines.get(message.timeline)
        return opened?.view.set(opened.take(message.change))
      }
      case 'answer':
        waiting.get(message.id)?.resolve(message.value)
        waiting.delete(message.id)
        return
      case 'refusal':
        waiting.get(message.id)?.reject(message.refusal)
        waiting.delete(message.id)
        return
      case 'arrival':
        for (const listener of listeners) listener(message.arrival)
        return
      case 'restart':
        return again()
    }
  }

  const fail = (fault: unknown) => {
    // biome-ignore lint/suspicious/noConsole: without its worker the app is dead; a developer wants to know why.
    console.error('the worker could not start', fault)
    const problem = { code: 'no_worker', message: 'this browser does not run the part of the app that keeps the connection' }
    mirror.take({ session: { phase: 'logged_out' }, connection: { state: 'stopped', since: Date.now(), problem } })
  }
  const link = openLink(crypto.randomUUID(), nameOfDevice(navigator.userAgent), hear, fail)

  /** Another worker leads now: it knows nothing of this page. */
  const again = () => {
    link.say({ type: 'attach' })
    for (const message of lastWords.values()) link.say(message)
    for (const [timeline, opened] of timelines) {
      opened.take = makeTimelineMirror()
      link.say({ type: 'open', timeline, conversation: opened.conversation })
    }
    for (const { message } of waiting.values()) link.say(message)
  }

  const ask = (make: (id: number) => FromPage): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last
      const message = make(id)
      waiting.set(id, { message, resolve, reject })
      link.say(message)
    })

  const command = (name: CommandName, args: readonly unknown[]): unknown => {
    if (!UNANSWERED.has(name)) return ask(id => ({ type: 'command', id, name, args: name === 'send' ? [...args, randomKey()] : args }))
    const message: FromPage = { type: 'command', id: 0, name, args }
    if (LAST_WORDS.has(name)) lastWords.set(name, message)
    link.say(message)
    return undefined
  }

  const openTimeline = (conversation: string): Timeline => {
    const timeline = ++last
    const view = cell<TimelineView>({
      conversation,
      phase: 'loading',
      items: [],
      moreBefore: false,
      moreAfter: false,
      loadingBefore: false,
      loadingAfter: false,
      shifted: false,
      generation: 0,
    })
    timelines.set(timeline, { conversation, view, take: makeTimelineMirror() })
    link.say({ type: 'open', timeline, conversation })
    return {
      view,
      loadBefore: () => link.say({ type: 'load', timeline, end: 'before' }),
      loadAfter: () => link.say({ type: 'load', timeline, end: 'after' }),
      jumpToNewest: () => link.say({ type: 'load', timeline, end: 'newest' }),
      jumpTo: async seq => (await ask(id => ({ type: 'jump', id, timeline, seq }))) === true,
      seen: seq => link.say({ type: 'seen', timeline, seq }),
      close: () => {
        timelines.delete(timeline)
        link.say({ type: 'close', timeline })
      },
    }
  }

  return {
    ...mirror.sources,
    // Every command is a message of its name; the worker's side is typed by the same contract.
    commands: new Proxy({} as Commands, {
      get:
        (_, name) =>
        (...args: readonly unknown[]) =>
          command(name as CommandName, args),
    }),
    openTimeline,
    onArrival: listener => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    close: () => link.close(),
  }
}

/** The key of a send: made where it is written, so that it survives whatever happens to the worker (G2). */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18))
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
}
