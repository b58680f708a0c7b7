import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { describe, expect, test } from 'vitest'
import type { Entry } from '../store/log.ts'
import { openDatabase } from './database.ts'
import { NOTHING_STORED, StorageFailed } from './storage.ts'

const entry = (seq: number, text = `m${seq}`): Entry => ({
  type: 'message',
  seq,
  folded: seq,
  message: { conversation: '9', seq, id: `${seq}`, sender: '2', at: '2026-01-01T00:00:00.000Z', text },
})

const follower = (seq: number, target: number, text: string) =>
  ({ event: 'edit', conversation: '9', seq, id: `${seq}`, sender: '2', at: '2026-01-02T00:00:00.000Z', target, text }) as const

async function fresh() {
  return openDatabase(new IDBFactory() as unknown as globalThis.IDBFactory, () => undefined)
}

describe('entries', () => {
  test('a_range_is_read_from_either_end', async () => {
    const storage = await fresh()
    await storage.write({ entries: [5, 1, 3, 2, 4].map(seq => ['9', entry(seq)] as const) })
    const seqs = async (from: number, to: number, limit: number, end: 'first' | 'last') =>
      (await storage.entries('9', { from, to }, limit, end)).map(one => one.seq)
    expect(await seqs(2, 5, 2, 'first')).toEqual([2, 3])
    expect(await seqs(1, 4, 2, 'last')).toEqual([3, 4])
    expect(await seqs(6, 9, 2, 'last')).toEqual([])
    expect(await seqs(4, 2, 2, 'last')).toEqual([])
    expect(await storage.entries('10', { from: 1, to: 9 }, 9, 'first')).toEqual([])
  })

  test('a_follower_is_folded_once_and_never_back', async () => {
    const storage = await fresh()
    await storage.write({ entries: [['9', entry(1)]], followers: [follower(4, 1, 'second'), follower(3, 1, 'first'), follower(8, 7, 'of nothing')] })
    const [stored] = await storage.entries('9', { from: 1, to: 1 }, 1, 'first')
    expect(stored).toMatchObject({ folded: 4, message: { text: 'second' } })
  })

  test('what_is_forgotten_or_trimmed_is_gone_and_nothing_else', async () => {
    const storage = await fresh()
    await storage.write({ entries: [1, 2, 3].flatMap(seq => [['9', entry(seq)] as const, ['10', entry(seq)] as const]) })
    await storage.write({ trim: [['9', 2]], forget: ['10'] })
    expect((await storage.entries('9', { from: 1, to: 9 }, 9, 'first')).map(one => one.seq)).toEqual([3])
    expect(await storage.entries('10', { from: 1, to: 9 }, 9, 'first')).toEqual([])
  })
})

describe('the whole', () => {
  test('a_wipe_leaves_nothing', async () => {
    const storage = await fresh()
    await storage.write({
      session: { token: 'secret', device: '1', user: '2' },
      entries: [['9', entry(1)]],
      drafts: [['9', { text: 'x', mentions: [] }]],
    })
    expect((await storage.load()).session?.token).toBe('secret')
    await storage.wipe()
    expect(await storage.load()).toEqual(NOTHING_STORED)
    expect(await storage.entries('9', { from: 1, to: 9 }, 9, 'first')).toEqual([])
  })

  test('a_reset_keeps_session_outbox_and_drafts', async () => {
    const storage = await fresh()
    const pending = { key: 'k', conversation: '9', order: 1, madeAt: '2026-01-01T00:00:00.000Z', stage: 'waiting', after: undefined } as const
    await storage.write({
      session: { token: 't', device: '1', user: '2' },
      outbox: [{ ...pending, deed: { type: 'delete', seq: 1 } }],
      drafts: [['9', { text: 'x', mentions: [] }]],
      users: [{ id: '2', display_name: 'Mia' }],
      entries: [['9', entry(1)]],
    })
    await storage.write({ reset: true })
    const left = await storage.load()
    expect(left).toMatchObject({ session: { token: 't' }, outbox: [{ key: 'k' }], drafts: [['9', { text: 'x' }]], users: [] })
    expect(await storage.entries('9', { from: 1, to: 9 }, 9, 'first')).toEqual([])
  })

  test('a_newer_version_gets_the_database_and_this_one_is_told', async () => {
    const factory = new IDBFactory()
    const lost: StorageFailed[] = []
    await openDatabase(factory as unknown as globalThis.IDBFactory, fault => lost.push(fault))
    await new Promise<void>((resolve, reject) => {
      const request = factory.open('parlor', 99)
      request.onsuccess = () => resolve()
      request.onerror = () => reject(request.error)
    })
    expect(lost).toMatchObject([{ fault: 'blocked' }])
  })

  test('no_database_at_all_is_said_so', async () => {
    await expect(openDatabase(undefined, () => undefined)).rejects.toMatchObject({ fault: 'unavailable' })
    const refusing = {
      open: () => {
        throw new DOMException('private mode', 'SecurityError')
      },
    } as unknown as globalThis.IDBFactory
    await expect(openDatabase(refusing, () => undefined)).rejects.toBeInstanceOf(StorageFailed)
  })
})
