/** What each command of the screen does. `key` arguments are made by the page, so that a command which is said twice is done once. */

import { Refused } from '../api/refused.ts'
import type { ConversationDetails, ConversationId, Seq, UserId } from '../api/wire.ts'
import type { Commands, Draft, InviteTerms, NewConversation, NewMessage } from '../client/contract.ts'
import type { Deed } from '../store/pending.ts'
import { messageItem } from '../store/selectors.ts'
import type { Company } from './company.ts'
import type { Engine } from './engine.ts'
import type { Sender } from './sender.ts'
import { containsAll } from './storage.ts'

export interface CommandContext {
  readonly engine: Engine
  readonly sender: Sender
  readonly company: Company
  readonly deviceName: () => string
}

/** The commands that are about the tab that says them are done by the host. */
export type WorkerCommands = Omit<Commands, 'watchPresence' | 'setActive' | 'logOut'>

/** How long a change waits for its outcome; past that it counts as taken. */
const OUTCOME_WITHIN_MS = 8_000
const SEARCH_MAX = 200
const USERS_PAGE = 200

export function makeCommands({ engine, sender, company, deviceName }: CommandContext): WorkerCommands {
  const { ask, rest, environment } = engine

  const opened = ({ head, users }: ConversationDetails): ConversationId => {
    engine.dispatch({ type: 'head', head, users, listed: true })
    return head.id
  }
  const contact = async (asked: Promise<import('../api/wire.ts').Contact>) => {
    engine.dispatch({ type: 'event', event: { event: 'contact', contact: await asked } })
  }
  /** Takes a deed and, when the server answers soon, says how it went. */
  const change = async (id: ConversationId, deed: Deed) => {
    const key = environment.makeKey()
    await sender.take(key, id, deed)
    const refused = await sender.outcome(key, OUTCOME_WITHIN_MS)
    if (refused !== undefined) throw refused
  }
  const settings = (id: ConversationId, change_: Extract<Deed, { type: 'settings' }>['change']) => change(id, { type: 'settings', change: change_ })
  const asked = new Set<UserId>()

  return {
    loadServer: async () => {
      const server = await rest.askPatiently('server.get', {})
      engine.setServer(server)
      return server
    },
    register: async ({ handle, password, displayName, invite }) => {
      const optional = { ...(displayName === undefined ? {} : { display_name: displayName }), ...(invite === undefined ? {} : { invite }) }
      await engine.loggedIn(await rest.ask('account.register', { handle, password, device_name: deviceName(), ...optional }))
    },
    logIn: async ({ handle, password }) =>
      engine.loggedIn(await rest.ask('session.create', { handle: handle.replace(/^@/, ''), password, device_name: deviceName() })),

    updateAccount: async ({ displayName, sendReadReceipts, sharePresence }) => {
      const account = await ask('account.update', {
        ...(displayName === undefined ? {} : { display_name: displayName }),
        ...(sendReadReceipts === undefined ? {} : { send_read_receipts: sendReadReceipts }),
        ...(sharePresence === undefined ? {} : { share_presence: sharePresence }),
      })
      engine.dispatch({ type: 'event', event: { event: 'account', account } })
    },
    changePassword: async args => void (await ask('account.change_password', args)),
    deleteAccount: async args => {
      await ask('account.delete', args)
      await engine.logOut('account_deleted', false)
    },
    loadSessions: async () => engine.dispatch({ type: 'sessions', sessions: (await ask('session.list', {})).sessions }),
    revokeSession: async device => {
      await ask('session.revoke', { device })
      engine.dispatch({ type: 'sessions', sessions: (await ask('session.list', {})).sessions })
    },

    findUser: async handle => {
      const { user } = await ask('user.find', { handle: handle.trim().replace(/^@/, '').toLowerCase() })
      engine.dispatch({ type: 'users', users: [user] })
      return user
    },
    requestContact: user => contact(ask('contact.request', { user })),
    acceptContact: user => contact(ask('contact.accept', { user })),
    declineContact: user => contact(ask('contact.decline', { user })),
    removeContact: user => contact(ask('contact.remove', { user })),
    block: async user => {
      await ask('block.add', { user })
      engine.dispatch({ type: 'event', event: { event: 'block', user, blocked: true } })
    },
    unblock: async user => {
      await ask('block.remove', { user })
      engine.dispatch({ type: 'event', event: { event: 'block', user, blocked: false } })
    },

    openDirect: async user => {
      const known = [...engine.state().conversations.values()].find(({ head, listed }) => listed && head.kind === 'direct' && head.peer === user)
      return known?.head.id ?? opened(await ask('conversation.open_direct', { user }))
    },
    createConversation: async ({ kind, title, description, members, history, retention }: NewConversation) =>
      opened(
        await ask('conversation.create', {
          key: environment.makeKey(),
          kind,
          title,
          ...(description === undefined ? {} : { description }),
          ...(members === undefined ? {} : { members: [...members] }),
          ...(history === undefined ? {} : { history }),
          ...(retention === undefined ? {} : { retention }),
        }),
      ),
    updateConversation: async (conversation, difference) => void (await ask('conversation.update', { conversation, ...difference })),
    // A time that has passed ends it.
    mute: (id, until) => settings(id, { muted_until: until ?? new Date(0).toISOString() }),
    setPinned: (id, pinned) => settings(id, { pinned }),
    setArchived: (id, archived) => settings(id, { archived }),
    setMarkedUnread: (id, on) => settings(id, { marked_unread: on }),
    markRead: async id => {
      const head = engine.state().conversations.get(id)?.head
      if (head === undefined) return
      if (head.marked_unread) await settings(id, { marked_unread: false })
      if (head.read < head.last_seq) await sender.take(environment.makeKey(), id, { type: 'read', seq: head.last_seq })
    },
    listChannels: args => ask('channel.list', args),
    joinChannel: async conversation => opened(await ask('channel.join', { conversation })),
    listMembers: async (conversation, after) => {
      const page = await ask('member.list', { conversation, ...(after === undefined ? {} : { after }) })
      engine.dispatch({ type: 'users', users: page.members.map(member => member.user) })
      return page
    },
    addMember: async (conversation, user) => void (await ask('member.add', { conversation, user })),
    setRole: async (conversation, user, role) => void (await ask('member.update', { conversation, user, role })),
    removeMember: async (conversation, user) => void (await ask('member.remove', { conversation, user })),
    leave: async conversation => void (await ask('member.leave', { conversation })),
    loadConversation: async conversation => {
      const { head, users } = await ask('conversation.get', { conversation })
      engine.dispatch({ type: 'head', head, users, listed: head.role !== undefined })
    },

    listInvites: async conversation => (await ask('invite.list', { conversation })).invites,
    createInvite: (conversation, terms) => ask('invite.create', { conversation, ...inviteTerms(terms) }),
    revokeInvite: async (conversation, invite) => void (await ask('invite.revoke', { conversation, invite })),
    previewInvite: code => ask('invite.preview', { code }),
    acceptInvite: async code => opened(await ask('invite.accept', { code })),

    // The page adds the key as a last argument, so that a send that is said twice (a worker died in between) is one.
    send: async (id: ConversationId, message: NewMessage, key: string = environment.makeKey()) => {
      const most = engine.state().limits?.message_text_bytes_max ?? Number.POSITIVE_INFINITY
      if (message.text.trim() === '') throw new Refused('invalid_request', 'a message must not be empty')
      if (new TextEncoder().encode(message.text).length > most) throw new Refused('too_large', `a message has at most ${most} bytes`)
      company.stopTyping(id)
      await sender.take(key, id, { type: 'send', text: message.text, mentions: message.mentions ?? [], replyTo: message.replyTo })
      return key
    },
    retry: key => sender.retry(key),
    discard: key => sender.discard(key),
    edit: (id, seq, { text, mentions }) => change(id, { type: 'edit', seq, text, mentions: mentions ?? [] }),
    deleteMessage: (id, seq) => change(id, { type: 'delete', seq }),
    react: (id, seq, emoji, on) => change(id, { type: 'react', seq, emoji, on }),
    pin: (id, seq, on) => change(id, { type: 'pin', seq, on }),
    listPins: async id => {
      const page = await ask('message.pins', { conversation: id })
      engine.dispatch({ type: 'users', users: page.users })
      const conversation = engine.state().conversations.get(id)
      const me = engine.state().me
      if (conversation === undefined) return []
      return page.messages.map(message => messageItem(message, { conversation, me, deeds: [], key: undefined, reply: undefined }))
    },
    listReceipts: async id => {
      const { receipts } = await ask('receipt.list', { conversation: id })
      engine.dispatch({ type: 'receipts', conversation: id, receipts })
      const me = engine.state().me
      return receipts.filter(({ user }) => user !== me)
    },
    saveDraft: async (id: ConversationId, draft: Draft) => {
      const isEmpty = draft.text === '' && draft.replyTo === undefined && draft.editing === undefined
      engine.setDraft(id, isEmpty ? undefined : draft)
      await engine.write(isEmpty ? { goneDrafts: [id] } : { drafts: [[id, draft]] })
    },
    typing: id => company.typing(id),
    search: async (query, within) => {
      const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean)
      if (words.length === 0) return []
      await engine.flushed()
      const stored = await engine.storage().search(words, within, SEARCH_MAX)
      return stored.length > 0 || engine.storage().kind === 'database' ? stored : searchMemory(engine, words, within)
    },

    loadUsers: ids => {
      const unknown = ids.filter(id => !engine.state().users.has(id) && !asked.has(id)).slice(0, USERS_PAGE)
      if (unknown.length === 0) return
      for (const id of unknown) asked.add(id)
      ask('user.list', { ids: unknown })
        .then(({ users }) => engine.dispatch({ type: 'users', users }))
        .catch(() => {
          for (const id of unknown) asked.delete(id)
        })
    },
    reconnect: () => engine.connection.wish(),

    adminListUsers: args => ask('admin.user.list', args),
    adminCreateUser: ({ handle, password, displayName, role }) =>
      ask('admin.user.create', {
        handle,
        password,
        ...(displayName === undefined ? {} : { display_name: displayName }),
        ...(role === undefined ? {} : { role }),
      }),
    adminUpdateUser: (user, difference) => ask('admin.user.update', { user, ...difference }),
    adminResetPassword: async (user, password) => void (await ask('admin.user.reset_password', { user, password })),
    adminListInvites: async () => (await ask('admin.invite.list', {})).invites,
    adminCreateInvite: terms => ask('admin.invite.create', inviteTerms(terms)),
    adminRevokeInvite: async invite => void (await ask('admin.invite.revoke', { invite })),
    adminUpdateSettings: async difference => engine.setServer(await ask('admin.settings.update', difference)),
    adminFigures: () => ask('admin.figures', {}),
  }
}

function inviteTerms({ lifetimeSeconds, usesMax }: InviteTerms): { lifetime_seconds?: number; uses_max?: number } {
  return { ...(lifetimeSeconds === undefined ? {} : { lifetime_seconds: lifetimeSeconds }), ...(usesMax === undefined ? {} : { uses_max: usesMax }) }
}

function searchMemory(engine: Engine, words: readonly string[], within: ConversationId | undefined) {
  const hits: { conversation: ConversationId; seq: Seq; sender: UserId; at: string; text: string }[] = []
  for (const [conversation, { log }] of engine.state().conversations) {
    if (within !== undefined && within !== conversation) continue
    for (const entry of log.segments.flatMap(segment => segment.entries)) {
      if (entry.type !== 'message' || entry.message.text === undefined || !containsAll(entry.message.text, words)) continue
      const { seq, sender, at, text } = entry.message
      hits.push({ conversation, seq, sender, at, text })
    }
  }
  return hits.sort((one, other) => Date.parse(other.at) - Date.parse(one.at)).slice(0, SEARCH_MAX)
}
