import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser } from '../harness/browser.ts'
import { startNode, type TestNode } from '../harness/node.ts'
import { arrive, comeIn, composer, expectNoFaults, openConversation } from '../harness/person.ts'
import { makeActor, makeDirect, makeGroup, write } from '../harness/scene.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Browser
let node: TestNode

beforeAll(async () => {
  browser = await startBrowser()
  node = await startNode()
  const sam = await makeActor(node, 'sam', 'Sam Weaver')
  const mia = await makeActor(node, 'mia', 'Mia Keller')
  const direct = await makeDirect(node, mia, sam)
  for (const text of ['Hello', '**bold** and `code`', 'https://example.org', '```\nlet x = 1\n```']) await write(node, mia, direct, text)
  for (const text of ['An answer', 'And another']) await write(node, sam, direct, text)
  await makeGroup(node, mia, 'The plan', [sam])
})

afterAll(async () => {
  await browser.close()
  await node.end()
})

interface Found {
  id: string
  impact: string | null
  nodes: { target: string[]; failureSummary?: string }[]
}

/** What axe finds that would keep somebody out. Run outside of the page's own policy, which allows no foreign script. */
async function seriousFaults(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: AXE })
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { resultTypes: ['violations'] }).then(found => JSON.stringify(found.violations))`,
    awaitPromise: true,
  })
  await session.detach()
  const violations = JSON.parse(String(result.value)) as Found[]
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(one => `${id}: ${one.target.join(' ')} ${one.failureSummary ?? ''}`))
}

const LOOKS = [
  ['desktop, light', { width: 1280, height: 800, dark: false }],
  ['desktop, dark', { width: 1280, height: 800, dark: true }],
  ['phone, light', { width: 380, height: 780, dark: false }],
  ['phone, dark', { width: 380, height: 780, dark: true }],
] as const

describe.each(LOOKS)('on a %s screen', (_, options) => {
  test('the_way_in_has_no_serious_fault', async () => {
    const person = await arrive(browser, node.url, 'sam', options)
    await person.page.getByLabel('Handle').waitFor()
    expect(await seriousFaults(person.page)).toEqual([])
    await person.page.getByRole('button', { name: 'Create account', exact: true }).click()
    expect(await seriousFaults(person.page)).toEqual([])
    await person.context.close()
  })

  test('the_rooms_inside_have_no_serious_fault', async () => {
    const person = await comeIn(browser, node.url, 'sam', options)
    const { page } = person
    const faults: Record<string, string[]> = {}
    const look = async (name: string) => {
      const found = await seriousFaults(page)
      if (found.length > 0) faults[name] = found
    }
    await page.getByRole('navigation', { name: 'Chats' }).getByRole('link').first().waitFor()
    await look('list')
    await openConversation(page, 'Mia Keller')
    await page.getByRole('article').first().waitFor()
    await look('conversation')
    await composer(page).fill('A draft')
    await look('composer')
    for (const place of ['people', 'channels', 'settings', 'admin']) {
      await page.goto(`${node.url}/${place}`)
      await page.getByRole('heading').first().waitFor()
      await look(place)
    }
    expect(faults).toEqual({})
    expectNoFaults(person)
    await person.context.close()
  })
})
