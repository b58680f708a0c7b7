/** The real binary, with a data folder and a port of its own. It can be killed and started again with the same data. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const UP_WITHIN_MS = 20_000
const PATIENCE_MS = 20_000

export interface TestNode {
  readonly url: string
  readonly log: () => string
  /** As `kill -9` does. Resolves when the process is gone. */
  readonly kill: () => Promise<void>
  /** Starts it again where it was. */
  readonly start: () => Promise<void>
  /** Ends it and deletes its data. */
  readonly end: () => Promise<void>
  /** Asks an operation over REST, for setting a scene. */
  readonly ask: <Answer = Record<string, unknown>>(method: string, path: string, options?: { token?: string; body?: unknown }) => Promise<Answer>
}

export function binaryPath(): string {
  return process.env.PARLOR_BINARY ?? new URL('../../../target/debug/parlor', import.meta.url).pathname
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

/** Starts a node that anybody may register at, with limits that let a test be quick. */
export async function startNode(settings: Readonly<Record<string, string>> = {}): Promise<TestNode> {
  const folder = await mkdtemp(join(tmpdir(), 'parlor-e2e-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const said = { registration: 'open', 'metrics.listen': 'off', ...QUICK, ...settings }
  let child: ChildProcess | undefined
  let log = ''

  const start = async () => {
    const flags = Object.entries(said).flatMap(([key, value]) => ['--set', `${key}=${value}`])
    child = spawn(binaryPath(), ['serve', '--data', folder, '--listen', `127.0.0.1:${port}`, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
    const note = (chunk: Buffer) => {
      log += chunk.toString()
    }
    child.stdout?.on('data', note)
    child.stderr?.on('data', note)
    await isUp(url, child, () => log)
  }

  const kill = async () => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null) return
    const gone = new Promise(resolve => running.once('exit', resolve))
    running.kill('SIGKILL')
    await gone
  }

  await start()
  return {
    url,
    log: () => log,
    kill,
    start,
    end: async () => {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
    ask: async <Answer>(method: string, path: string, { token, body }: { token?: string; body?: unknown } = {}) => {
      const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
      const until = Date.now() + PATIENCE_MS
      for (;;) {
        const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
        const text = await response.text()
        if (response.ok) return JSON.parse(text) as Answer
        // A busy machine; everything that makes something carries a key, so asking again is safe.
        if (response.status !== 503 || Date.now() > until) throw new Error(`${method} ${path}: ${response.status} ${text}`)
        await new Promise(resolve => setTimeout(resolve, 50 + Math.random() * 200))
      }
    },
  }
}

/** Rates are for strangers; a test is many people at once on one address. */
const QUICK: Readonly<Record<string, string>> = Object.fromEntries(
  ['credentials', 'create', 'write', 'silent', 'read', 'lookup'].flatMap(name => [
    [`rates.${name}.per_minute`, '1000000'],
    [`rates.${name}.burst`, '1000000'],
  ]),
)

async function isUp(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const until = Date.now() + UP_WITHIN_MS
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`the node ended with ${child.exitCode}:\n${log()}`)
    const answer = await fetch(`${url}/v1/server`).catch(() => undefined)
    if (answer?.ok === true) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error(`the node did not come up:\n${log()}`)
}
