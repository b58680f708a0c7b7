/**
 * Takes the pictures of README.md and docs: starts the real binary on an empty folder, lets six people chat, and photographs what one of them sees.
 *
 *   npm run build && npm run screenshots
 *
 * Needs the binary (`cargo build -p parlor`; `BINARY` names another one) and Chromium (`CHROMIUM`, else /usr/bin/chromium).
 */

import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BINARY = process.env.BINARY ?? join(ROOT, 'target/debug/parlor')
const IMAGES = join(ROOT, 'docs/images')
const BYTES_MAX = 200_000
const PASSWORD = 'quiet harbour lantern 42'

const PEOPLE = {
  mia: 'Mia Keller',
  jonas: 'Jonas Okafor',
  aino: 'Aino Virtanen',
  sofia: 'Sofía Márquez',
  tariq: 'Tariq Haddad',
  priya: 'Priya Raman',
}

async function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

async function startNode(folder) {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const settings = ['--set', 'registration=open', '--set', `metrics.listen=127.0.0.1:${await freePort()}`]
  const child = spawn(BINARY, ['serve', '--data', folder, '--listen', `127.0.0.1:${port}`, ...settings], { stdio: ['ignore', 'ignore', 'inherit'] })
  const deadline = Date.now() + 20_000
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${BINARY} ended with ${child.exitCode}`)
    const ready = await fetch(`${base}/readyz`).then(
      answer => answer.ok,
      () => false,
    )
    if (ready) return { base, stop: () => child.kill('SIGTERM') }
    if (Date.now() > deadline) throw new Error('the node did not get ready')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** Asks the node as one person. */
function caller(base, token) {
  return async (method, path, body) => {
    const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) }
    const answer = await fetch(`${base}/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
}

const key = () => `picture-${randomUUID()}`

/** Accounts, conversations and what was said. Gives the ids that the pictures open. */
async function seed(base) {
  const who = {}
  for (const [handle, displayName] of Object.entries(PEOPLE)) {
    const session = await caller(base)('POST', '/accounts', { handle, password: PASSWORD, display_name: displayName })
    who[handle] = { id: session.account.user.id, ask: caller(base, session.token) }
  }
  const { mia, jonas, aino, sofia, tariq, priya } = who
  const say = async (person, conversation, text, more = {}) =>
    (await person.ask('POST', `/conversations/${conversation}/messages`, { key: key(), text, ...more })).seq
  const read = (person, conversation, seq) => person.ask('POST', `/conversations/${conversation}/receipt`, { read: seq })
  const react = (person, conversation, seq, emoji) =>
    person.ask('POST', `/conversations/${conversation}/messages/${seq}/reactions`, { emoji, on: true })
  const create = async (person, kind, title, members = [], description) =>
    (
      await person.ask('POST', '/conversations', {
        key: key(),
        kind,
        title,
        members: members.map(one => one.id),
        ...(description ? { description } : {}),
      })
    ).head.id
  const direct = async (person, other) => (await person.ask('PUT', `/direct/${other.id}`)).head.id

  const news = await create(tariq, 'channel', 'announcements', [], 'What everybody should know')
  await mia.ask('POST', `/channels/${news}/join`)
  await say(tariq, news, 'The workshop is closed on Monday. Keys are with Priya.')

  const notes = await direct(mia, mia)
  await say(mia, notes, 'Ideas for the talk: one log, many watermarks')

  const withTariq = await direct(tariq, mia)
  await say(tariq, withTariq, 'Did the new boiler arrive?')
  await read(mia, withTariq, await say(mia, withTariq, 'This morning. **Works like a charm.**'))

  const withAino = await direct(aino, mia)
  const question = await say(aino, withAino, 'Shall we meet at the station or at yours?')
  await read(mia, withAino, question)
  await read(aino, withAino, await say(mia, withAino, 'At mine, quarter to eight. There will be coffee.'))
  await say(aino, withAino, 'Perfect, I bring the rolls 🥐')

  const kitchen = await create(sofia, 'group', 'Kitchen rebuild', [mia, priya])
  await say(priya, kitchen, 'The tiles come on Thursday, between eight and twelve.')
  await say(sofia, kitchen, 'I can be there. @mia do we keep the old shelf?', { mentions: [mia.id] })

  const hike = await create(mia, 'group', 'Saturday hike', [jonas, aino, sofia, tariq], 'Up the Hochgrat, if the weather holds')
  await say(sofia, hike, 'Nobody has been up there since the new huts opened.')
  await say(sofia, hike, 'They say the soup is worth the climb 🍲')
  await say(mia, hike, 'Then it is settled. I look at the trains.')
  await say(jonas, hike, 'Good morning! The forecast turned: *sun until four*, then maybe rain.')
  await say(jonas, hike, 'I would start early.')
  const map = await say(aino, hike, 'Who brings the map? The paper one, I mean. Last time there was no signal above the lake.')
  const plan = await say(
    mia,
    hike,
    'I have it. Plan so far:\n\n1. 7:45 at the station\n2. cable car up, ridge walk to the hut\n3. down through the gorge, 11 km',
  )
  await react(jonas, hike, plan, '👍')
  await react(aino, hike, plan, '👍')
  await react(sofia, hike, plan, '🥾')
  await say(mia, hike, 'Train times: https://example.org/timetable')
  await say(tariq, hike, 'Count me in, with two thermos flasks.', { reply_to: map })
  const last = await say(sofia, hike, 'So glad this works out ☀️')
  for (const person of [jonas, aino, tariq, sofia]) await read(person, hike, last)
  await read(mia, hike, last)

  const withJonas = await direct(jonas, mia)
  await say(jonas, withJonas, 'Look what I found in the attic')
  await say(jonas, withJonas, 'Two pairs of snowshoes, as good as new')
  return { hike, withAino }
}

async function logIn(browser, base, handle, options) {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  await page.goto(base)
  await page.getByLabel('Handle').fill(handle)
  await page.locator('input[type=password]').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.locator('a.conversation').first().waitFor()
  return page
}

async function photograph(page, name) {
  await page.mouse.move(0, 0)
  await page.evaluate(() => document.fonts.ready)
  const path = join(IMAGES, `${name}.png`)
  await page.screenshot({ path, animations: 'disabled' })
  const { size } = await stat(path)
  if (size > BYTES_MAX) throw new Error(`${name}.png has ${size} bytes, and ${BYTES_MAX} is the most`)
  process.stdout.write(`${name}.png ${Math.round(size / 1000)} kB\n`)
}

const folder = await mkdtemp(join(tmpdir(), 'parlor-pictures-'))
const node = await startNode(folder)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
try {
  await mkdir(IMAGES, { recursive: true })
  const { hike, withAino } = await seed(node.base)
  const desktop = { viewport: { width: 1280, height: 800 } }
  const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true }

  // Two friends are there, so that their presence shows.
  const jonas = await logIn(browser, node.base, 'jonas', desktop)
  await jonas.goto(`${node.base}/c/${hike}`)
  const aino = await logIn(browser, node.base, 'aino', desktop)
  await aino.goto(`${node.base}/c/${withAino}`)

  for (const colorScheme of ['light', 'dark']) {
    const page = await logIn(browser, node.base, 'mia', { ...desktop, colorScheme })
    await page.goto(`${node.base}/c/${hike}`)
    await page.getByText('So glad this works out').last().waitFor()
    await page.locator('.conversation .avatar__presence').first().waitFor()
    await photograph(page, `desktop-${colorScheme}`)
    await page.context().close()

    const hand = await logIn(browser, node.base, 'mia', { ...phone, colorScheme })
    if (colorScheme === 'light') {
      await hand.locator('.conversation .avatar__presence').first().waitFor()
    } else {
      await hand.goto(`${node.base}/c/${hike}`)
      await hand.getByText('So glad this works out').last().waitFor()
    }
    await photograph(hand, `phone-${colorScheme}`)
    await hand.context().close()
  }
} finally {
  await browser.close()
  node.stop()
  await rm(folder, { recursive: true, force: true })
}
