import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Host } from './host.ts'
import { StorageFailed } from './storage.ts'
import { FakeNode } from './testing/fake_node.ts'
import { openTab, startTestHost, type TestTab } from './testing/tab.ts'

let node: FakeNode
let database: IDBFactory
const hosts: Host[] = []

function start(): Host {
  const host = startTestHost(node, database)
  hosts.push(host)
  return host
}

const until = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 5_000, interval: 5 })

async function loggedIn(host: Host, handle = 'sam'): Promise<TestTab> {
  const tab = openTab(host)
  await tab.commands.logIn({ handle, password: 'right' })
  await until(() => expect(tab.sources.connection.get().state).toBe('connected'))
  await until(() => expect(tab.sources.session.get()).toMatchObject({ phase: 'logged_in', loaded: true }))
  return tab
}

beforeEach(() => {
  node = new FakeNode()
  database = new IDBFactory()
})

afterEach(() => {
  for (const host of hosts.splice(0)) host.engine.close()
})

describe('logging in and out', () => {
  test('a_wrong_password_is_refused_and_a_right_one_brings_the_list', async () => {
    node.write(node.room('100'), '2', ['hello'])
    const host = start()
    const tab = openTab(host)
    await expect(tab.commands.logIn({ handle: 'sam', password: 'wrong' })).rejects.toMatchObject({ code: 'wrong_credentials' })
    await tab.commands.logIn({ handle: '@sam', password: 'right' })
    await until(() => expect(tab.sources.conversations.get()).toMatchObject([{ id: '100', name: 'Mia', unread: 1, lastMessage: { text: 'hello' } }]))
  })

  test('logging_out_in_one_tab_reaches_the_other_and_wipes_the_database', async () => {
    node.room('100')
    const host = start()
    const first = await loggedIn(host)
    const second = openTab(host)
    await until(() => expect(second.sources.session.get().phase).toBe('logged_in'))
    await first.commands.logOut()
    await until(() => expect(first.sources.session.get()).toEqual({ phase: 'logged_out' }))
    await until(() => expect(second.sources.session.get()).toEqual({ phase: 'logged_out', reason: 'other_tab' }))
    expect(second.sources.conversations.get()).toEqual([])
    expect(node.tokensOf('1')).toEqual([])
    host.engine.close()
    const again = openTab(start())
    await until(() => expect(again.sources.session.get().phase).toBe('logged_out'))
  })

  test('g8_a_revoked_session_is_out_and_nothing_of_it_stays', async () => {
    node.room('100')
    const host = start()
    const tab = await loggedIn(host)
    node.revoke(node.tokensOf('1')[0] ?? '')
    await until(() => expect(tab.sources.session.get()).toEqual({ phase: 'logged_out', reason: 'revoked' }))
    expect(tab.sources.account.get()).toBeUndefined()
    expect(tab.sources.conversations.get()).toEqual([])
  })

  test('the_token_is_told_to_no_page', async () => {
    node.room('100')
    const host = start()
    const heard: string[] = []
    host.attach('spy', message => void heard.push(JSON.stringify(message)))
    await loggedIn(host)
    expect(heard.join()).not.toContain(node.tokensOf('1')[0])
  })
})

describe('writing', () => {
  test('a_message_is_pending_then_sent_then_delivered_then_read_under_one_key', async () => {
    const room = node.room('100')
    const tab = await loggedIn(start())
    const timeline = tab.open('100')
    const key = await tab.commands.send('100', { text: 'hi' })
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ key, text: 'hi', own: true }))
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ key, state: 'sent', seq: 2 }))
    node.publish(['1'], { event: 'receipt', conversation: '100', user: '2', delivered: 2, read: 0 })
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ key, state: 'delivered' }))
    node.publish(['1'], { event: 'receipt', conversation: '100', user: '2', delivered: 2, read: 2 })
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ key, state: 'read' }))
    expect(room.log.filter(event => event.event === 'message')).toHaveLength(1)
    expect(timeline.texts()).toEqual(['hi'])
  })

  test('g2_a_send_whose_answer_is_lost_is_sent_again_and_stands_once', async () => {
    const room = node.room('100')
    const tab = await loggedIn(start())
    const timeline = tab.open('100')
    node.losesAnswers = 2
    await tab.commands.send('100', { text: 'only once' })
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ text: 'only once', state: 'sent' }))
    await until(() => expect(node.asked.filter(({ name }) => name === 'message.send')).toHaveLength(3))
    expect(room.log.filter(event => event.event === 'message')).toHaveLength(1)
    expect(timeline.texts()).toEqual(['only once'])
  })

  test('what_is_written_offline_survives_a_restart_and_is_sent_once_in_order', async () => {
    const room = node.room('100')
    const host = start()
    const tab = await loggedIn(host)
    await until(() => expect(room.marks.get('1')?.delivered).toBe(1))
    node.kill()
    await until(() => expect(tab.sources.connection.get().state).not.toBe('connected'))
    for (const text of ['one', 'two', 'three']) await tab.commands.send('100', { text })
    host.engine.close()

    const again = openTab(start())
    const timeline = again.open('100')
    await until(() => expect(timeline.texts()).toEqual(['one', 'two', 'three']))
    expect(timeline.view()?.items.at(-1)).toMatchObject({ state: 'pending' })
    node.start()
    again.commands.reconnect()
    await until(() => expect(room.log.flatMap(event => (event.event === 'message' ? [event.text] : []))).toEqual(['one', 'two', 'three']))
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ state: 'sent' }))
    expect(timeline.texts()).toEqual(['one', 'two', 'three'])
  })

  test('what_the_server_refuses_is_failed_and_can_be_taken_back', async () => {
    node.room('100')
    const tab = await loggedIn(start())
    const timeline = tab.open('100')
    const key = await tab.commands.send('100', { text: 'refuse me' })
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ key, state: 'failed', problem: { code: 'limit_reached' } }))
    expect(await tab.commands.discard(key)).toBe(true)
    await until(() => expect(timeline.texts()).toEqual([]))
  })

  test('edits_reactions_and_deletions_show_at_once_and_stay', async () => {
    const room = node.room('100')
    node.write(room, '1', ['mine'])
    const tab = await loggedIn(start())
    const timeline = tab.open('100')
    await until(() => expect(timeline.texts()).toEqual(['mine']))
    await tab.commands.edit('100', 2, { text: 'better' })
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ text: 'better', changing: false }))
    await tab.commands.react('100', 2, '👍', true)
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ reactions: [{ emoji: '👍', users: ['1'] }], changing: false }))
    await tab.commands.deleteMessage('100', 2)
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ deleted: true, text: undefined, reactions: [], changing: false }))
    await expect(tab.commands.pin('100', 2, true)).rejects.toMatchObject({ code: 'unknown_operation' })
  })

  test('a_draft_is_kept_over_a_restart', async () => {
    node.room('100')
    const host = start()
    const tab = await loggedIn(host)
    await tab.commands.saveDraft('100', { text: 'I think', mentions: [] })
    host.engine.close()
    const again = openTab(start())
    await until(() => expect(again.sources.draft('100').get()).toMatchObject({ text: 'I think' }))
    await until(() => expect(again.sources.conversation('100').get()?.draft).toBe('I think'))
  })
})

describe('reading', () => {
  test('delivered_is_told_after_it_is_kept_and_read_only_when_it_was_seen', async () => {
    const room = node.room('100')
    const tab = await loggedIn(start())
    const timeline = tab.open('100')
    node.write(room, '2', ['a', 'b', 'c'])
    await until(() => expect(room.marks.get('1')).toEqual({ delivered: 4, read: 0 }))
    await until(() => expect(tab.sources.conversation('100').get()?.unread).toBe(3))
    timeline.seen(3)
    await until(() => expect(room.marks.get('1')).toEqual({ delivered: 4, read: 3 }))
    await until(() => expect(tab.sources.conversation('100').get()?.unread).toBe(1))
    timeline.seen(99)
    await until(() => expect(room.marks.get('1')).toEqual({ delivered: 4, read: 4 }))
  })

  test('what_came_while_away_is_fetched_kept_and_only_then_told_as_delivered', async () => {
    const room = node.room('100')
    node.write(
      room,
      '2',
      Array.from({ length: 130 }, (_, index) => `old ${index}`),
    )
    const host = start()
    await loggedIn(host)
    await until(() => expect(room.marks.get('1')?.delivered).toBe(131))
    const stored = await host.engine.storage().entries('100', { from: 1, to: 200 }, 500, 'first')
    expect(stored.filter(entry => entry.type === 'message')).toHaveLength(130)
  })

  test('a_window_walks_100_000_messages_both_ways_and_stays_small', async () => {
    const room = node.room('100')
    for (let index = 0; index < 3_000; index++)
      room.log.push({
        conversation: '100',
        seq: index + 2,
        id: `${50_000 + index}`,
        sender: '2',
        at: '2026-01-01T00:00:00.000Z',
        event: 'message',
        text: `m${index}`,
      })
    room.marks.set('1', { delivered: room.log.length, read: room.log.length })
    const host = start()
    const tab = await loggedIn(host)
    const timeline = tab.open('100')
    await until(() => expect(timeline.texts().at(-1)).toBe('m2999'))
    for (let step = 0; step < 60 && timeline.view()?.moreBefore === true; step++) {
      const first = timeline.view()?.items[0]?.seq
      timeline.load('before')
      await until(() => expect(timeline.view()?.items[0]?.seq).toBeLessThan(first ?? 0))
      await until(() => expect(timeline.view()).toMatchObject({ loadingBefore: false }))
      const seqs = timeline.view()?.items.map(item => item.seq ?? 0) ?? []
      expect(seqs).toEqual([...seqs].sort((one, other) => one - other))
      expect(new Set(seqs).size).toBe(seqs.length)
    }
    expect(timeline.view()?.items.find(item => item.type === 'message')).toMatchObject({ text: 'm0' })
    await until(() => expect(timeline.view()?.items.length).toBeLessThanOrEqual(360))
    await host.engine.flushed()
    const held = host.engine
      .state()
      .conversations.get('100')
      ?.log.segments.reduce((sum, segment) => sum + segment.entries.length, 0)
    expect(held).toBeLessThan(1_000)

    expect(await timeline.jump(1_500)).toBe(true)
    await until(() => expect(timeline.view()).toMatchObject({ target: { seq: 1_500 } }))
    expect(timeline.view()?.items.some(item => item.seq === 1_500)).toBe(true)
    timeline.load('newest')
    await until(() => expect(timeline.texts().at(-1)).toBe('m2999'))
    expect(timeline.view()).toMatchObject({ moreAfter: false })
  })

  test('a_restart_shows_what_was_held_before_anything_is_heard', async () => {
    const room = node.room('100')
    node.write(room, '2', ['kept', 'also kept'])
    const host = start()
    const tab = await loggedIn(host)
    await until(() => expect(tab.sources.conversation('100').get()?.lastSeq).toBe(3))
    await until(() => expect(room.marks.get('1')?.delivered).toBe(3))
    host.engine.close()
    node.kill()
    const again = openTab(start())
    const timeline = again.open('100')
    await until(() => expect(timeline.texts()).toEqual(['kept', 'also kept']))
    expect(again.sources.conversation('100').get()).toMatchObject({ name: 'Mia', unread: 2 })
    // While it was away somebody edited and wrote.
    node.append(room, '2', { event: 'edit', target: 2, text: 'edited' })
    node.write(room, '2', ['new'])
    node.start()
    again.commands.reconnect()
    await until(() => expect(timeline.texts()).toEqual(['edited', 'also kept', 'new']))
  })

  test('g4_a_long_absence_is_caught_up_without_a_hole', async () => {
    const room = node.room('100')
    node.write(room, '2', ['first'])
    const host = start()
    const tab = await loggedIn(host)
    const timeline = tab.open('100')
    await until(() => expect(timeline.texts()).toEqual(['first']))
    node.kill()
    await until(() => expect(tab.sources.connection.get().state).not.toBe('connected'))
    for (let index = 0; index < 450; index++)
      room.log.push({
        conversation: '100',
        seq: room.log.length + 1,
        id: `${70_000 + index}`,
        sender: '2',
        at: '2026-01-01T00:00:00.000Z',
        event: 'message',
        text: `n${index}`,
      })
    node.start()
    tab.commands.reconnect()
    // The feed knows nothing of them: only the head of the gap does.
    await until(() => expect(tab.sources.connection.get().state).toBe('connected'))
    node.publish(['1'], { event: 'gap', head: node.head(room, '1'), users: [] })
    await until(() => expect(timeline.texts().at(-1)).toBe('n449'))
    expect(timeline.texts()).toHaveLength(451)
  })

  test('g11_after_a_restore_from_backup_everything_is_taken_anew_and_the_outbox_stays', async () => {
    const room = node.room('100')
    node.write(room, '2', ['before', 'lost with the backup'])
    const tab = await loggedIn(start())
    const timeline = tab.open('100')
    await until(() => expect(timeline.texts()).toHaveLength(2))
    node.kill()
    await until(() => expect(tab.sources.connection.get().state).not.toBe('connected'))
    await tab.commands.send('100', { text: 'written meanwhile' })
    room.log.pop()
    node.epoch += 1
    node.start()
    tab.commands.reconnect()
    await until(() => expect(timeline.texts()).toEqual(['before', 'written meanwhile']))
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ state: 'sent' }))
  })

  test('words_are_found_in_what_is_held', async () => {
    const room = node.room('100')
    node.write(room, '2', ['The quick brown fox', 'jumps over', 'the lazy dog and the Fox'])
    const tab = await loggedIn(start())
    await until(() => expect(room.marks.get('1')?.delivered).toBe(4))
    expect((await tab.commands.search('fox the')).map(hit => hit.seq).sort()).toEqual([2, 4])
    expect(await tab.commands.search('nothing like it')).toEqual([])
  })
})

describe('bad networks', () => {
  test.each([
    ['sse', { blocksSocket: true }],
    ['poll', { blocksSocket: true, blocksStream: true }],
  ])('a_blocked_socket_still_chats_over_%s', async (transport, faults) => {
    const room = node.room('100')
    Object.assign(node, faults)
    const tab = await loggedIn(start())
    expect(tab.sources.connection.get()).toMatchObject({ transport })
    const timeline = tab.open('100')
    await tab.commands.send('100', { text: 'over there' })
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ text: 'over there', state: 'sent' }))
    node.write(room, '2', ['and back'])
    await until(() => expect(timeline.texts()).toEqual(['over there', 'and back']))
    await until(() => expect(room.marks.get('1')?.delivered).toBe(3))
  })

  test('without_a_database_it_works_in_memory_and_says_so', async () => {
    node.room('100')
    const host = startTestHost(node, undefined)
    hosts.push(host)
    host.engine.close()
    const bare = startTestHost(node, null as unknown as undefined)
    hosts.push(bare)
    const tab = await loggedIn(bare)
    expect(tab.sources.storage.get().kind).toBe('memory')
    const timeline = tab.open('100')
    await tab.commands.send('100', { text: 'hi' })
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ text: 'hi', state: 'sent' }))
  })
})

describe('a database that goes', () => {
  test('when_another_version_takes_it_the_app_goes_on_in_memory_and_says_so', async () => {
    const room = node.room('100')
    const tab = await loggedIn(start())
    await until(() => expect(room.marks.get('1')?.delivered).toBe(1))
    await new Promise<void>((resolve, reject) => {
      const request = database.open('parlor', 99)
      request.onsuccess = () => resolve()
      request.onerror = () => reject(request.error)
    })
    await until(() => expect(tab.sources.storage.get()).toEqual({ kind: 'memory', reason: 'blocked' }))
    const timeline = tab.open('100')
    await tab.commands.send('100', { text: 'still here' })
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ text: 'still here', state: 'sent' }))
  })

  test('a_full_disk_loses_nothing_of_what_is_on_the_screen', async () => {
    node.room('100')
    const host = start()
    const tab = await loggedIn(host)
    const timeline = tab.open('100')
    vi.spyOn(host.engine.storage(), 'write').mockRejectedValue(new StorageFailed('full'))
    await tab.commands.send('100', { text: 'no room left' })
    await until(() => expect(tab.sources.storage.get()).toEqual({ kind: 'memory', reason: 'full' }))
    await until(() => expect(timeline.view()?.items.at(-1)).toMatchObject({ text: 'no room left', state: 'sent' }))
  })
})

describe('several tabs', () => {
  test('they_share_one_connection_and_see_the_same', async () => {
    const room = node.room('100')
    const host = start()
    const first = await loggedIn(host)
    const second = openTab(host)
    const [one, other] = [first.open('100'), second.open('100')]
    await first.commands.send('100', { text: 'from one' })
    await until(() => expect(other.texts()).toEqual(['from one']))
    await until(() => expect(one.view()?.items.at(-1)).toMatchObject({ state: 'sent' }))
    expect(second.sources.conversation('100').get()).toEqual(first.sources.conversation('100').get())
    expect(room.log).toHaveLength(2)
  })

  test('an_event_sends_what_changed_and_not_the_whole_window', async () => {
    const room = node.room('100')
    node.write(
      room,
      '2',
      Array.from({ length: 50 }, (_, index) => `m${index}`),
    )
    room.marks.set('1', { delivered: 51, read: 51 })
    const tab = await loggedIn(start())
    const timeline = tab.open('100')
    await until(() => expect(timeline.texts().at(-1)).toBe('m49'))
    const before = tab.itemsSent()
    node.write(room, '2', ['one more'])
    await until(() => expect(timeline.texts().at(-1)).toBe('one more'))
    // At least thirty are on the screen.
    expect(tab.itemsSent() - before).toBeLessThan(5)
  })

  test('an_arrival_is_told_to_the_tab_looked_at_last_and_to_none_that_looks_at_it', async () => {
    const room = node.room('100')
    const host = start()
    const first = await loggedIn(host)
    const second = openTab(host)
    await until(() => expect(second.sources.session.get().phase).toBe('logged_in'))
    await second.commands.setActive(true)
    node.write(room, '2', ['ding'])
    await until(() => expect(second.arrivals).toHaveLength(1))
    expect(first.arrivals).toHaveLength(0)
    const timeline = second.open('100')
    await until(() => expect(timeline.texts()).toEqual(['ding']))
    node.write(room, '2', ['seen'])
    await until(() => expect(timeline.texts()).toEqual(['ding', 'seen']))
    expect(second.arrivals).toHaveLength(1)
  })
})
