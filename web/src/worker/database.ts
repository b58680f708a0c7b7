/** {@link Storage} over IndexedDB. */

import { type DBSchema, type IDBPDatabase, type IDBPTransaction, wrap } from 'idb'
import type { Contact, ConversationId, Seq, User, UserId } from '../api/wire.ts'
import type { Draft, SearchHit } from '../client/contract.ts'
import { fold } from '../store/fold.ts'
import type { Entry, PageRange } from '../store/log.ts'
import type { Pending } from '../store/pending.ts'
import {
  type Batch,
  containsAll,
  type Storage,
  StorageFailed,
  type Stored,
  type StoredConversation,
  type StoredMeta,
  type StoredSession,
} from './storage.ts'

type StoredEntry = Entry & { readonly conversation: ConversationId }

interface Schema extends DBSchema {
  session: { key: 'session'; value: StoredSession }
  meta: { key: 'meta'; value: StoredMeta }
  users: { key: UserId; value: User }
  contacts: { key: UserId; value: Contact }
  conversations: { key: ConversationId; value: StoredConversation }
  entries: { key: [ConversationId, Seq]; value: StoredEntry }
  outbox: { key: string; value: Pending }
  drafts: { key: ConversationId; value: Draft }
}

const NAME = 'parlor'
const VERSION = 1
/** Another version of the app may hold the database and not let go. */
const OPEN_WITHIN_MS = 3_000
const SEARCH_PAGE = 500

const STORES = ['session', 'meta', 'users', 'contacts', 'conversations', 'entries', 'outbox', 'drafts'] as const
type Write = IDBPTransaction<Schema, typeof STORES, 'readwrite'>

/** Opens the database. Rejects with {@link StorageFailed} when there is none to be had. `onLost` is called when it is taken away later. */
export async function openDatabase(factory: IDBFactory | undefined, onLost: (fault: StorageFailed) => void): Promise<Storage> {
  if (factory === undefined) throw new StorageFailed('unavailable')
  try {
    return storageOver(await within(OPEN_WITHIN_MS, open(factory, onLost)))
  } catch (fault) {
    throw fault instanceof StorageFailed ? fault : failed(fault, 'unavailable')
  }
}

async function open(factory: IDBFactory, onLost: (fault: StorageFailed) => void): Promise<IDBPDatabase<Schema>> {
  const request = factory.open(NAME, VERSION)
  request.onupgradeneeded = () => {
    const database = wrap(request.result) as IDBPDatabase<Schema>
    database.createObjectStore('session')
    database.createObjectStore('meta')
    database.createObjectStore('users', { keyPath: 'id' })
    database.createObjectStore('contacts', { keyPath: 'user.id' })
    database.createObjectStore('conversations', { keyPath: 'id' })
    database.createObjectStore('entries', { keyPath: ['conversation', 'seq'] })
    database.createObjectStore('outbox', { keyPath: 'key' })
    database.createObjectStore('drafts')
  }
  const database = (await wrap(request)) as IDBPDatabase<Schema>
  // A newer version wants it. It gets it; this one goes on in memory.
  database.addEventListener('versionchange', () => {
    database.close()
    onLost(new StorageFailed('blocked'))
  })
  database.addEventListener('close', () => onLost(new StorageFailed('broken')))
  return database
}

/** What comes too late is closed again: it must not stand in the way of others. */
async function within(ms: number, opening: Promise<IDBPDatabase<Schema>>): Promise<IDBPDatabase<Schema>> {
  let isLate = false
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => {
      isLate = true
      reject(new StorageFailed('blocked'))
    }, ms)
  })
  opening.then(
    database => {
      if (isLate) database.close()
    },
    () => undefined,
  )
  return Promise.race([opening, late])
}

function failed(fault: unknown, otherwise: 'unavailable' | 'broken'): StorageFailed {
  const name = fault instanceof Error || fault instanceof DOMException ? fault.name : ''
  return new StorageFailed(name === 'QuotaExceededError' ? 'full' : otherwise, fault)
}

function storageOver(database: IDBPDatabase<Schema>): Storage {
  // One after the other, so that the order of batches is the order on the disk, and reads see what was given before them.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const turn = last.then(run).catch((fault: unknown) => {
      throw fault instanceof StorageFailed ? fault : failed(fault, 'broken')
    })
    last = turn.catch(() => undefined)
    return turn
  }
  return {
    kind: 'database',
    load: () => inTurn(() => load(database)),
    write: batch => inTurn(() => write(database, batch)),
    entries: (conversation, range, limit, end) => inTurn(() => entries(database, conversation, range, limit, end)),
    search: (words, within, limit) => inTurn(() => search(database, words, within, limit)),
    wipe: () => inTurn(() => wipe(database)),
    close: () => database.close(),
  }
}

async function load(database: IDBPDatabase<Schema>): Promise<Stored> {
  const transaction = database.transaction(STORES, 'readonly')
  const drafts = transaction.objectStore('drafts')
  const [session, meta, users, contacts, conversations, outbox, draftKeys, draftValues] = await Promise.all([
    transaction.objectStore('session').get('session'),
    transaction.objectStore('meta').get('meta'),
    transaction.objectStore('users').getAll(),
    transaction.objectStore('contacts').getAll(),
    transaction.objectStore('conversations').getAll(),
    transaction.objectStore('outbox').getAll(),
    drafts.getAllKeys(),
    drafts.getAll(),
  ])
  const zipped = draftKeys.flatMap((key, index) => {
    const draft = draftValues[index]
    return draft === undefined ? [] : [[key, draft] as const]
  })
  return { session, meta, users, contacts, conversations, outbox: outbox.sort((one, other) => one.order - other.order), drafts: zipped }
}

async function write(database: IDBPDatabase<Schema>, batch: Batch): Promise<void> {
  const transaction = database.transaction(STORES, 'readwrite', { durability: 'relaxed' })
  const work: Promise<unknown>[] = []
  const store = <Name extends (typeof STORES)[number]>(name: Name) => transaction.objectStore(name)
  if (batch.reset === true) {
    for (const name of ['meta', 'users', 'contacts', 'conversations', 'entries'] as const) work.push(store(name).clear())
  }
  if (batch.session !== undefined) work.push(store('session').put(batch.session, 'session'))
  for (const conversation of batch.forget ?? []) work.push(store('entries').delete(span(conversation, 0, Number.MAX_SAFE_INTEGER)))
  for (const [conversation, seq] of batch.trim ?? []) work.push(store('entries').delete(span(conversation, 0, seq)))
  for (const [conversation, entry] of batch.entries ?? []) work.push(store('entries').put({ ...entry, conversation }))
  work.push(foldStored(transaction, batch))
  for (const conversation of batch.conversations ?? []) work.push(store('conversations').put(conversation))
  for (const conversation of batch.goneConversations ?? []) work.push(store('conversations').delete(conversation))
  for (const user of batch.users ?? []) work.push(store('users').put(user))
  for (const contact of batch.contacts ?? []) work.push(store('contacts').put(contact))
  for (const user of batch.goneContacts ?? []) work.push(store('contacts').delete(user))
  for (const pending of batch.outbox ?? []) work.push(store('outbox').put(pending))
  for (const key of batch.goneOutbox ?? []) work.push(store('outbox').delete(key))
  for (const [conversation, draft] of batch.drafts ?? []) work.push(store('drafts').put(draft, conversation))
  for (const conversation of batch.goneDrafts ?? []) work.push(store('drafts').delete(conversation))
  if (batch.meta !== undefined) work.push(store('meta').put(batch.meta, 'meta'))
  await Promise.all([...work, transaction.done])
}

/** In order, so that of two edits the later stays. */
async function foldStored(transaction: Write, batch: Batch): Promise<void> {
  const entries = transaction.objectStore('entries')
  for (const follower of batch.followers ?? []) {
    const entry = await entries.get([follower.conversation, follower.target])
    if (entry?.type !== 'message' || entry.folded >= follower.seq) continue
    await entries.put({ ...entry, message: fold(entry.message, follower), folded: follower.seq })
  }
}

function span(conversation: ConversationId, from: Seq, to: Seq): IDBKeyRange {
  return IDBKeyRange.bound([conversation, from], [conversation, to])
}

async function entries(
  database: IDBPDatabase<Schema>,
  conversation: ConversationId,
  range: PageRange,
  limit: number,
  end: 'first' | 'last',
): Promise<Entry[]> {
  if (range.to < range.from) return []
  const keys = span(conversation, range.from, range.to)
  if (end === 'first') return (await database.getAll('entries', keys, limit)).map(bare)
  const found: Entry[] = []
  let cursor = await database.transaction('entries').store.openCursor(keys, 'prev')
  while (cursor !== null && found.length < limit) {
    found.push(bare(cursor.value))
    cursor = await cursor.continue()
  }
  return found.reverse()
}

function bare(stored: StoredEntry): Entry {
  const { conversation: _, ...entry } = stored
  return entry
}

async function search(
  database: IDBPDatabase<Schema>,
  words: readonly string[],
  within: ConversationId | undefined,
  limit: number,
): Promise<SearchHit[]> {
  const conversations = within === undefined ? await database.getAllKeys('conversations') : [within]
  const hits: SearchHit[] = []
  for (const conversation of conversations) {
    let to = Number.MAX_SAFE_INTEGER
    let here = 0
    while (here < limit) {
      const page = await entries(database, conversation, { from: 0, to }, SEARCH_PAGE, 'last')
      for (const entry of page.reverse()) {
        if (entry.type !== 'message' || entry.message.text === undefined || !containsAll(entry.message.text, words)) continue
        const { seq, sender, at, text } = entry.message
        hits.push({ conversation, seq, sender, at, text })
        here += 1
      }
      const oldest = page.at(-1)
      if (page.length < SEARCH_PAGE || oldest === undefined) break
      to = oldest.seq - 1
    }
  }
  return hits.sort((one, other) => Date.parse(other.at) - Date.parse(one.at)).slice(0, limit)
}

async function wipe(database: IDBPDatabase<Schema>): Promise<void> {
  const transaction = database.transaction(STORES, 'readwrite')
  await Promise.all([...STORES.map(name => transaction.objectStore(name).clear()), transaction.done])
}
