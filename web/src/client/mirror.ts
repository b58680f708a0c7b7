/** The page's copy of what the worker shows: sources that patches are put into. */

import type {
  Account,
  ConnectionView,
  Contact,
  ConversationView,
  Draft,
  Presence,
  Receipt,
  ServerInfo,
  Session,
  SessionView,
  Sources,
  StorageView,
  TimelineItem,
  TimelineView,
  Totals,
  User,
  UserId,
} from './contract.ts'
import type { Patch, TimelineChange } from './messages.ts'
import { type Cell, cell, cells } from './source.ts'

const NO_RECEIPTS: readonly Receipt[] = []

export interface Mirror {
  readonly sources: Sources
  readonly take: (patch: Patch) => void
}

export function makeMirror(): Mirror {
  const session = cell<SessionView>({ phase: 'starting' })
  const server = cell<ServerInfo | undefined>(undefined)
  const connection = cell<ConnectionView>({ state: 'idle', since: 0 })
  const storage = cell<StorageView>({ kind: 'database' })
  const account = cell<Account | undefined>(undefined)
  const conversations = cell<readonly ConversationView[]>([])
  const totals = cell<Totals>({ unread: 0, mentions: 0, requests: 0 })
  const contacts = cell<readonly Contact[]>([])
  const blocked = cell<readonly UserId[]>([])
  const sessions = cell<readonly Session[] | undefined>(undefined)
  const conversation = table<ConversationView>()
  const user = table<User>()
  const presence = table<Presence>()
  const draft = table<Draft>()
  const receipts = cells(NO_RECEIPTS)
  const told = new Set<string>()
  let order: readonly string[] = []

  const take = (patch: Patch) => {
    if (patch.whole === true) {
      conversation.keepOnly(new Set(patch.conversations?.map(view => view.id)))
      user.keepOnly(new Set(patch.users?.map(one => one.id)))
      presence.keepOnly(new Set(patch.presence?.map(one => one.user)))
      draft.keepOnly(new Set(patch.drafts?.map(([id]) => id)))
      for (const id of told) receipts(id).set(NO_RECEIPTS)
    }
    for (const one of patch.users ?? []) user.put(one.id, one)
    for (const view of patch.conversations ?? []) conversation.put(view.id, view)
    for (const id of patch.gone ?? []) conversation.put(id, undefined)
    if (patch.presence === null) presence.keepOnly(new Set())
    else for (const one of patch.presence ?? []) presence.put(one.user, one)
    for (const [id, value] of patch.drafts ?? []) draft.put(id, value ?? undefined)
    for (const [id, list] of patch.receipts ?? []) {
      told.add(id)
      receipts(id).set(list)
    }
    if (patch.order !== undefined) order = patch.order
    if (patch.order !== undefined || patch.conversations !== undefined || patch.gone !== undefined) {
      const next = order.flatMap(id => conversation.source(id).get() ?? [])
      const shown = conversations.get()
      if (next.length !== shown.length || next.some((view, index) => view !== shown[index])) conversations.set(next)
    }
    if (patch.account !== undefined) account.set(patch.account ?? undefined)
    if (patch.contacts !== undefined) contacts.set(patch.contacts)
    if (patch.blocked !== undefined) blocked.set(patch.blocked)
    if (patch.sessions !== undefined) sessions.set(patch.sessions ?? undefined)
    if (patch.totals !== undefined) totals.set(patch.totals)
    if (patch.server !== undefined) server.set(patch.server)
    if (patch.storage !== undefined) storage.set(patch.storage)
    if (patch.connection !== undefined) connection.set(patch.connection)
    // Last, so that who is shown as logged in has everything beside it.
    if (patch.session !== undefined) session.set(patch.session)
  }

  return {
    take,
    sources: {
      session,
      server,
      connection,
      storage,
      account,
      conversations,
      totals,
      contacts,
      blocked,
      sessions,
      conversation: conversation.source,
      user: user.source,
      presence: presence.source,
      draft: draft.source,
      receipts,
    },
  }
}

interface Table<T> {
  readonly source: (key: string) => Cell<T | undefined>
  readonly put: (key: string, value: T | undefined) => void
  readonly keepOnly: (keys: ReadonlySet<string>) => void
}

/** Cells by key that know which of them hold something. */
function table<T>(): Table<T> {
  const source = cells<T | undefined>(undefined)
  const filled = new Set<string>()
  const put = (key: string, value: T | undefined) => {
    if (value === undefined) filled.delete(key)
    else filled.add(key)
    source(key).set(value)
  }
  return {
    source,
    put,
    keepOnly: keys => {
      for (const key of [...filled]) if (!keys.has(key)) put(key, undefined)
    },
  }
}

/** Puts the changes of a timeline together again. */
export function makeTimelineMirror(): (change: TimelineChange) => TimelineView {
  let items = new Map<string, TimelineItem>()
  let shown: readonly TimelineItem[] = []
  return ({ view, order, put }) => {
    for (const item of put ?? []) items.set(item.key, item)
    if (order !== undefined || put !== undefined) {
      const keys = order ?? shown.map(item => item.key)
      shown = keys.flatMap(key => items.get(key) ?? [])
      items = new Map(shown.map(item => [item.key, item]))
    }
    return { ...view, items: shown }
  }
}
