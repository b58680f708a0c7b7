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
  const other = page.getByRole('button', { name: 'Create an account' })
  await page.getByLabel(/Handle|Username/).first().waitFor()
  if (await other.isVisible()) await other.click()
  await page.getByLabel('Your name').fill(displayName)
  await page.getByLabel(/Handle|Username/).fill(handle)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.locator('form button[type=submit]').click()
  await inside(page)
}

export async function logIn(person: Person): Promise<void> {
  const { page, handle } = person
  await page.getByLabel(/Handle|Username/).fill(handle)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.locator('form button[type=submit]').click()
  await inside(page)
}

/** Waits until the person is in. */
export function inside(page: Page): Promise<void> {
  return page.locator('nav').first().waitFor({ timeout: WITHIN_MS })
}

/** Opens a conversation from the list by its name. */
export async function openConversation(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: new RegExp(name) }).first().click()
  await composer(page).waitFor()
}

export function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: /message/i }).first()
}

/** Writes and sends with the keyboard. */
export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await composer(page).press('Enter')
}

export function timeline(page: Page): Locator {
  return page.getByRole('log')
}

/** Waits until a text stands in the timeline. */
export async function sees(page: Page, text: string): Promise<void> {
  await timeline(page).getByText(text, { exact: true }).first().waitFor({ timeout: WITHIN_MS })
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
