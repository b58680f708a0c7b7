/** What people do, in their words. Everything goes through the screen; `scene.ts` is for what is there before. */

import type { Browser, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { openScreen, openTab, type ScreenOptions, type Trapped } from './browser.ts'

const WITHIN_MS = 10_000
export const PASSWORD = 'correct horse battery staple'

export interface Person extends Trapped {
  readonly handle: string
}

/** Opens the app in a browser of its own. */
export async function arrive(browser: Browser, url: string, handle: string, options?: ScreenOptions): Promise<Person> {
  const screen = await openScreen(browser, options)
  await screen.page.goto(url)
  return { ...screen, handle }
}

/** Makes an account on the screen. */
export async function register(person: Person, displayName: string): Promise<void> {
  const { page, handle } = person
  const submit = page.locator('form button[type=submit]')
  await submit.waitFor()
  const other = page.getByRole('button', { name: 'Create account', exact: true }).and(page.locator('[type=button]'))
  if (await other.isVisible()) await other.click()
  await page.getByLabel('Your name').fill(displayName)
  await page.getByLabel('Handle').fill(handle)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await submit.click()
  await inside(page)
}

export async function logIn(person: Person): Promise<void> {
  const { page, handle } = person
  await page.getByLabel('Handle').fill(handle)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.locator('form button[type=submit]').click()
  await inside(page)
}

/** Opens the app in a browser of one's own and logs in. */
export async function comeIn(browser: Browser, url: string, handle: string, options?: ScreenOptions): Promise<Person> {
  const person = await arrive(browser, url, handle, options)
  await logIn(person)
  return person
}

/** Waits until the person is in. */
export function inside(page: Page): Promise<void> {
  return page.getByRole('navigation', { name: 'Places' }).waitFor({ timeout: WITHIN_MS })
}

/** Waits until the person is out. */
export function outside(page: Page, withinMs = WITHIN_MS): Promise<void> {
  return page.getByLabel('Handle').waitFor({ timeout: withinMs })
}

/** Opens a conversation from the list by its name. */
export async function openConversation(page: Page, name: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Chats' })
    .getByRole('link', { name: new RegExp(name) })
    .first()
    .click()
  await composer(page).waitFor()
}

export function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Write a message' })
}

/** Writes and sends with the keyboard. */
export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await composer(page).press('Enter')
}

export function timeline(page: Page): Locator {
  return page.getByRole('log')
}

/** The message with this text. */
export function message(page: Page, text: string): Locator {
  return timeline(page).getByRole('article').filter({ hasText: text })
}

/** Waits until a text stands in the timeline. */
export async function sees(page: Page, text: string): Promise<void> {
  await message(page, text).first().waitFor({ timeout: WITHIN_MS })
}

/** Waits until an own message is as far as this. */
export async function isSaidToBe(page: Page, text: string, state: 'Waiting to be sent' | 'Sent' | 'Delivered' | 'Read' | 'Not sent'): Promise<void> {
  await message(page, text).getByLabel(state, { exact: true }).first().waitFor({ timeout: WITHIN_MS })
}

/** The texts of all messages on the screen, in order. */
export function texts(page: Page): Promise<string[]> {
  return timeline(page).getByRole('article').locator('p').allTextContents()
}

/** A second tab of the same person. */
export async function anotherTab(person: Person, url: string): Promise<Person> {
  const screen = await openTab(person)
  await screen.page.goto(url)
  return { ...screen, handle: person.handle }
}

/** Nothing that must never happen has happened. */
export function expectNoFaults(...people: readonly Trapped[]): void {
  for (const person of people) expect(person.faults()).toEqual([])
}
