/**
 * A server in miniature, seen by one user: it writes logs, folds them afresh for every question, and says what it would say. The reducer is held against it.
 */

import type { EventPage, Head, LogEvent, Message, MessagePage, OtherEvent, ServerEvent, Snapshot } from '../../api/wire.ts'
import { type Follower, fold, isFollower, messageOf } from '../fold.ts'

export const ME = '1'
const AT = Date.parse('2026-01-01T00:00:00.000Z')

export const LIMITS = {
  group_members_max: 100,
  frame_bytes_max: 65_536,
  message_text_bytes_max: 16_384,
  outbound_queue_bytes_max: 1_048_576,
  hello_timeout_ms: 10_000,
  heartbeat_ms: 30_000,
  dead_after_ms: 75_000,
  page_events_max: 200,
  json_depth_max: 32,
  watched_users_max: 500,
  mentions_max: 100,
  reactions_per_message_max: 64,
  pins_max: 100,
  devices_per_user_max: 50,
  conversations_per_user_max: 5000,
  contacts_per_user_max: 5000,
  invites_max: 100,
  resume_events_max: 200,
  long_poll_seconds_max: 55,
  presence_grace_ms: 30_000,
  send_key_days: 30,
}

/** What can happen, in terms that do not depend on what is there. Places are taken modulo what exists. */
export type Step =
  | { do: 'message'; conversation: number; sender: number; mentionsMe: boolean }
  | { do: 'edit' | 'delete'; conversation: number; place: number }
  | { do: 'react' | 'pin'; conversation: number; place: number; sender: number; emoji: number; on: boolean }
  | { do: 'title'; conversation: number }
  | { do: 'member'; conversation: number; user: number; on: boolean }
  | { do: 'read'; conversation: number; place: number }
  | { do: 'receipt'; conversation: number; user: number; place: number }

interface Watermarks {
  delivered: number
  read: number
}

interface Room {
  id: string
  log: LogEvent[]
  mine: Watermarks
  others: Map<string, Watermarks>
}

export class Model {
  readonly rooms: Room[]
  /** Everything that was said, in order: the change feed of one user. */
  readonly feed: ServerEvent[] = []

  constructor(rooms: number) {
    this.rooms = Array.from({ length: rooms }, (_, index) => ({ id: `${100 + index}`, log: [], mine: { delivered: 0, read: 0 }, others: new Map() }))
    for (const room of this.rooms) {
      this.write(room, '2', { event: 'created', kind: 'group', title: 'Room', history: 'all', retention: { keep: 'forever' } })
      this.write(room, '2', { event: 'member_added', user: ME, role: 'member' })
    }
    this.feed.length = 0
  }

  private write(room: Room, sender: string, body: object): void {
    const seq = room.log.length + 1
    const event = {
      conversation: room.id,
      seq,
      id: `${Number(room.id) * 100_000 + seq}`,
      sender,
      at: new Date(AT + seq * 1000).toISOString(),
      ...body,
    } as LogEvent
    room.log.push(event)
    this.feed.push(event)
  }

  private message(room: Room, place: number): Message | undefined {
    const messages = this.folded(room)
    return messages[place % Math.max(1, messages.length)]
  }

  folded(room: Room): Message[] {
    const followers = room.log.filter(isFollower)
    return room.log.flatMap(event =>
      event.event === 'message' ? [followers.filter((follower: Follower) => follower.target === event.seq).reduce(fold, messageOf(event))] : [],
    )
  }

  run(step: Step): void {
    const room = this.rooms[step.conversation % this.rooms.length]
    if (room === undefined) return
    switch (step.do) {
      case 'message':
        this.write(room, `${(step.sender % 3) + 1}`, {
          event: 'message',
          text: `text ${room.log.length}`,
          ...(step.mentionsMe ? { mentions: [ME] } : {}),
        })
        return
      case 'edit': {
        const message = this.message(room, step.place)
        if (message !== undefined && message.deleted !== true)
          this.write(room, message.sender, { event: 'edit', target: message.seq, text: `edited ${room.log.length}` })
        return
      }
      case 'delete': {
        const message = this.message(room, step.place)
        if (message !== undefined && message.deleted !== true) this.write(room, message.sender, { event: 'delete', target: message.seq })
        return
      }
      case 'react': {
        const message = this.message(room, step.place)
        const emoji = ['👍', '🎉'][step.emoji % 2]
        if (message !== undefined) this.write(room, `${(step.sender % 3) + 1}`, { event: 'reaction', target: message.seq, emoji, on: step.on })
        return
      }
      case 'pin': {
        const message = this.message(room, step.place)
        if (message !== undefined) this.write(room, '2', { event: 'pin', target: message.seq, on: step.on })
        return
      }
      case 'title':
        this.write(room, '2', { event: 'details_changed', title: `Room ${room.log.length}` })
        return
      case 'member': {
        const user = `${(step.user % 3) + 10}`
        if (this.members(room).has(user) === step.on) return
        this.write(room, '2', step.on ? { event: 'member_added', user, role: 'member' } : { event: 'member_removed', user, reason: 'left' })
        return
      }
      case 'read': {
        const read = Math.max(room.mine.read, (step.place % room.log.length) + 1)
        room.mine = { read, delivered: Math.max(read, room.mine.delivered) }
        this.feed.push({ event: 'read_state', conversation: room.id, last_seq: room.log.length, ...this.standing(room) } satisfies OtherEvent)
        return
      }
      case 'receipt': {
        const user = `${(step.user % 2) + 2}`
        const known = room.others.get(user) ?? { delivered: 0, read: 0 }
        const delivered = Math.max(known.delivered, (step.place % room.log.length) + 1)
        room.others.set(user, { delivered, read: known.read })
        this.feed.push({ event: 'receipt', conversation: room.id, user, delivered, read: known.read })
        return
      }
    }
  }

  private members(room: Room): Set<string> {
    const members = new Set(['2'])
    for (const event of room.log) {
      if (event.event === 'member_added') members.add(event.user)
      if (event.event === 'member_removed') members.delete(event.user)
    }
    return members
  }

  private standing(room: Room) {
    const unread = room.log.filter(event => event.event === 'message' && event.sender !== ME && event.seq > room.mine.read)
    const mentions = unread.filter(event => event.event === 'message' && event.mentions?.includes(ME))
    return { ...room.mine, unread: unread.length, mentions: mentions.length, marked_unread: false }
  }

  head(room: Room): Head {
    const last = this.folded(room).at(-1)
    const title = room.log.findLast(event => event.event === 'details_changed')
    return {
      id: room.id,
      kind: 'group',
      title: title?.event === 'details_changed' && title.title !== undefined ? title.title : 'Room',
      role: 'member',
      member_count: this.members(room).size - 1,
      last_seq: room.log.length,
      trimmed_seq: 0,
      readable: [{ from: 1 }],
      ...this.standing(room),
      pinned: false,
      archived: false,
      retention: { keep: 'forever' },
      history: 'all',
      ...(last === undefined ? {} : { last_message: last }),
      created_at: new Date(AT).toISOString(),
      updated_at: room.log.at(-1)?.at ?? '',
    }
  }

  snapshot(resumed = false): Snapshot {
    const account = {
      user: { id: ME, handle: 'me', display_name: 'Me' },
      role: 'member' as const,
      send_read_receipts: true,
      share_presence: true,
      created_at: new Date(AT).toISOString(),
    }
    return {
      user: ME,
      device: '7',
      epoch: 1,
      cursor: `1.${this.feed.length}`,
      resumed,
      heartbeat_ms: 30_000,
      limits: LIMITS,
      account,
      conversations: this.rooms.map(room => this.head(room)),
      contacts: [],
      blocked: [],
      users: [account.user],
    }
  }

  page(room: Room, before: number, limit: number): MessagePage {
    const older = this.folded(room).filter(message => message.seq < before)
    const messages = older.slice(-limit)
    return { messages, users: [], more_before: older.length > messages.length, more_after: before <= room.log.length, last_seq: room.log.length }
  }

  events(room: Room, after: number, limit: number): EventPage {
    const events = room.log.filter(event => event.seq > after).slice(0, limit)
    const through = events.at(-1)?.seq ?? room.log.length
    return { events, through, more: through < room.log.length }
  }
}
