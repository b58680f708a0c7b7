/** Chromium, with traps for everything that must never happen: dialogs, broken content security, errors that nobody caught. */

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS })
}

export interface Trapped {
  readonly context: BrowserContext
  readonly page: Page
  /** What went wrong so far, in words. Empty is well. */
  readonly faults: () => readonly string[]
}

export interface ScreenOptions {
  readonly width?: number
  readonly height?: number
  readonly dark?: boolean
  readonly locale?: string
  /** As on browsers that have none: each tab has a worker of its own, and one leads. */
  readonly withoutSharedWorker?: boolean
}

/** Sentences of Chromium that are no fault of the app: a node that is down, a refused upgrade, a status that the app deals with. */
const EXPECTED = [/Failed to load resource/, /net::ERR_/, /WebSocket connection to .* failed/, /the storage failed/]

/** A browser of somebody's own: storage, worker and connection are shared with nobody. */
export async function openScreen(
  browser: Browser,
  { width = 1280, height = 800, dark = false, locale = 'en-GB', withoutSharedWorker = false }: ScreenOptions = {},
): Promise<Trapped> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', locale, reducedMotion: 'reduce' })
  if (withoutSharedWorker) await context.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'))
  const page = await context.newPage()
  return { context, page, faults: trap(page) }
}

/** Another tab of the same browser. */
export async function openTab(screen: Trapped): Promise<Trapped> {
  const page = await screen.context.newPage()
  return { context: screen.context, page, faults: trap(page) }
}

function trap(page: Page): () => readonly string[] {
  const faults: string[] = []
  page.on('dialog', dialog => {
    faults.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', error => faults.push(`an error that nobody caught: ${error.message}`))
  page.on('console', message => {
    const text = message.text()
    if (message.type() === 'error' && !EXPECTED.some(pattern => pattern.test(text))) faults.push(`in the console: ${text}`)
  })
  return () => faults
}
