import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser } from '../harness/browser.ts'
import { HOSTILE, HOSTILE_NAMES } from '../harness/hostile.ts'
import { startNode, type TestNode } from '../harness/node.ts'
import { comeIn, composer, expectNoFaults, openConversation, type Person, say, timeline } from '../harness/person.ts'
import { type Actor, makeActor, makeDirect, makeGroup, write } from '../harness/scene.ts'

let browser: Browser
let node: TestNode
let sam: Actor
let mia: Actor

beforeAll(async () => {
  browser = await startBrowser()
  node = await startNode()
  sam = await makeActor(node, 'sam', 'Sam Weaver')
  mia = await makeActor(node, 'mia', 'Mia Keller')
})

afterAll(async () => {
  await browser.close()
  await node.end()
})

/** Nothing ran, nothing was fetched from elsewhere, and the page is as wide as its window. */
async function expectUnharmed(person: Person, asked: readonly string[]): Promise<void> {
  expect(await person.page.evaluate(() => '__hit' in globalThis)).toBe(false)
  expect(asked.filter(address => !address.startsWith(node.url) && !address.startsWith('blob:') && !address.startsWith('data:'))).toEqual([])
  const overflow = await person.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(overflow).toBeLessThanOrEqual(0)
  expectNoFaults(person)
}

function listen(page: Page): string[] {
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  return asked
}

test('the_corpus_is_large_enough', () => {
  expect(HOSTILE.length).toBeGreaterThan(100)
  expect(HOSTILE_NAMES.length).toBeGreaterThan(40)
})

test('hostile_messages_are_text', async () => {
  const direct = await makeDirect(node, mia, sam)
  for (const text of HOSTILE) await write(node, mia, direct, text)
  await node.ask('POST', `/v1/conversations/${direct}/receipt`, { token: sam.token, body: { read: HOSTILE.length } })
  const person = await comeIn(browser, node.url, 'sam', { width: 400, height: 900 })
  const asked = listen(person.page)
  await openConversation(person.page, 'Mia Keller')
  await timeline(person.page).getByRole('article').first().waitFor()
  // Through all of them, so that every one is drawn.
  const box = await timeline(person.page).boundingBox()
  await person.page.mouse.move((box?.x ?? 0) + 100, (box?.y ?? 0) + 200)
  for (let turn = 0; turn < 400; turn++) {
    await person.page.mouse.wheel(0, -500)
    if (await person.page.getByText('This is the beginning of your conversation').isVisible()) break
  }
  await person.page.getByText('This is the beginning of your conversation').waitFor()
  // No link leads anywhere but to the web or to a mailbox.
  const links = await timeline(person.page)
    .locator('a')
    .evaluateAll(all => all.map(link => (link as HTMLAnchorElement).protocol))
  expect(links.filter(protocol => !['http:', 'https:', 'mailto:'].includes(protocol))).toEqual([])
  await expectUnharmed(person, asked)
  await person.context.close()
})

test('hostile_words_of_ones_own_are_text_too', async () => {
  const person = await comeIn(browser, node.url, 'sam')
  const asked = listen(person.page)
  await openConversation(person.page, 'Mia Keller')
  for (const text of HOSTILE.filter((_, index) => index % 6 === 0)) {
    if (text.length > 5_000) continue
    await say(person.page, text)
    await expect.poll(() => composer(person.page).inputValue()).toBe('')
  }
  await expectUnharmed(person, asked)
  await person.context.close()
})

test('hostile_names_titles_and_descriptions_are_text', async () => {
  let made = 0
  for (const name of HOSTILE_NAMES) {
    made += 1
    await node.ask('PATCH', '/v1/account', { token: mia.token, body: { display_name: name } })
    if (made % 4 !== 0) continue
    const group = await makeGroup(node, mia, name, [sam])
    await node.ask('PATCH', `/v1/conversations/${group}`, { token: mia.token, body: { description: (HOSTILE[made] ?? name).slice(0, 500) } })
  }
  const person = await comeIn(browser, node.url, 'sam')
  const asked = listen(person.page)
  const list = person.page.getByRole('navigation', { name: 'Chats' }).getByRole('link')
  await list.first().waitFor()
  for (const index of [0, 1, 2, 3, 4]) {
    await list.nth(index).click()
    await composer(person.page).waitFor()
    await person.page.getByRole('button', { name: 'Details', exact: true }).click()
    await person.page.keyboard.press('Control+k')
    await person.page.keyboard.type('<script>')
    await person.page.getByRole('dialog').waitFor()
    // The first empties the field, the second closes it.
    await person.page.keyboard.press('Escape')
    await person.page.keyboard.press('Escape')
    await person.page.getByRole('dialog').waitFor({ state: 'hidden' })
  }
  for (const place of ['/people', '/channels', '/settings', '/admin']) {
    await person.page.goto(`${node.url}${place}`)
    await person.page.getByRole('navigation', { name: 'Places' }).waitFor()
  }
  await expectUnharmed(person, asked)
  await person.context.close()
})
