import { brotliCompressSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser } from '../harness/browser.ts'
import { heapOfPage, heapOfWorkers } from '../harness/heap.ts'
import { startNode, type TestNode } from '../harness/node.ts'
import { arrive, comeIn, expectNoFaults, openConversation, PASSWORD, sees, timeline } from '../harness/person.ts'
import { type Actor, makeActor, makeGroup, write } from '../harness/scene.ts'

const CONVERSATIONS = 200
const LONG_TALK = 100_000
const AT_ONCE = 64
const MB = 1024 * 1024

let browser: Browser
let node: TestNode
let mia: Actor

beforeAll(async () => {
  browser = await startBrowser()
  node = await startNode()
  const sam = await makeActor(node, 'sam', 'Sam Weaver')
  mia = await makeActor(node, 'mia', 'Mia Keller')
  const groups: string[] = []
  await inParallel(CONVERSATIONS, async index => {
    const id = await makeGroup(node, mia, nameOf(index), [sam])
    groups.push(id)
    for (let count = 0; count < 5; count++) await write(node, mia, id, `Word ${count} of ${nameOf(index)}`)
  })
  const long = await makeGroup(node, mia, 'The long talk', [sam])
  await inParallel(
    LONG_TALK,
    async index =>
      void (await write(node, mia, long, `No. ${index}: something that somebody once said, at some length, so that it wraps on a phone`)),
  )
  // Else it would open at its beginning, as the first that is unread.
  await node.ask('POST', `/v1/conversations/${long}/receipt`, { token: sam.token, body: { read: LONG_TALK } })
}, 300_000)

afterAll(async () => {
  await browser.close()
  await node.end()
})

/** Of one length, so that none is the beginning of another. */
function nameOf(index: number): string {
  return `Group ${String(index).padStart(3, '0')}`
}

async function inParallel(count: number, run: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) await run(next++)
    }),
  )
}

test('the_first_load_is_at_most_200_kb_compressed', async () => {
  const person = await arrive(browser, node.url, 'sam')
  await person.page.getByLabel('Handle').waitFor()
  const loaded = await person.page.evaluate(() => performance.getEntriesByType('resource').map(entry => entry.name))
  const own = [node.url, ...loaded.filter(address => /\.(js|css|svg|html)$/.test(address))]
  const sizes = await Promise.all(own.map(async address => brotliCompressSync(Buffer.from(await (await fetch(address)).arrayBuffer())).length))
  expect(own.length).toBeGreaterThan(3)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200 * 1024)
  await person.context.close()
})

test('a_list_of_200_conversations_stands_a_second_after_log_in', async () => {
  const person = await arrive(browser, node.url, 'sam')
  const { page } = person
  await page.getByLabel('Handle').fill('sam')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  // How long the server takes to check a password is not the client's.
  const asked = Date.now()
  await node.ask('POST', '/v1/sessions', { body: { handle: 'sam', password: PASSWORD } })
  const checkMs = Date.now() - asked
  const begun = Date.now()
  await page.locator('form button[type=submit]').click()
  await page.getByRole('navigation', { name: 'Chats' }).getByRole('link', { name: /Group/ }).first().waitFor()
  expect(Date.now() - begun - checkMs).toBeLessThan(1_000)
  expectNoFaults(person)
  await person.context.close()
})

test('scrolling_through_100_000_messages_shows_no_blank_longer_than_100_ms', async () => {
  const person = await comeIn(browser, node.url, 'sam')
  await openConversation(person.page, 'The long talk')
  await timeline(person.page).getByRole('article').first().waitFor()
  // The watch must see a blank where there is one.
  const planted = watchForBlanks(person.page, 1_500)
  await blankFor(person.page, 400)
  expect((await planted).longestBlankMs).toBeGreaterThan(250)
  const newest = await numberAtTop(person.page)
  const { longestBlankMs, frames } = await scrollUp(person.page, 20_000)
  const oldest = await numberAtTop(person.page)
  expect(frames).toBeGreaterThan(100)
  expect(newest - oldest).toBeGreaterThan(1_000)
  expect(longestBlankMs).toBeLessThanOrEqual(100)
  expectNoFaults(person)
  await person.context.close()
})

test('fifty_visited_conversations_are_held_in_80_mb', async () => {
  const person = await comeIn(browser, node.url, 'sam')
  const { page } = person
  for (let index = 0; index < 50; index++) {
    await page.getByRole('searchbox', { name: 'Find a conversation' }).fill(nameOf(index))
    await openConversation(page, nameOf(index))
    await sees(page, `Word 4 of ${nameOf(index)}`)
  }
  const [ofPage, ofWorkers] = [await heapOfPage(page), await heapOfWorkers(browser)]
  expect(ofWorkers).toBeGreaterThan(0)
  expect((ofPage + ofWorkers) / MB).toBeLessThan(80)
  expectNoFaults(person)
  await person.context.close()
})

/** Which message of the long talk is the first on the screen. */
async function numberAtTop(page: Page): Promise<number> {
  const first = await timeline(page).getByRole('article').first().textContent()
  return Number(/No\. (\d+)/.exec(first ?? '')?.[1] ?? Number.NaN)
}

/** Turns the wheel upwards for a while, and measures how long nothing stood in the timeline. */
async function scrollUp(page: Page, forMs: number): Promise<{ longestBlankMs: number; frames: number }> {
  const measured = watchForBlanks(page, forMs)
  const box = await timeline(page).boundingBox()
  if (box === null) throw new Error('there is no timeline')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const until = Date.now() + forMs
  while (Date.now() < until) await page.mouse.wheel(0, -600)
  return measured
}

function blankFor(page: Page, ms: number): Promise<void> {
  return timeline(page).evaluate(async (log, duration) => {
    const element = log as HTMLElement
    await new Promise(resolve => setTimeout(resolve, 200))
    element.style.visibility = 'hidden'
    await new Promise(resolve => setTimeout(resolve, duration))
    element.style.visibility = ''
  }, ms)
}

function watchForBlanks(page: Page, forMs: number): Promise<{ longestBlankMs: number; frames: number }> {
  return page.evaluate(async duration => {
    const log = document.querySelector('[role=log]')
    if (log === null) throw new Error('there is no timeline')
    const box = log.getBoundingClientRect()
    const begun = performance.now()
    let [blankSince, longestBlankMs, frames, last] = [0, 0, 0, begun]
    while (last - begun < duration) {
      const now = await new Promise<number>(resolve => requestAnimationFrame(resolve))
      frames += 1
      // Between two messages there is nothing either; so three places.
      const places = [0.25, 0.5, 0.75].map(part => document.elementsFromPoint(box.x + 90, box.y + Math.min(box.height, innerHeight - box.y) * part))
      const isBlank = places.every(elements => !elements.some(element => element.closest('article') !== null))
      // A run of blank frames, from the first to the one that ends it.
      if (isBlank) blankSince = blankSince === 0 ? last : blankSince
      else if (blankSince !== 0) {
        longestBlankMs = Math.max(longestBlankMs, last - blankSince)
        blankSince = 0
      }
      last = now
    }
    return { longestBlankMs, frames }
  }, forMs)
}
