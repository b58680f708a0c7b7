/** Computes what the screens see and what of it changed: one patch for all tabs per burst. Timelines are apart (`window.ts`). */

import type { ConversationId } from '../api/wire.ts'
import type { ConnectionView, ConversationView, Draft } from '../client/contract.ts'
import type { Patch } from '../client/messages.ts'
import type { Pending } from '../store/pending.ts'
import { conversationView, listed, totals } from '../store/selectors.ts'
import type { Conversation, State } from '../store/state.ts'
import type { Machine } from '../sync/machine.ts'
import type { Engine } from './engine.ts'

interface MadeRow {
  readonly conversation: Conversation
  readonly deeds: readonly Pending[]
  readonly draft: Draft | undefined
  readonly typing: ReadonlySet<string> | undefined
  readonly peerName: string | undefined
  /** When a mute ends the view changes without anything having happened. */
  readonly mutedUntil: number
  readonly view: ConversationView
}

export interface Views {
  /** What changed since the last patch; `undefined` when nothing did. */
  readonly changes: () => Patch | undefined
  /** Everything, for a new tab. It takes nothing away from `changes`. */
  readonly whole: () => Patch
  readonly conversation: (id: ConversationId) => ConversationView | undefined
}

type Shown = Pick<Patch, 'session' | 'server' | 'connection' | 'storage' | 'account' | 'totals' | 'contacts' | 'blocked' | 'sessions'>

const NO_DEEDS: readonly Pending[] = []

export function makeViews(engine: Engine): Views {
  let rows = new Map<ConversationId, MadeRow>()
  let order: readonly ConversationId[] = []
  let shown: Shown = {}
  let before: State | undefined
  let drafts: ReadonlyMap<ConversationId, Draft> = new Map()
  let connection: ConnectionView | undefined
  let machine: Machine | undefined

  const connectionNow = (): ConnectionView => {
    const current = engine.connection.machine()
    if (current !== machine || connection === undefined) {
      const next = connectionView(current)
      if (connection === undefined || !isSameConnection(connection, next)) connection = next
      machine = current
    }
    return connection
  }

  const makeRows = (state: State) => {
    const now = engine.environment.now()
    const deeds = new Map<ConversationId, Pending[]>()
    for (const pending of engine.outbox().values()) {
      const list = deeds.get(pending.conversation)
      if (list === undefined) deeds.set(pending.conversation, [pending])
      else list.push(pending)
    }
    const next = new Map<ConversationId, MadeRow>()
    for (const [id, conversation] of state.conversations) {
      const known = rows.get(id)
      const mine = deeds.get(id) ?? NO_DEEDS
      const draft = engine.drafts().get(id)
      const typing = state.typing.get(id)
      const peerName = conversation.head.peer === undefined ? undefined : state.users.get(conversation.head.peer)?.display_name
      const isSame =
        known !== undefined &&
        known.conversation === conversation &&
        known.draft === draft &&
        known.typing === typing &&
        known.peerName === peerName &&
        known.mutedUntil > now &&
        known.deeds.length === mine.length &&
        known.deeds.every((pending, index) => pending === mine[index])
      if (isSame) {
        next.set(id, known)
        continue
      }
      const fresh = conversationView({ conversation, state, deeds: mine, draft, now })
      const view = known !== undefined && isSameRow(known.view, fresh) ? known.view : fresh
      const mutedUntil = view.mutedUntil === undefined ? Number.POSITIVE_INFINITY : Date.parse(view.mutedUntil)
      next.set(id, { conversation, deeds: mine, draft, typing, peerName, mutedUntil, view })
    }
    return next
  }

  const singles = (state: State, views: readonly ConversationView[]): Shown => {
    const sums = totals(views, state)
    const server = engine.server()
    return {
      session: engine.session(),
      ...(server === undefined ? {} : { server }),
      connection: connectionNow(),
      storage: engine.storageView(),
      account: state.account ?? null,
      totals: shown.totals !== undefined && isShallowSame(shown.totals, sums) ? shown.totals : sums,
      contacts:
        before !== undefined && before.contacts === state.contacts && shown.contacts !== undefined ? shown.contacts : [...state.contacts.values()],
      blocked: before !== undefined && before.blocked === state.blocked && shown.blocked !== undefined ? shown.blocked : [...state.blocked],
      sessions: state.sessions ?? null,
    }
  }

  const changes = (): Patch | undefined => {
    const state = engine.state()
    const nextRows = makeRows(state)
    const views = [...nextRows.values()].filter(({ conversation }) => conversation.listed).map(({ view }) => view)
    const nextOrder = listed(views).map(view => view.id)
    const nextShown = singles(state, views)
    const patch: Record<string, unknown> = {}
    for (const name of Object.keys(nextShown) as (keyof Shown)[]) if (nextShown[name] !== shown[name]) patch[name] = nextShown[name]
    const conversations = [...nextRows].filter(([id, row]) => rows.get(id)?.view !== row.view).map(([, row]) => row.view)
    if (conversations.length > 0) patch.conversations = conversations
    const gone = [...rows.keys()].filter(id => !nextRows.has(id))
    if (gone.length > 0) patch.gone = gone
    if (nextOrder.length !== order.length || nextOrder.some((id, index) => id !== order[index])) patch.order = nextOrder
    const users = before?.users === state.users ? [] : [...state.users.values()].filter(user => before?.users.get(user.id) !== user)
    if (users.length > 0) patch.users = users
    if (before?.presence !== state.presence) {
      const presence = [...state.presence.values()].filter(one => before?.presence.get(one.user) !== one)
      if (presence.length > 0) patch.presence = presence
      else if (state.presence.size === 0 && (before?.presence.size ?? 0) > 0) patch.presence = null
    }
    const nextDrafts = engine.drafts()
    if (nextDrafts !== drafts) {
      const changed = [...nextDrafts].filter(([id, draft]) => drafts.get(id) !== draft)
      const ended = [...drafts.keys()].filter(id => !nextDrafts.has(id)).map(id => [id, null] as const)
      if (changed.length + ended.length > 0) patch.drafts = [...changed, ...ended]
    }
    const receipts = [...state.conversations].filter(
      ([id, conversation]) => conversation.receipts.size > 0 && before?.conversations.get(id)?.receipts !== conversation.receipts,
    )
    if (receipts.length > 0) patch.receipts = receipts.map(([id, conversation]) => [id, [...conversation.receipts.values()]])

    rows = nextRows
    order = nextOrder
    shown = nextShown
    before = state
    drafts = nextDrafts
    return Object.keys(patch).length === 0 ? undefined : (patch as Patch)
  }

  return {
    changes,
    whole: () => ({
      whole: true,
      ...shown,
      conversations: [...rows.values()].map(({ view }) => view),
      order,
      users: [...(before?.users.values() ?? [])],
      presence: [...(before?.presence.values() ?? [])],
      drafts: [...drafts],
      receipts: [...(before?.conversations ?? [])].map(([id, conversation]) => [id, [...conversation.receipts.values()]] as const),
    }),
    conversation: id => rows.get(id)?.view,
  }
}

/** The connection as a person sees it: trying again and again is one state. */
export function connectionView(machine: Machine): ConnectionView {
  const { phase, since, lastProblem, failures, networkless } = machine
  const problem = lastProblem === undefined ? undefined : { code: lastProblem.code, message: lastProblem.message }
  switch (phase.name) {
    case 'idle':
      return { state: 'idle', since }
    case 'live':
      return { state: 'connected', transport: phase.transport, since }
    case 'stopped':
      return { state: 'stopped', since, problem: { code: phase.problem.code, message: phase.problem.message } }
    case 'opening':
      return { state: networkless ? 'offline' : failures === 0 ? 'connecting' : 'waiting', since, problem }
    case 'waiting':
      return {
        state: networkless ? 'offline' : failures <= 1 && problem === undefined ? 'connecting' : 'waiting',
        since,
        retryAt: phase.until,
        problem,
      }
  }
}

function isSameConnection(one: ConnectionView, other: ConnectionView): boolean {
  return (
    one.state === other.state &&
    one.transport === other.transport &&
    one.since === other.since &&
    one.retryAt === other.retryAt &&
    one.problem?.code === other.problem?.code
  )
}

function isShallowSame<T extends object>(one: T, other: T): boolean {
  const names = Object.keys(other) as (keyof T)[]
  return names.length === Object.keys(one).length && names.every(name => Object.is(one[name], other[name]))
}

/** Rows are compared by what they show; the parts that are made anew each time by their content. */
function isSameRow(one: ConversationView, other: ConversationView): boolean {
  const names = Object.keys(other) as (keyof ConversationView)[]
  return names.every(name => {
    const [was, is] = [one[name], other[name]]
    return Object.is(was, is) || (typeof was === 'object' && typeof is === 'object' && JSON.stringify(was) === JSON.stringify(is))
  })
}
