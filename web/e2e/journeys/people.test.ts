import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startBrowser } from '../harness/browser.ts'
import { startNode, type TestNode } from '../harness/node.ts'
import {
  arrive,
  comeIn,
  composer,
  expectNoFaults,
  inside,
  isSaidToBe,
  message,
  openConversation,
  type Person,
  register,
  say,
  sees,
  texts,
  timeline,
} from '../harness/person.ts'
import { makeActor } from '../harness/scene.ts'

let browser: Browser
let node: TestNode
const people: Person[] = []

function keep(person: Person): Person {
  people.push(person)
  return person
}

beforeAll(async () => {
  browser = await startBrowser()
})

afterEach(async () => {
  for (const person of people.splice(0)) await person.context.close()
  await node.end()
})

afterAll(async () => {
  await browser.close()
})

test('from_an_empty_server_to_the_first_message_between_two', async () => {
  node = await startNode({ registration: 'invite' })
  const begun = Date.now()
  const first = keep(await arrive(browser, node.url, 'sam'))
  await first.page.getByRole('heading', { name: /Nobody is here yet/ }).waitFor()
  await register(first, 'Sam Weaver')
  await first.page.getByRole('button', { name: 'Invite people' }).click()
  await first.page.getByRole('button', { name: 'Create link' }).click()
  const address = (await first.page.locator('.invite-fresh__address').textContent())?.trim() ?? ''
  expect(address.startsWith('http')).toBe(true)

  const second = keep(await arrive(browser, address.replace(new URL(address).origin, node.url), 'mia'))
  await register(second, 'Mia Keller')
  await second.page.getByRole('link', { name: 'People' }).click()
  await second.page.getByRole('searchbox', { name: 'Name or @handle' }).fill('@sam')
  await second.page.getByRole('region', { name: 'People' }).getByText('Sam Weaver').first().click()
  await second.page.getByRole('button', { name: 'Write', exact: true }).first().click()
  await say(second.page, 'I found you')
  await openConversation(first.page, 'Mia Keller')
  await sees(first.page, 'I found you')
  await say(first.page, 'Welcome')
  await sees(second.page, 'Welcome')
  // A person's two minutes are mostly reading; the app may take twenty seconds of them.
  expect(Date.now() - begun).toBeLessThan(20_000)
  expectNoFaults(first, second)
})

test('a_group_of_three_talks_edits_reacts_replies_and_deletes', async () => {
  node = await startNode()
  for (const [handle, name] of [
    ['sam', 'Sam Weaver'],
    ['mia', 'Mia Keller'],
    ['jo', 'Jo Okafor'],
  ] as const)
    await makeActor(node, handle, name)
  const [sam, mia, jo] = [
    keep(await comeIn(browser, node.url, 'sam')),
    keep(await comeIn(browser, node.url, 'mia')),
    keep(await comeIn(browser, node.url, 'jo')),
  ]

  await sam.page.getByRole('button', { name: 'New', exact: true }).click()
  await sam.page.getByRole('menuitem', { name: /New group/ }).click()
  const dialog = sam.page.getByRole('dialog', { name: 'New group' })
  await dialog.getByLabel('Name', { exact: true }).fill('The plan')
  for (const handle of ['mia', 'jo']) {
    await dialog.getByRole('combobox', { name: 'Who should be in it?' }).fill(handle)
    await dialog
      .getByRole('option')
      .filter({ hasText: `@${handle}` })
      .click()
  }
  await dialog.getByRole('button', { name: 'Create' }).click()
  await composer(sam.page).waitFor()
  for (const { page } of [mia, jo]) await openConversation(page, 'The plan')

  await say(sam.page, 'Shall we meat at noon?')
  for (const { page } of [mia, jo]) await sees(page, 'Shall we meat at noon?')
  await isSaidToBe(sam.page, 'meat at noon', 'Read')

  // The newest own message is edited from the empty composer by the up key.
  await composer(sam.page).press('ArrowUp')
  await composer(sam.page).fill('Shall we meet at noon?')
  await composer(sam.page).press('Enter')
  for (const { page } of [sam, mia, jo]) {
    await sees(page, 'Shall we meet at noon?')
    await message(page, 'meet at noon').getByText('edited').last().waitFor()
  }

  await message(mia.page, 'meet at noon').focus()
  await mia.page.keyboard.press('r')
  await say(mia.page, 'Noon is fine')
  await message(sam.page, 'Noon is fine').getByText('Shall we meet at noon?').waitFor()

  const menu = async (person: Person, text: string, item: RegExp) => {
    await message(person.page, text).last().hover()
    await message(person.page, text).last().getByRole('button', { name: 'More' }).click()
    await person.page.getByRole('menuitem', { name: item }).click()
  }
  await message(jo.page, 'Noon is fine').hover()
  await message(jo.page, 'Noon is fine').getByRole('button', { name: 'React' }).click()
  await jo.page
    .getByRole('dialog')
    .getByRole('button')
    .filter({ hasText: '👍' })
    .or(jo.page.getByRole('option').filter({ hasText: '👍' }))
    .first()
    .click()
  await message(mia.page, 'Noon is fine').getByRole('button', { name: /👍/ }).waitFor()

  await menu(mia, 'Noon is fine', /Delete for everyone/)
  const sure = mia.page
    .getByRole('alertdialog')
    .or(mia.page.getByRole('dialog'))
    .getByRole('button', { name: /Delete/ })
  await sure.first().click()
  for (const { page } of [sam, mia, jo]) await timeline(page).getByText('Message deleted').waitFor()
  const [one, two, three] = await Promise.all([texts(sam.page), texts(mia.page), texts(jo.page)])
  expect(one.length).toBe(two.length)
  expect(two.length).toBe(three.length)
  expectNoFaults(sam, mia, jo)
})

test('what_was_begun_is_still_there_after_a_reload', async () => {
  node = await startNode()
  await makeActor(node, 'sam', 'Sam Weaver')
  const sam = keep(await comeIn(browser, node.url, 'sam'))
  await sam.page.getByRole('button', { name: 'Write to yourself' }).click()
  await say(sam.page, 'A note')
  await isSaidToBe(sam.page, 'A note', 'Read')
  await composer(sam.page).fill('A thought that is not')
  await sam.page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'People' }).click()
  await sam.page.reload()
  await inside(sam.page)
  await sam.page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Chats' }).click()
  await openConversation(sam.page, 'Notes to self')
  await sees(sam.page, 'A note')
  expect(await composer(sam.page).inputValue()).toBe('A thought that is not')
  expectNoFaults(sam)
})
