/**
 * A client without a server, for working on the screen: `startFakeClient()` gives invented conversations of which one has 100,000 messages. What is
 * written gets its ticks after a while; writing "fail" fails; Mia answers. Never part of the production build.
 */

import type { Client, Commands, ConversationView, Draft, MessageItem, Receipt, Refusal } from '../client/contract.ts'
import { cell, cells } from '../client/source.ts'
import { line, ME, PEOPLE } from './fake_people.ts'
import { type FakeLog, fakeItem, fakeTimeline } from './fake_timeline.ts'

const LIMITS = {
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

function fakeConversation(index: number): ConversationView {
  const kind = index % 5 === 3 ? 'group' : index % 7 === 5 ? 'channel' : 'direct'
  const person = PEOPLE[index % PEOPLE.length] ?? ME
  const at = new Date(Date.now() - index * 47 * 60_000).toISOString()
  const length = index === 0 ? 100_000 : 40 + index * 13
  const own = index % 3 === 0
  return {
    id: `${5000 + index}`,
    kind,
    name: kind === 'direct' ? person.display_name : kind === 'group' ? `Team ${index}` : `announcements-${index}`,
    description: kind === 'channel' ? 'What everybody should know' : undefined,
    peer: kind === 'direct' ? person.id : undefined,
    withSelf: false,
    role: index % 4 === 3 ? 'owner' : 'member',
    memberCount: kind === 'direct' ? 2 : 5 + index,
    unread: index % 4 === 1 ? index * 3 : 0,
    mentions: index % 8 === 1 ? 2 : 0,
    markedUnread: index === 6,
    mutedUntil: index === 5 ? '2099-01-01T00:00:00Z' : undefined,
    muted: index === 5,
    pinned: index === 2,
    archived: index === 17,
    retention: index === 3 ? { keep: 'days', days: 30 } : { keep: 'forever' },
    history: 'since_joined',
    lastSeq: length,
    trimmedSeq: 0,
    readSeq: length - 5,
    createdAt: at,
    updatedAt: at,
    lastMessage: {
      sender: own ? ME.id : person.id,
      at,
      text: line(length),
      deleted: false,
      own,
      state: own ? 'read' : 'sent',
    },
    draft: index === 4 ? 'I think we should' : undefined,
    typing: index === 1 ? [person.id] : [],
  }
}

function refuse(code: string, message: string): Promise<never> {
  const refusal: Refusal = { code, message }
  return Promise.reject(refusal)
}

const ORDERED = (first: ConversationView, second: ConversationView) =>
  Number(second.pinned) - Number(first.pinned) || second.updatedAt.localeCompare(first.updatedAt)

export function startFakeClient(options: { loggedIn?: boolean; empty?: boolean; conversations?: number } = {}): Client {
  const all = new Map(Array.from({ length: options.conversations ?? 30 }, (_, index) => fakeConversation(index)).map(view => [view.id, view]))
  const logs = new Map<string, FakeLog>()
  const conversation = cells<ConversationView | undefined>(undefined)
  const conversations = cell<readonly ConversationView[]>([])
  const drafts = cells<Draft | undefined>(undefined)
  const noReceipts: readonly Receipt[] = []
  const receipts = cell(noReceipts)
  const users = new Map([ME, ...PEOPLE].map(user => [user.id, cell(user)]))
  const nobody = cell(undefined)
  const states = ['online', 'away', 'offline'] as const
  const presences = new Map(
    PEOPLE.map((user, index) => [user.id, cell({ user: user.id, state: states[index % 3] ?? 'offline', last_active_at: new Date().toISOString() })]),
  )
  const loggedIn = { phase: 'logged_in', user: ME.id, device: '77', limits: LIMITS, loaded: true } as const
  const session = cell<ReturnType<Client['session']['get']>>(options.loggedIn === false ? { phase: 'logged_out' } : loggedIn)
  const refresh = () => {
    for (const view of all.values()) conversation(view.id).set(view)
    conversations.set([...all.values()].sort(ORDERED))
  }
  refresh()

  const logOf = (id: string): FakeLog => {
    const known = logs.get(id)
    if (known !== undefined) return known
    const log: FakeLog = {
      conversation: id,
      length: all.get(id)?.lastSeq ?? 1,
      changed: new Map(),
      listeners: new Set(),
    }
    logs.set(id, log)
    return log
  }
  const put = (log: FakeLog, seq: number, change: Partial<MessageItem>) => {
    const item = fakeItem(log, seq)
    if (item.type === 'message') log.changed.set(seq, { ...item, ...change })
    for (const listener of log.listeners) listener()
  }
  const change = (id: string, difference: Partial<ConversationView>) => {
    const view = all.get(id)
    if (view !== undefined) all.set(id, { ...view, ...difference })
    refresh()
  }
  let keys = 0
  const write = (id: string, sender: string, text: string, reply?: MessageItem['reply']): number => {
    const log = logOf(id)
    const seq = ++log.length
    const own = sender === ME.id
    log.changed.set(seq, {
      type: 'message',
      key: `k${++keys}`,
      seq,
      sender,
      own,
      at: new Date().toISOString(),
      text,
      mentions: [],
      mentionsMe: false,
      reply,
      deleted: false,
      pinned: false,
      reactions: [],
      state: own ? 'pending' : 'sent',
      changing: false,
    })
    put(log, seq, {})
    change(id, {
      lastSeq: seq,
      updatedAt: new Date().toISOString(),
      lastMessage: { sender, at: new Date().toISOString(), text, deleted: false, own, state: own ? 'sent' : 'sent' },
    })
    return seq
  }

  const done = async () => undefined
  const member = (index: number) => ({
    user: PEOPLE[index] ?? ME,
    role: index === 0 ? ('owner' as const) : ('member' as const),
    joined_seq: 1,
  })
  const invite = { id: '9', code: 'abc-def', created_by: ME.id, created_at: new Date().toISOString(), uses: 0 }
  const info = {
    name: 'Parlor',
    version: 'fake',
    registration: 'open' as const,
    empty: options.empty ?? false,
    limits: LIMITS,
  }
  const adminUser = (index: number) => ({
    user: PEOPLE[index] ?? ME,
    role: 'member' as const,
    disabled: index === 4,
    created_at: new Date().toISOString(),
  })
  const commands: Commands = {
    loadServer: async () => info,
    register: async () => session.set(loggedIn),
    logIn: async args => (args.password === 'wrong' ? refuse('wrong_credentials', 'Handle or password is wrong') : session.set(loggedIn)),
    logOut: async () => session.set({ phase: 'logged_out' }),
    updateAccount: done,
    changePassword: done,
    deleteAccount: done,
    loadSessions: done,
    revokeSession: done,
    findUser: async handle =>
      PEOPLE.find(user => user.handle === handle.replace(/^@/, '').toLowerCase()) ?? refuse('not_found', 'There is nobody of that name'),
    requestContact: done,
    acceptContact: done,
    declineContact: done,
    removeContact: done,
    block: done,
    unblock: done,
    openDirect: async user => [...all.values()].find(view => view.peer === user)?.id ?? '5000',
    createConversation: async args => {
      const view = {
        ...fakeConversation(3),
        id: `${6000 + ++keys}`,
        kind: args.kind,
        name: args.title,
        lastSeq: 1,
        updatedAt: new Date().toISOString(),
      }
      all.set(view.id, view)
      refresh()
      return view.id
    },
    updateConversation: async (id, difference) => change(id, { ...(difference.title === undefined ? {} : { name: difference.title }) }),
    mute: async (id, until) => change(id, { muted: until !== null, mutedUntil: until ?? undefined }),
    setPinned: async (id, pinned) => change(id, { pinned }),
    setArchived: async (id, archived) => change(id, { archived }),
    setMarkedUnread: async (id, markedUnread) => change(id, { markedUnread }),
    markRead: async id => change(id, { unread: 0, mentions: 0 }),
    listChannels: async () => ({
      channels: [
        { id: '5005', title: 'announcements', member_count: 12, joined: true },
        { id: '7001', title: 'lunch', member_count: 4, joined: false },
      ],
    }),
    joinChannel: async id => id,
    listMembers: async () => ({ members: PEOPLE.map((_, index) => member(index)) }),
    addMember: done,
    setRole: done,
    removeMember: done,
    loadConversation: done,
    leave: async id => {
      all.delete(id)
      refresh()
    },
    listInvites: async () => [invite],
    createInvite: async () => invite,
    revokeInvite: done,
    previewInvite: async () => ({
      conversation: '5003',
      kind: 'group',
      title: 'Team 3',
      member_count: 8,
      joined: false,
    }),
    acceptInvite: async () => '5003',
    send: async (id, message) => {
      const replied = message.replyTo === undefined ? undefined : fakeItem(logOf(id), message.replyTo)
      const reply = replied?.type === 'message' ? { seq: replied.seq ?? 0, sender: replied.sender, text: replied.text, deleted: false } : undefined
      const log = logOf(id)
      const seq = write(id, ME.id, message.text, reply)
      const key = log.changed.get(seq)?.key ?? ''
      if (message.text === 'fail') {
        setTimeout(() => put(log, seq, { state: 'failed', problem: { code: 'limit_reached', message: 'Too much' } }), 600)
        return key
      }
      const ticks = ['sent', 'delivered', 'read'] as const
      for (const [index, state] of ticks.entries()) setTimeout(() => put(log, seq, { state }), 500 + index * 900)
      const peer = all.get(id)?.peer
      if (peer !== undefined) setTimeout(() => change(id, { typing: [peer] }), 2500)
      if (peer !== undefined)
        setTimeout(() => {
          change(id, { typing: [] })
          write(id, peer, line(seq))
        }, 4500)
      return key
    },
    retry: done,
    discard: async () => true,
    edit: async (id, seq, message) => put(logOf(id), seq, { text: message.text, editedAt: new Date().toISOString() }),
    deleteMessage: async (id, seq) => put(logOf(id), seq, { text: undefined, deleted: true, reactions: [] }),
    react: async (id, seq, emoji, on) => {
      const item = fakeItem(logOf(id), seq)
      if (item.type !== 'message') return
      const rest = item.reactions.map(reaction =>
        reaction.emoji === emoji ? { emoji, users: reaction.users.filter(user => user !== ME.id) } : reaction,
      )
      const known = rest.some(reaction => reaction.emoji === emoji)
      const next =
        on && !known
          ? [...rest, { emoji, users: [ME.id] }]
          : rest.map(reaction => (on && reaction.emoji === emoji ? { emoji, users: [...reaction.users, ME.id] } : reaction))
      put(logOf(id), seq, { reactions: next.filter(reaction => reaction.users.length > 0) })
    },
    pin: async (id, seq, pinned) => put(logOf(id), seq, { pinned }),
    listPins: async () => [],
    listReceipts: async id =>
      PEOPLE.slice(0, 4).map((user, index) => ({
        user: user.id,
        delivered: logOf(id).length - index,
        read: logOf(id).length - index * 2,
      })),
    saveDraft: async (id, draft) => {
      drafts(id).set(draft.text === '' && draft.replyTo === undefined ? undefined : draft)
      change(id, { draft: draft.text || undefined })
    },
    typing: () => undefined,
    search: async query =>
      Array.from({ length: 40 }, (_, index) => index + 1)
        .filter(seq => line(seq).toLowerCase().includes(query.toLowerCase()))
        .map(seq => ({ conversation: '5000', seq, sender: '1001', at: new Date().toISOString(), text: line(seq) })),
    watchPresence: () => undefined,
    setActive: () => undefined,
    loadUsers: () => undefined,
    reconnect: () => undefined,
    adminListUsers: async () => ({ users: PEOPLE.map((_, index) => adminUser(index)) }),
    adminCreateUser: async () => adminUser(0),
    adminUpdateUser: async () => adminUser(0),
    adminResetPassword: done,
    adminListInvites: async () => [invite],
    adminCreateInvite: async () => invite,
    adminRevokeInvite: done,
    adminUpdateSettings: done,
    adminFigures: async () => ({
      users: 11,
      conversations: 30,
      messages: 123_456,
      connections: 7,
      store_bytes: 48_000_000,
    }),
  }

  return {
    commands,
    session,
    server: cell(info),
    connection: cell({ state: 'connected', transport: 'websocket', since: Date.now() }),
    storage: cell({ kind: 'database' }),
    account: cell({
      user: ME,
      role: 'admin',
      send_read_receipts: true,
      share_presence: true,
      created_at: new Date().toISOString(),
    }),
    conversations,
    totals: cell({ unread: 7, mentions: 2, requests: 1 }),
    contacts: cell(PEOPLE.map((user, index) => ({ user, state: index === 6 ? 'pending' : index === 7 ? 'requested' : 'accepted' }) as const)),
    blocked: cell(['1009']),
    sessions: cell([
      {
        device: '77',
        name: 'Chromium on Linux',
        created_at: new Date().toISOString(),
        last_seen_at: new Date().toISOString(),
        current: true,
      },
      {
        device: '78',
        name: 'Phone',
        created_at: new Date().toISOString(),
        last_seen_at: new Date(Date.now() - 86_400_000).toISOString(),
        current: false,
      },
    ]),
    conversation,
    user: id => users.get(id) ?? nobody,
    presence: id => presences.get(id) ?? nobody,
    draft: drafts,
    receipts: () => receipts,
    openTimeline: id => fakeTimeline(logOf(id)),
    onArrival: () => () => undefined,
    close: () => undefined,
  }
}
