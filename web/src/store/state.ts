/** Confirmed state: what the server has said, and nothing that is only hoped. It is changed by `apply` in `reducer.ts` alone, and never in place. */

import type {
  Account,
  Contact,
  ConversationId,
  Cursor,
  DeviceId,
  Head,
  Limits,
  LogEvent,
  Presence,
  Receipt,
  Seq,
  Session,
  User,
  UserId,
} from '../api/wire.ts'
import type { Log } from './log.ts'

export interface Conversation {
  readonly head: Head
  /** The head's counts speak of events up to here. Further than `head.last_seq` when counts came before the events. */
  readonly counted: Seq
  /** Messages of others at the end of the log, for counting anew when a read watermark comes that is older than the head. */
  readonly recent: readonly { readonly seq: Seq; readonly mentionsMe: boolean }[]
  readonly log: Log
  /** Events that came before their predecessors. By seq, rising. */
  readonly ahead: readonly LogEvent[]
  /** Of the others. In channels empty. */
  readonly receipts: ReadonlyMap<UserId, Receipt>
  /** False for one that was only looked at, such as a channel before joining. */
  readonly listed: boolean
  /** Something of the log is held, here or in the database, and must be kept up to date. */
  readonly held: boolean
}

export interface State {
  readonly me: UserId | undefined
  readonly device: DeviceId | undefined
  readonly epoch: number | undefined
  readonly cursor: Cursor | undefined
  readonly limits: Limits | undefined
  readonly account: Account | undefined
  readonly users: ReadonlyMap<UserId, User>
  readonly contacts: ReadonlyMap<UserId, Contact>
  readonly blocked: ReadonlySet<UserId>
  readonly sessions: readonly Session[] | undefined
  readonly conversations: ReadonlyMap<ConversationId, Conversation>
  readonly presence: ReadonlyMap<UserId, Presence>
  /** Who types where. */
  readonly typing: ReadonlyMap<ConversationId, ReadonlySet<UserId>>
}

export const EMPTY_STATE: State = {
  me: undefined,
  device: undefined,
  epoch: undefined,
  cursor: undefined,
  limits: undefined,
  account: undefined,
  users: new Map(),
  contacts: new Map(),
  blocked: new Set(),
  sessions: undefined,
  conversations: new Map(),
  presence: new Map(),
  typing: new Map(),
}

/** A map with one entry put in; the same map when the value is there already. */
export function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  if (map.get(key) === value) return map
  return new Map(map).set(key, value)
}

/** A map without one entry. */
export function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map
  const copy = new Map(map)
  copy.delete(key)
  return copy
}
