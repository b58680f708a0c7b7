import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type ScreenOptions, startBrowser } from '../harness/browser.ts'
import { startNode, type TestNode } from '../harness/node.ts'
import {
  anotherTab,
  comeIn,
  composer,
  expectNoFaults,
  inside,
  isSaidToBe,
  message,
  openConversation,
  outside,
  type Person,
  say,
  sees,
  texts,
} from '../harness/person.ts'
import { startProxy, type TestProxy } from '../harness/proxy.ts'
import { type Actor, makeActor, makeDirect, write } from '../harness/scene.ts'

let browser: Browser
let node: TestNode
let sam: Actor
let mia: Actor
let direct: string
const people: Person[] = []
const proxies: TestProxy[] = []

async function enter(handle: string, url = node.url, options: ScreenOptions = {}): Promise<Person> {
  const person = await comeIn(browser, url, handle, options)
  people.push(person)
  return person
}

beforeAll(async () => {
  browser = await startBrowser()
  node = await startNode()
  sam = await makeActor(node, 'sam', 'Sam Weaver')
  mia = await makeActor(node, 'mia', 'Mia Keller')
  direct = await makeDirect(node, mia, sam)
  await write(node, mia, direct, 'The first word')
})

afterEach(async () => {
  for (const person of people.splice(0)) await person.context.close()
  for (const proxy of proxies.splice(0)) await proxy.end()
})

afterAll(async () => {
  await browser.close()
  await node.end()
})

describe('two people', () => {
  test('a_message_is_sent_delivered_and_read_and_answered', async () => {
    const one = await enter('sam')
    await openConversation(one.page, 'Mia Keller')
    await say(one.page, 'Are you there?')
    await isSaidToBe(one.page, 'Are you there?', 'Sent')
    const other = await enter('mia')
    await isSaidToBe(one.page, 'Are you there?', 'Delivered')
    await openConversation(other.page, 'Sam Weaver')
    await sees(other.page, 'Are you there?')
    await isSaidToBe(one.page, 'Are you there?', 'Read')
    await say(other.page, 'I am')
    await sees(one.page, 'I am')
    expectNoFaults(one, other)
  })
})

describe('one person with several screens', () => {
  test('two_tabs_and_two_devices_show_the_same', async () => {
    const first = await enter('sam')
    const tab = await anotherTab(first, node.url)
    const device = await enter('sam')
    for (const { page } of [first, tab, device]) await openConversation(page, 'Mia Keller')
    await say(first.page, 'Seen everywhere')
    for (const { page } of [first, tab, device]) await sees(page, 'Seen everywhere')
    await say(device.page, 'From the other device')
    for (const { page } of [first, tab, device]) await sees(page, 'From the other device')
    await vi.waitFor(async () => {
      const [one, two, three] = await Promise.all([texts(first.page), texts(tab.page), texts(device.page)])
      expect(two).toEqual(one)
      expect(three).toEqual(one)
    }, 5_000)
    expectNoFaults(first, tab, device)
  })

  test('without_shared_workers_one_tab_leads_and_its_end_is_not_noticed', async () => {
    const leader = await enter('sam', node.url, { withoutSharedWorker: true })
    const tab = await anotherTab(leader, node.url)
    for (const { page } of [leader, tab]) await openConversation(page, 'Mia Keller')
    await say(tab.page, 'Through the other tab')
    for (const { page } of [leader, tab]) await sees(page, 'Through the other tab')
    await leader.page.close()
    await say(tab.page, 'On my own now')
    await isSaidToBe(tab.page, 'On my own now', 'Sent')
    await write(node, mia, direct, 'I hear you')
    await sees(tab.page, 'I hear you')
    expectNoFaults(leader, tab)
  })

  test('logging_out_in_one_tab_reaches_the_other_and_leaves_nothing_behind', async () => {
    const first = await enter('sam')
    const tab = await anotherTab(first, node.url)
    await inside(tab.page)
    await tab.page.goto(`${node.url}/settings`)
    await tab.page.getByRole('button', { name: 'Log out' }).first().click()
    const sure = tab.page.getByRole('dialog').getByRole('button', { name: 'Log out' })
    if (await sure.isVisible().catch(() => false)) await sure.click()
    await outside(tab.page)
    await outside(first.page)
    const left = await first.page.evaluate(async () => {
      const open = indexedDB.open('parlor')
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        open.onsuccess = () => resolve(open.result)
        open.onerror = () => reject(open.error)
      })
      const names = [...database.objectStoreNames]
      const counts = await Promise.all(
        names.map(
          name =>
            new Promise<number>(resolve => {
              const request = database.transaction(name).objectStore(name).count()
              request.onsuccess = () => resolve(request.result)
            }),
        ),
      )
      database.close()
      return counts
    })
    expect(left.length).toBeGreaterThan(0)
    expect(left.every(count => count === 0)).toBe(true)
    expectNoFaults(first, tab)
  })

  test('g8_a_revoked_device_is_out_within_a_second', async () => {
    const device = await enter('mia')
    const { sessions } = await node.ask<{ sessions: { device: string; current: boolean }[] }>('GET', '/v1/sessions', { token: mia.token })
    const others = sessions.filter(session => !session.current)
    const out = outside(device.page, 1_500)
    for (const session of others) await node.ask('DELETE', `/v1/sessions/${session.device}`, { token: mia.token })
    await out
    expectNoFaults(device)
  })
})

describe('a node that goes and comes', () => {
  test('what_is_written_while_the_node_is_dead_is_sent_once_when_it_is_back', async () => {
    const one = await enter('sam')
    await openConversation(one.page, 'Mia Keller')
    await say(one.page, 'Before the fall')
    await isSaidToBe(one.page, 'Before the fall', 'Sent')
    await node.kill()
    await say(one.page, 'Written in the dark 1')
    await say(one.page, 'Written in the dark 2')
    await isSaidToBe(one.page, 'Written in the dark 2', 'Waiting to be sent')
    await one.page.getByText('cannot be reached').first().waitFor()
    // A reload without a server: the shell, the conversation and the outbox are here.
    await one.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    await one.page.reload()
    await sees(one.page, 'Before the fall')
    await sees(one.page, 'Written in the dark 2')
    await node.start()
    await isSaidToBe(one.page, 'Written in the dark 2', 'Sent')
    const page = await node.ask<{ messages: { text?: string }[] }>('GET', `/v1/conversations/${direct}/messages`, { token: mia.token })
    const written = page.messages.filter(({ text }) => text?.startsWith('Written in the dark')).map(({ text }) => text)
    expect(written).toEqual(['Written in the dark 1', 'Written in the dark 2'])
    expectNoFaults(one)
  })
})

describe('bad networks', () => {
  test.each([
    ['server-sent events', { blocksSocket: true }],
    ['long poll', { blocksSocket: true, holdsStreams: true }],
  ])('a_blocked_socket_still_chats_over_%s', async (_, faults) => {
    const proxy = await startProxy(node.url)
    proxies.push(proxy)
    proxy.set(faults)
    const one = await enter('sam', proxy.url)
    const other = await enter('mia')
    await openConversation(one.page, 'Mia Keller')
    await openConversation(other.page, 'Sam Weaver')
    const text = `Through the wall ${_}`
    await say(one.page, text)
    await sees(other.page, text)
    await say(other.page, `Back: ${_}`)
    await sees(one.page, `Back: ${_}`)
    expectNoFaults(one, other)
  })

  test('a_cut_line_is_noticed_and_mended_without_a_hole', async () => {
    const proxy = await startProxy(node.url)
    proxies.push(proxy)
    const one = await enter('sam', proxy.url)
    await openConversation(one.page, 'Mia Keller')
    await sees(one.page, 'The first word')
    proxy.set({ isCut: true })
    for (let count = 1; count <= 5; count++) await write(node, mia, direct, `While you were out ${count}`)
    await composer(one.page).fill('half a sentence')
    proxy.set({ isCut: false })
    for (let count = 1; count <= 5; count++) await message(one.page, `While you were out ${count}`).first().waitFor({ timeout: 30_000 })
    expect(await composer(one.page).inputValue()).toBe('half a sentence')
    expectNoFaults(one)
  })
})
