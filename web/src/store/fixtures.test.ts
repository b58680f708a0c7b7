/** The stories that every client's reducer is held against. */

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { serverEvent } from '../api/check.ts'
import type { EventPage, Head, Message, MessagePage, Receipt, ServerEvent, Snapshot, User } from '../api/wire.ts'
import { pageRange, type Question } from './pages.ts'
import { apply, missingAfter } from './reducer.ts'
import { EMPTY_STATE, type State } from './state.ts'

interface Expectation {
  heads?: Record<string, Partial<Record<keyof Head, unknown>> | null>
  messages?: Record<string, Message[]>
  receipts?: Record<string, Record<string, Omit<Receipt, 'user'>>>
  missing?: Record<string, number>
  contacts?: Record<string, string>
  blocked?: string[]
  users?: Record<string, Partial<User>>
  cursor?: string
}

type Step =
  | { snapshot: Snapshot }
  | { event: ServerEvent }
  | { events_page: { conversation: string; after: number; page: EventPage } }
  | { messages_page: { conversation: string; asked: { before?: number; after?: number; around?: number }; page: MessagePage } }
  | { expect: Expectation }

interface Story {
  name: string
  about: string
  steps: Step[]
  expect: Expectation
}

const folder = new URL('../../../fixtures/reducer/', import.meta.url)
const stories = readdirSync(folder)
  .filter(name => name.endsWith('.json'))
  .map(name => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Story)

test('there are stories', () => expect(stories.length).toBeGreaterThan(10))

test.each(stories.map(story => [story.name, story] as const))('story: %s', (_, story) => {
  const end = story.steps.reduce(take, EMPTY_STATE)
  check(end, story.expect)
})

function take(state: State, step: Step): State {
  if ('snapshot' in step) return apply(state, { type: 'snapshot', snapshot: step.snapshot })
  if ('event' in step) {
    const event = serverEvent(step.event)
    return event === undefined ? state : apply(state, { type: 'event', event })
  }
  if ('events_page' in step) {
    const { conversation, page } = step.events_page
    return apply(state, { type: 'events', conversation, page: { ...page, events: page.events.filter(event => serverEvent(event) !== undefined) } })
  }
  if ('messages_page' in step) {
    const { conversation, asked, page } = step.messages_page
    const head = state.conversations.get(conversation)?.head
    return head === undefined ? state : apply(state, { type: 'page', conversation, page, range: pageRange(page, question(asked), head) })
  }
  check(state, step.expect)
  return state
}

function question(asked: { before?: number; after?: number; around?: number }): Question {
  if (asked.before !== undefined) return { end: 'before', seq: asked.before }
  if (asked.after !== undefined) return { end: 'after', seq: asked.after }
  return asked.around === undefined ? { end: 'newest' } : { end: 'around', seq: asked.around }
}

function check(state: State, expected: Expectation): void {
  for (const [id, members] of Object.entries(expected.heads ?? {})) {
    const head = state.conversations.get(id)?.head
    if (members === null) expect(head).toBeUndefined()
    else for (const [name, value] of Object.entries(members)) expect(head?.[name as keyof Head] ?? null, `${id}.${name}`).toEqual(value)
  }
  for (const [id, messages] of Object.entries(expected.messages ?? {})) {
    const log = state.conversations.get(id)?.log
    const held = log?.segments.flatMap(segment => segment.entries).flatMap(entry => (entry.type === 'message' ? [entry.message] : []))
    expect(held ?? [], `messages of ${id}`).toEqual(messages)
  }
  for (const [id, receipts] of Object.entries(expected.receipts ?? {})) {
    const known = [...(state.conversations.get(id)?.receipts.values() ?? [])].map(({ user, ...rest }) => [user, rest])
    expect(Object.fromEntries(known), `receipts of ${id}`).toEqual(receipts)
  }
  if (expected.missing !== undefined) {
    const missing = [...state.conversations.values()].flatMap(conversation => {
      const after = missingAfter(conversation)
      return after === undefined ? [] : [[conversation.head.id, after]]
    })
    expect(Object.fromEntries(missing)).toEqual(expected.missing)
  }
  if (expected.contacts !== undefined)
    expect(Object.fromEntries([...state.contacts.values()].map(({ user, state: standing }) => [user.id, standing]))).toEqual(expected.contacts)
  if (expected.blocked !== undefined) expect([...state.blocked].sort()).toEqual(expected.blocked)
  for (const [id, members] of Object.entries(expected.users ?? {})) expect(state.users.get(id)).toMatchObject(members)
  if (expected.cursor !== undefined) expect(state.cursor).toBe(expected.cursor)
}
