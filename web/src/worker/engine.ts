/**
 * The one place where everything meets: confirmed state, what waits, drafts, storage, connection. All tabs share one engine.
 *
 * State changes through `dispatch` alone. Whoever wants to follow registers with `onChange`; listeners run once per burst, not once per event.
 */

import type { Answer, Args, OperationName } from '../api/operations.ts'
import { Refused } from '../api/refused.ts'
import { makeRest, type Rest } from '../api/rest.ts'
import type { ConversationId, LogEvent, NewSession, ServerEvent, ServerInfo, Snapshot } from '../api/wire.ts'
import type { Draft, SessionView, StorageView } from '../client/contract.ts'
import { PLAIN } from '../crypto/decrypt.ts'
import type { Outbox } from '../store/pending.ts'
import { apply, type Input } from '../store/reducer.ts'
import { EMPTY_STATE, type State } from '../store/state.ts'
import { type Connection, makeConnection } from '../sync/connection.ts'
import { openDatabase } from './database.ts'
import { delay, type Environment } from './environment.ts'
import { type Keeper, makeKeeper } from './keeper.ts'
import { restoredOutbox, restoredState } from './restore.ts'
import { type Batch, memoryStorage, NOTHING_STORED, type Storage, StorageFailed, type StoredSession } from './storage.ts'

/** A burst of events is written and shown once. Short enough to feel immediate. */
const BURST_MS = 12
const FLUSH_MS = 60
const LOG_OUT_WITHIN_MS = 3_000

export type LoggedOutReason = Extract<SessionView, { phase: 'logged_out' }>['reason']

export interface Engine {
  readonly environment: Environment
  readonly rest: Rest
  readonly connection: Connection
  readonly keeper: Keeper
  readonly state: () => State
  readonly outbox: () => Outbox
  readonly drafts: () => ReadonlyMap<ConversationId, Draft>
  readonly session: () => SessionView
  readonly server: () => ServerInfo | undefined
  readonly storageView: () => StorageView
  readonly storage: () => Storage
  readonly isLive: () => boolean
  readonly dispatch: (input: Input) => void
  readonly setOutbox: (outbox: Outbox) => void
  readonly setDraft: (conversation: ConversationId, draft: Draft | undefined) => void
  readonly setServer: (server: ServerInfo) => void
  /** Asks the server, over socket or REST. A void token ends the session here too. */
  readonly ask: <Name extends OperationName>(name: Name, args: Args<Name>) => Promise<Answer<Name>>
  /** Resolves when everything up to now is in the storage. */
  readonly flushed: () => Promise<void>
  /** Extra things to write, in the same order as everything. */
  readonly write: (batch: Batch) => Promise<void>
  readonly begin: () => Promise<void>
  readonly loggedIn: (session: NewSession) => Promise<void>
  readonly logOut: (reason: LoggedOutReason, tellServer: boolean) => Promise<void>
  readonly onChange: (listener: () => void) => void
  /** After each log event that was new to the head of its conversation. */
  readonly onNews: (listener: (event: LogEvent) => void) => void
  /** After each snapshot. */
  readonly onLive: (listener: () => void) => void
  /** After each write to the storage. */
  readonly onFlushed: (listener: () => void) => void
  readonly onLoggedOut: (listener: (reason: LoggedOutReason) => void) => void
  readonly close: () => void
}

export function makeEngine(environment: Environment): Engine {
  let state: State = EMPTY_STATE
  let outbox: Outbox = new Map()
  let drafts: ReadonlyMap<ConversationId, Draft> = new Map()
  let session: StoredSession | undefined
  let sessionView: SessionView = { phase: 'starting' }
  let server: ServerInfo | undefined
  let storage: Storage = memoryStorage()
  let storageView: StorageView = { kind: 'database' }
  let isLoaded = false
  let isClosed = false

  const changed: (() => void)[] = []
  const news: ((event: LogEvent) => void)[] = []
  const lived: (() => void)[] = []
  const written: (() => void)[] = []
  const left: ((reason: LoggedOutReason) => void)[] = []

  const keeper = makeKeeper(() => storage.kind === 'database')
  const rest = makeRest({
    origin: environment.origin,
    token: () => session?.token,
    fetch: environment.means.fetch,
    random: environment.random,
    delay: ms => delay(environment, ms),
  })

  // ---- bursts

  let isTelling = false
  const tell = () => {
    if (isTelling || isClosed) return
    isTelling = true
    environment.clock(BURST_MS, () => {
      isTelling = false
      for (const listener of changed) listener()
    })
    scheduleFlush()
  }

  let isFlushing = false
  const scheduleFlush = () => {
    if (isFlushing) return
    isFlushing = true
    environment.clock(FLUSH_MS, () => {
      isFlushing = false
      void flushed()
    })
  }

  const flushed = async (): Promise<void> => {
    if (isClosed || session === undefined) return
    const batch = keeper.batch(state)
    // Also when there is nothing new: what was given before must be on the disk when this resolves.
    await (batch === undefined ? lastWrite : write(batch))
    for (const listener of written) listener()
  }

  let lastWrite: Promise<void> = Promise.resolve()
  const write = (batch: Batch): Promise<void> => {
    lastWrite = storage.write(batch).catch(toMemory)
    return lastWrite
  }

  /** From now on nothing is kept: better that than an app that stands still. What is on the disk is whole up to its cursor. */
  const toMemory = (fault: unknown) => {
    if (storage.kind === 'memory') return
    environment.log('the storage failed; going on in memory', fault)
    storage.close()
    storage = memoryStorage()
    storageView = { kind: 'memory', reason: fault instanceof StorageFailed ? fault.fault : 'broken' }
    tell()
  }

  const dispatch = (input: Input) => {
    const before = state
    state = apply(state, input)
    if (state !== before) tell()
  }

  // ---- what the connection says

  const onSnapshot = (snapshot: Snapshot, isWelcome: boolean) => {
    if (!snapshot.resumed) keeper.reset()
    dispatch({ type: 'snapshot', snapshot })
    isLoaded = true
    showSession()
    if (isWelcome) for (const listener of lived) listener()
  }

  const onEvent = (event: ServerEvent) => {
    const readable = 'seq' in event ? PLAIN.event(event) : event
    const before = 'seq' in readable ? state.conversations.get(readable.conversation)?.head.last_seq : undefined
    dispatch({ type: 'event', event: readable })
    if (before !== undefined && 'seq' in readable && readable.seq > before) for (const listener of news) listener(readable)
  }

  const connection = makeConnection({
    means: environment.means,
    rest,
    origin: environment.origin,
    client: environment.client,
    token: () => session?.token,
    cursor: () => state.cursor,
    now: environment.now,
    random: environment.random,
    clock: environment.clock,
    onSnapshot,
    onEvent,
    onChange: machine => {
      if (machine.phase.name !== 'live') dispatch({ type: 'disconnected' })
      tell()
    },
    onEnded: () => void logOut('revoked', false),
    onFault: fault => environment.log('something from the server was not understood', fault),
  })

  const showSession = () => {
    if (session === undefined || state.limits === undefined) return
    sessionView = {
      phase: 'logged_in',
      user: session.user,
      device: session.device,
      limits: state.limits,
      loaded: isLoaded || state.cursor !== undefined,
    }
    tell()
  }

  // ---- in and out

  const begin = async () => {
    try {
      storage = await openDatabase(environment.indexedDB, toMemory)
    } catch (fault) {
      storageView = { kind: 'memory', reason: fault instanceof StorageFailed ? fault.fault : 'broken' }
    }
    const stored = await storage.load().catch((fault: unknown) => {
      toMemory(fault)
      return NOTHING_STORED
    })
    session = stored.session
    state = restoredState(stored)
    outbox = restoredOutbox(stored)
    drafts = new Map(stored.drafts)
    keeper.restored(state, stored.conversations)
    if (session === undefined) {
      sessionView = { phase: 'logged_out' }
    } else {
      showSession()
      connection.start()
    }
    tell()
  }

  const loggedIn = async (fresh: NewSession) => {
    await clear()
    session = { token: fresh.token, device: fresh.device, user: fresh.account.user.id }
    await write({ session })
    state = { ...EMPTY_STATE, me: session.user, device: session.device, account: fresh.account, limits: server?.limits }
    keeper.restored(EMPTY_STATE, [])
    isLoaded = false
    showSession()
    connection.start()
  }

  const clear = async () => {
    connection.stop()
    session = undefined
    state = apply(state, { type: 'logged_out' })
    outbox = new Map()
    drafts = new Map()
    keeper.restored(EMPTY_STATE, [])
    await storage.wipe().catch(toMemory)
  }

  const logOut = async (reason: LoggedOutReason, tellServer: boolean) => {
    if (session === undefined) return
    // Best effort, with the token still at hand; the device is wiped in any case.
    const told = tellServer ? rest.ask('session.delete', {}, AbortSignal.timeout(LOG_OUT_WITHIN_MS)).catch(() => undefined) : undefined
    if (told !== undefined) connection.stop()
    await told
    await clear()
    sessionView = { phase: 'logged_out', reason }
    tell()
    for (const listener of left) listener(reason)
  }

  return {
    environment,
    rest,
    connection,
    keeper,
    state: () => state,
    outbox: () => outbox,
    drafts: () => drafts,
    session: () => sessionView,
    server: () => server,
    storageView: () => storageView,
    storage: () => storage,
    isLive: () => connection.machine().phase.name === 'live',
    dispatch,
    setOutbox: next => {
      outbox = next
      tell()
    },
    setDraft: (conversation, draft) => {
      const next = new Map(drafts)
      if (draft === undefined) next.delete(conversation)
      else next.set(conversation, draft)
      drafts = next
      tell()
    },
    setServer: next => {
      server = next
      showSession()
      tell()
    },
    ask: async (name, args) => {
      if (session === undefined) throw new Refused('logged_out', 'nobody is logged in')
      const asker = session
      try {
        return await connection.ask(name, args)
      } catch (fault) {
        if (fault instanceof Refused && fault.code === 'unauthenticated' && asker === session) void logOut('revoked', false)
        throw fault
      }
    },
    flushed,
    write,
    begin,
    loggedIn,
    logOut,
    onChange: listener => void changed.push(listener),
    onNews: listener => void news.push(listener),
    onLive: listener => void lived.push(listener),
    onFlushed: listener => void written.push(listener),
    onLoggedOut: listener => void left.push(listener),
    close: () => {
      isClosed = true
      connection.stop()
      storage.close()
    },
  }
}
