/**
 * A node in memory, as far as the worker's tests need one: sessions, one log per conversation, send keys, receipts, a change feed with cursors, over a socket,
 * a stream or polls. It can be down, block a transport, and lose answers on their way.
 */

import { type OperationName, ROUTES } from '../../api/operations.ts'
import { request } from '../../api/rest.ts'
import type { Head, LogEvent, Message, ServerEvent, Snapshot, User } from '../../api/wire.ts'
import { fold, isFollower, messageOf } from '../../store/fold.ts'
import { LIMITS } from '../../store/testing/model.ts'

interface Room {
  readonly id: string
  readonly members: readonly string[]
  readonly log: LogEvent[]
  readonly marks: Map<string, { delivered: number; read: number }>
}

interface Client {
  readonly user: string
  readonly token: string
  readonly say: (event: ServerEvent) => void
  readonly close: (code: number) => void
}

class Refusal extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, status: number) {
    super(code)
    this.code = code
    this.status = status
  }
}

export class FakeNode {
  epoch = 1
  isDown = false
  blocksSocket = false
  blocksStream = false
  /** Carries out so many writes without their answers arriving. */
  losesAnswers = 0
  /** Every operation that was asked, with the transport. */
  readonly asked: { name: string; over: 'socket' | 'rest'; args: Record<string, unknown> }[] = []
  readonly rooms = new Map<string, Room>()
  readonly users: User[] = [
    { id: '1', handle: 'sam', display_name: 'Sam' },
    { id: '2', handle: 'mia', display_name: 'Mia' },
  ]
  private readonly tokens = new Map<string, { user: string; device: string }>()
  private readonly keys = new Map<string, { seq: number; text: string }>()
  private readonly feed: { to: readonly string[]; event: ServerEvent }[] = []
  private readonly clients = new Set<Client>()
  private ids = 1_000

  room(id: string, members: readonly string[] = ['1', '2']): Room {
    const room: Room = { id, members, log: [], marks: new Map(members.map(member => [member, { delivered: 0, read: 0 }])) }
    this.rooms.set(id, room)
    this.append(room, members[0] ?? '1', {
      event: 'created',
      kind: members.length > 2 ? 'group' : 'direct',
      history: 'all',
      retention: { keep: 'forever' },
    })
    return room
  }

  append(room: Room, sender: string, body: object): LogEvent {
    const seq = room.log.length + 1
    const event = { conversation: room.id, seq, id: `${++this.ids}`, sender, at: new Date(Date.now()).toISOString(), ...body } as LogEvent
    room.log.push(event)
    this.publish(room.members, event)
    return event
  }

  /** Somebody else writes, so many times. */
  write(room: Room, sender: string, texts: readonly string[]): void {
    for (const text of texts) this.append(room, sender, { event: 'message', text })
  }

  publish(to: readonly string[], event: ServerEvent): void {
    this.feed.push({ to, event })
    for (const client of this.clients) {
      if (!to.includes(client.user)) continue
      client.say(event)
      client.say({ event: 'cursor', cursor: this.cursor() })
    }
  }

  /** The process is killed: connections break, nothing is said. */
  kill(): void {
    this.isDown = true
    for (const client of [...this.clients]) client.close(1006)
    this.clients.clear()
  }

  start(): void {
    this.isDown = false
  }

  revoke(token: string): void {
    this.tokens.delete(token)
    for (const client of [...this.clients]) if (client.token === token) client.close(4201)
  }

  tokensOf(user: string): string[] {
    return [...this.tokens].filter(([, session]) => session.user === user).map(([token]) => token)
  }

  private cursor(): string {
    return `${this.epoch.toString(16)}.${this.feed.length.toString(16)}`
  }

  messages(room: Room): Message[] {
    const followers = room.log.filter(isFollower)
    return room.log.flatMap(event =>
      event.event === 'message' ? [followers.filter(one => one.target === event.seq).reduce(fold, messageOf(event))] : [],
    )
  }

  head(room: Room, user: string): Head {
    const marks = room.marks.get(user) ?? { delivered: 0, read: 0 }
    const unread = room.log.filter(event => event.event === 'message' && event.sender !== user && event.seq > marks.read)
    const peer = room.members.find(member => member !== user)
    const isDirect = room.members.length <= 2
    const last = this.messages(room).at(-1)
    const peerMarks = peer === undefined ? undefined : room.marks.get(peer)
    return {
      id: room.id,
      kind: isDirect ? 'direct' : 'group',
      ...(isDirect ? {} : { title: 'Room' }),
      ...(isDirect && peer !== undefined ? { peer } : {}),
      ...(isDirect && peer !== undefined && peerMarks !== undefined ? { peer_receipt: { user: peer, ...peerMarks } } : {}),
      role: 'member',
      member_count: room.members.length,
      last_seq: room.log.length,
      trimmed_seq: 0,
      readable: [{ from: 1 }],
      ...marks,
      unread: unread.length,
      mentions: 0,
      marked_unread: false,
      pinned: false,
      archived: false,
      retention: { keep: 'forever' },
      history: 'all',
      ...(last === undefined ? {} : { last_message: last }),
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: room.log.at(-1)?.at ?? '2026-01-01T00:00:00.000Z',
    }
  }

  private roomsOf(user: string): Room[] {
    return [...this.rooms.values()].filter(room => room.members.includes(user))
  }

  /** A snapshot and what was missed; resumes at a good cursor. */
  private welcome(token: string, cursor: string | undefined): { snapshot: Snapshot; missed: ServerEvent[] } {
    const session = this.tokens.get(token)
    if (session === undefined) throw new Refusal('unauthenticated', 401)
    const [epoch, position] = (cursor ?? '').split('.').map(part => Number.parseInt(part, 16))
    const resumed = epoch === this.epoch && position !== undefined && position <= this.feed.length
    const missed = resumed
      ? this.feed
          .slice(position)
          .filter(({ to }) => to.includes(session.user))
          .map(({ event }) => event)
      : []
    const touched = new Set(missed.flatMap(event => ('conversation' in event ? [event.conversation] : [])))
    const rooms = this.roomsOf(session.user).filter(room => !resumed || touched.has(room.id))
    const account = {
      user: this.user(session.user),
      role: 'member' as const,
      send_read_receipts: true,
      share_presence: true,
      created_at: '2026-01-01T00:00:00.000Z',
    }
    const snapshot: Snapshot = {
      user: session.user,
      device: session.device,
      epoch: this.epoch,
      cursor: missed.length > 0 && cursor !== undefined ? cursor : this.cursor(),
      resumed,
      heartbeat_ms: 30_000,
      limits: LIMITS,
      account,
      conversations: rooms.map(room => this.head(room, session.user)),
      contacts: [],
      blocked: [],
      users: this.users,
    }
    return { snapshot, missed }
  }

  private user(id: string): User {
    return this.users.find(user => user.id === id) ?? { id, display_name: 'Nobody' }
  }

  // ---- operations

  private perform(name: OperationName, args: Record<string, unknown>, token: string | undefined): unknown {
    const session = token === undefined ? undefined : this.tokens.get(token)
    if (name === 'server.get') return { name: 'Fake', version: '1', registration: 'open', empty: false, limits: LIMITS }
    if (name === 'session.create') {
      const user = this.users.find(one => one.handle === args.handle)
      if (user === undefined || args.password !== 'right') throw new Refusal('wrong_credentials', 401)
      const fresh = { token: `token-${++this.ids}`, device: `${++this.ids}` }
      this.tokens.set(fresh.token, { user: user.id, device: fresh.device })
      return { ...fresh, account: this.welcome(fresh.token, undefined).snapshot.account }
    }
    if (session === undefined) throw new Refusal('unauthenticated', 401)
    if (name === 'session.delete') {
      if (token !== undefined) this.tokens.delete(token)
      return {}
    }
    if (name === 'ping' || name === 'typing.set' || name === 'presence.set') return {}
    if (name === 'presence.watch') return { users: (args.users as string[]).map(user => ({ user, state: 'online' })) }
    const room = this.rooms.get(String(args.conversation))
    if (room === undefined || !room.members.includes(session.user)) throw new Refusal('not_found', 404)
    return this.inRoom(name, args, room, session.user)
  }

  private inRoom(name: OperationName, args: Record<string, unknown>, room: Room, user: string): unknown {
    const seq = Number(args.seq)
    const sent = ({ seq: place, id, at }: LogEvent) => ({ seq: place, id, at })
    switch (name) {
      case 'message.send': {
        const key = `${user}.${room.id}.${String(args.key)}`
        const known = this.keys.get(key)
        if (known !== undefined && known.text !== args.text) throw new Refusal('key_reused', 409)
        const first = known === undefined ? undefined : room.log[known.seq - 1]
        if (first !== undefined) return sent(first)
        if (args.text === 'refuse me') throw new Refusal('limit_reached', 409)
        const reply = args.reply_to === undefined ? {} : { reply_to: args.reply_to }
        const event = this.append(room, user, { event: 'message', text: args.text, ...reply })
        this.keys.set(key, { seq: event.seq, text: String(args.text) })
        return sent(event)
      }
      case 'message.edit':
        return sent(this.append(room, user, { event: 'edit', target: seq, text: args.text }))
      case 'message.delete':
        return sent(this.append(room, user, { event: 'delete', target: seq }))
      case 'message.react':
        return sent(this.append(room, user, { event: 'reaction', target: seq, emoji: args.emoji, on: args.on }))
      case 'message.list': {
        const all = this.messages(room)
        const limit = Number(args.limit ?? 50)
        const pick = () => {
          if (args.before !== undefined) return all.filter(one => one.seq < Number(args.before)).slice(-limit)
          if (args.after !== undefined) return all.filter(one => one.seq > Number(args.after)).slice(0, limit)
          if (args.around === undefined) return all.slice(-limit)
          const at = all.findIndex(one => one.seq >= Number(args.around))
          const middle = at < 0 ? all.length : at
          return all.slice(Math.max(0, middle - limit / 2), middle + limit / 2)
        }
        const messages = pick()
        const [first, last] = [messages[0]?.seq ?? 0, messages.at(-1)?.seq ?? 0]
        return {
          messages,
          users: this.users,
          more_before: all.some(one => one.seq < first),
          more_after: all.some(one => one.seq > last),
          last_seq: room.log.length,
        }
      }
      case 'event.list': {
        const events = room.log.filter(event => event.seq > Number(args.after)).slice(0, Number(args.limit ?? 200))
        const through = events.at(-1)?.seq ?? room.log.length
        return { events, through, more: through < room.log.length }
      }
      case 'receipt.update': {
        const marks = room.marks.get(user) ?? { delivered: 0, read: 0 }
        if (Number(args.read ?? 0) > room.log.length || Number(args.delivered ?? 0) > room.log.length) throw new Refusal('invalid_request', 400)
        const read = Math.max(marks.read, Number(args.read ?? 0))
        const next = { read, delivered: Math.max(marks.delivered, read, Number(args.delivered ?? 0)) }
        room.marks.set(user, next)
        const { delivered, unread, mentions, marked_unread } = this.head(room, user)
        const state = { delivered, read, unread, mentions, marked_unread }
        this.publish([user], { event: 'read_state', conversation: room.id, last_seq: room.log.length, ...state })
        this.publish(
          room.members.filter(member => member !== user),
          { event: 'receipt', conversation: room.id, user, ...next },
        )
        return state
      }
      case 'receipt.list':
        return { receipts: [...room.marks].map(([member, marks]) => ({ user: member, ...marks })) }
      case 'conversation.get':
        return { head: this.head(room, user), users: this.users }
      case 'conversation.settings':
        return {}
      default:
        throw new Refusal('unknown_operation', 404)
    }
  }

  private ask(
    name: OperationName,
    args: Record<string, unknown>,
    token: string | undefined,
    over: 'socket' | 'rest',
  ): { ok: unknown } | { error: object } | 'lost' {
    this.asked.push({ name, over, args })
    try {
      const ok = this.perform(name, args, token)
      if (name === 'message.send' && this.losesAnswers > 0) {
        this.losesAnswers -= 1
        return 'lost'
      }
      return { ok }
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault
      return { error: { code: fault.code, status: fault.status, message: fault.code } }
    }
  }

  // ---- transports

  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    await Promise.resolve()
    if (this.isDown) throw new TypeError('fetch failed')
    const url = new URL(String(input), 'http://node.test')
    const token = new Headers(init.headers).get('authorization')?.replace('Bearer ', '')
    if (url.pathname === '/v1/events') return this.events(url, token, new Headers(init.headers).get('accept') ?? '', init.signal ?? undefined)
    const found = this.route(init.method ?? 'GET', url, typeof init.body === 'string' ? init.body : undefined)
    const answer = this.ask(found.name, found.args, token, 'rest')
    if (answer === 'lost') throw new TypeError('connection reset')
    const failed = 'error' in answer
    return Response.json(failed ? answer.error : answer.ok, { status: failed ? ((answer.error as { status: number }).status ?? 500) : 200 })
  }

  private route(method: string, url: URL, body: string | undefined): { name: OperationName; args: Record<string, unknown> } {
    for (const name of Object.keys(ROUTES) as OperationName[]) {
      const route = ROUTES[name]
      const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter ?? '')
      const match = new RegExp(`^${route.path.replace(/\{\w+\}/g, '([^/]+)')}$`).exec(url.pathname)
      if (match === null || route.method !== method) continue
      const fromPath = Object.fromEntries(names.map((parameter, index) => [parameter, decodeURIComponent(match[index + 1] ?? '')]))
      const args = { ...Object.fromEntries(url.searchParams), ...(body === undefined ? {} : JSON.parse(body)), ...fromPath }
      // The way there and the way back must agree.
      if (request(name, args).path.split('?')[0] !== url.pathname) throw new Error(`${name} is not where it says`)
      return { name, args }
    }
    throw new Error(`no route for ${method} ${url.pathname}`)
  }

  private events(url: URL, token: string | undefined, accept: string, signal: AbortSignal | undefined): Promise<Response> | Response {
    const start = (() => {
      try {
        return this.welcome(token ?? '', url.searchParams.get('cursor') ?? undefined)
      } catch {
        return undefined
      }
    })()
    if (start === undefined) return Response.json({ code: 'unauthenticated', status: 401, message: 'no' }, { status: 401 })
    if (accept === 'text/event-stream') return this.stream(token ?? '', start, signal)
    if (url.searchParams.get('wait') === '0' || start.missed.length > 0 || !start.snapshot.resumed) {
      return Response.json({ cursor: this.cursor(), ...(start.snapshot.resumed ? {} : { snapshot: start.snapshot }), events: start.missed })
    }
    // Nothing new: answered when there is, or when the client gives up.
    return new Promise((resolve, reject) => {
      const client: Client = {
        user: start.snapshot.user,
        token: token ?? '',
        say: event => {
          if (event.event === 'cursor') return
          this.clients.delete(client)
          resolve(Response.json({ cursor: this.cursor(), events: [event] }))
        },
        close: () => reject(new TypeError('connection reset')),
      }
      this.clients.add(client)
      signal?.addEventListener('abort', () => {
        this.clients.delete(client)
        reject(new TypeError('aborted'))
      })
    })
  }

  private stream(token: string, { snapshot, missed }: { snapshot: Snapshot; missed: ServerEvent[] }, signal: AbortSignal | undefined): Response {
    const encoder = new TextEncoder()
    let client: Client | undefined
    const body = new ReadableStream<Uint8Array>({
      start: controller => {
        if (this.blocksStream) return
        const push = (text: string) => controller.enqueue(encoder.encode(text))
        push(`event: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`)
        for (const event of missed) push(`data: ${JSON.stringify(event)}\n\n`)
        push(`id: ${this.cursor()}\ndata: ${JSON.stringify({ event: 'cursor', cursor: this.cursor() })}\n\n`)
        client = {
          user: snapshot.user,
          token,
          say: event => push(`data: ${JSON.stringify(event)}\n\n`),
          close: () => controller.error(new TypeError('connection reset')),
        }
        this.clients.add(client)
      },
    })
    signal?.addEventListener('abort', () => {
      if (client !== undefined) this.clients.delete(client)
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  /** A `WebSocket` that ends here. */
  readonly WebSocket = ((node: FakeNode) =>
    class {
      static readonly OPEN = 1
      readyState = 0
      onopen: (() => void) | null = null
      onmessage: ((event: { data: string }) => void) | null = null
      onclose: ((event: { code: number }) => void) | null = null
      private client: Client | undefined
      private token: string | undefined

      constructor() {
        queueMicrotask(() => {
          if (node.isDown || node.blocksSocket) return this.end(1006)
          this.readyState = 1
          this.onopen?.()
        })
      }

      private end(code: number): void {
        if (this.readyState === 3) return
        this.readyState = 3
        if (this.client !== undefined) node.clients.delete(this.client)
        queueMicrotask(() => this.onclose?.({ code }))
      }

      private tell(frame: unknown): void {
        queueMicrotask(() => {
          if (this.readyState === 1) this.onmessage?.({ data: JSON.stringify(frame) })
        })
      }

      send(data: string): void {
        const { id, op, args } = JSON.parse(data) as { id: number; op: string; args: Record<string, unknown> }
        if (op === 'hello') {
          try {
            this.token = String(args.token)
            const { snapshot, missed } = node.welcome(this.token, args.cursor === null ? undefined : String(args.cursor))
            this.tell({ id, ok: snapshot })
            for (const event of missed) this.tell(event)
            this.tell({ event: 'cursor', cursor: node.cursor() })
            this.client = { user: snapshot.user, token: this.token, say: event => this.tell(event), close: code => this.end(code) }
            node.clients.add(this.client)
          } catch {
            this.tell({ id, error: { code: 'unauthenticated', status: 401, message: 'no' } })
          }
          return
        }
        const answer = node.ask(op as OperationName, args, this.token, 'socket')
        if (answer === 'lost') {
          this.end(1006)
          return
        }
        this.tell({ id, ...answer })
      }

      close(): void {
        this.end(1000)
      }
    })(this) as unknown as typeof WebSocket
}
