import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ServerEvent } from '../api/wire.ts'
import { findEntry } from './log.ts'
import { apply, type Input, missingAfter } from './reducer.ts'
import { EMPTY_STATE, type State } from './state.ts'
import { ME, Model, type Step } from './testing/model.ts'

const small = fc.nat({ max: 50 })
const room = fc.nat({ max: 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('message' as const), conversation: room, sender: small, mentionsMe: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('edit' as const, 'delete' as const), conversation: room, place: small }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('react' as const, 'pin' as const),
      conversation: room,
      place: small,
      sender: small,
      emoji: small,
      on: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('title' as const), conversation: room }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('member' as const), conversation: room, user: small, on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('read' as const), conversation: room, place: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('receipt' as const), conversation: room, user: small, place: small }) },
)
const steps = fc.array(step, { maxLength: 60 })

const events = (feed: readonly ServerEvent[]): Input[] => feed.map(event => ({ type: 'event', event }))
const run = (state: State, inputs: readonly Input[]): State => inputs.reduce(apply, state)
const fresh = (model: Model): State => apply(EMPTY_STATE, { type: 'snapshot', snapshot: model.snapshot() })
const heads = (state: State) => Object.fromEntries([...state.conversations].map(([id, { head }]) => [id, head]))

/** What a client does about holes: asks for the events after the last that it has. */
function caughtUp(state: State, model: Model, limit: number): State {
  let current = state
  for (const known of model.rooms) {
    for (let asked = 0; asked < 200; asked++) {
      const conversation = current.conversations.get(known.id)
      const after = conversation === undefined ? undefined : missingAfter(conversation)
      if (after === undefined) break
      current = apply(current, { type: 'events', conversation: known.id, page: model.events(known, after, limit) })
    }
  }
  return current
}

/** Every message that is held is what the server would give now. */
function expectFolded(state: State, model: Model): void {
  for (const known of model.rooms) {
    const log = state.conversations.get(known.id)?.log
    const truth = new Map(model.folded(known).map(message => [message.seq, message]))
    for (const segment of log?.segments ?? []) {
      const held = segment.entries.flatMap(entry => (entry.type === 'message' ? [entry.message] : []))
      const expected = [...truth.values()].filter(message => segment.from <= message.seq && message.seq <= segment.to)
      expect(held).toEqual(expected)
    }
  }
}

describe('the law of sync', () => {
  test('g5_snapshot_and_events_give_what_a_fresh_snapshot_gives', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const model = new Model(2)
        before.forEach(step => void model.run(step))
        const start = fresh(model)
        const mark = model.feed.length
        after.forEach(step => void model.run(step))
        const state = run(start, events(model.feed.slice(mark)))
        expect(heads(state)).toEqual(heads(fresh(model)))
        expectFolded(state, model)
      }),
      { numRuns: 300 },
    )
  })

  test('duplicates_and_redeliveries_change_nothing', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.tuple(small, small), { maxLength: 8 }), (all, again) => {
        const model = new Model(2)
        const start = fresh(model)
        all.forEach(step => void model.run(step))
        const once = run(start, events(model.feed))
        // What the cursor lags behind comes again, in order, after what came already.
        const feed = [...model.feed]
        const doubled = again.reduce<ServerEvent[]>((said, [from, length]) => {
          const at = from % Math.max(1, said.length)
          return [...said.slice(0, at + length), ...said.slice(at, at + length), ...said.slice(at + length)]
        }, feed)
        expect(heads(run(start, events(doubled)))).toEqual(heads(once))
        expect(heads(run(once, events(feed)))).toEqual(heads(once))
        expectFolded(run(once, events(feed)), model)
      }),
      { numRuns: 300 },
    )
  })

  test('g4_lost_events_show_as_holes_and_a_fill_makes_it_whole', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (all, lost, limit) => {
        const model = new Model(2)
        // Held from the start, so that every message must be right in the end.
        const start = model.rooms.reduce(
          (state, known) =>
            apply(state, {
              type: 'page',
              conversation: known.id,
              page: model.page(known, Number.MAX_SAFE_INTEGER, 50),
              range: { from: 1, to: known.log.length },
            }),
          fresh(model),
        )
        all.forEach(step => void model.run(step))
        const came = model.feed.filter((event, index) => !('seq' in event) || lost[index] !== true)
        const holed = run(start, events(came))
        // The gap is told by the next head, as a resume tells it.
        const told = model.rooms.reduce(
          (state, known) => apply(state, { type: 'event', event: { event: 'gap', head: model.head(known), users: [] } }),
          holed,
        )
        const state = caughtUp(told, model, limit)
        expect(heads(state)).toEqual(heads(fresh(model)))
        expectFolded(state, model)
      }),
      { numRuns: 300 },
    )
  })

  test('pages_read_at_any_moment_and_events_in_any_order_agree_with_the_server', () => {
    fc.assert(
      fc.property(
        steps,
        steps,
        fc.array(fc.tuple(small, small, small), { maxLength: 6 }),
        fc.infiniteStream(small),
        (before, after, pages, chance) => {
          const model = new Model(1)
          before.forEach(step => void model.run(step))
          const known = model.rooms[0]
          if (known === undefined) return
          const start = fresh(model)
          const mark = model.feed.length
          // Pages are read while things happen, and arrive later among the events.
          const readAt = new Map(pages.map(([at, from, late]) => [at, { from, late }]))
          const arrivals: { at: number; input: Input }[] = []
          after.forEach((step, index) => {
            model.run(step)
            const wish = readAt.get(index)
            if (wish === undefined) return
            const beforeSeq = Math.min(known.log.length + 1, wish.from + 2)
            const page = model.page(known, beforeSeq, 10)
            const from = page.more_before ? (page.messages[0]?.seq ?? beforeSeq) : 1
            arrivals.push({
              at: model.feed.length - mark + wish.late,
              input: { type: 'page', conversation: known.id, page, range: { from, to: beforeSeq - 1 } },
            })
          })
          const inputs: { at: number; input: Input }[] = model.feed
            .slice(mark)
            .map((event, index) => ({ at: index + (chance.next().value ?? 0) / 10, input: { type: 'event', event } }))
          const mixed = [...inputs, ...arrivals].sort((one, other) => one.at - other.at).map(({ input }) => input)
          const state = caughtUp(run(start, mixed), model, 200)
          const head = state.conversations.get(known.id)?.head
          expect(head?.last_seq).toBe(known.log.length)
          expectFolded(state, model)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('counts and watermarks', () => {
  const model = () => {
    const made = new Model(1)
    for (let index = 0; index < 5; index++) made.run({ do: 'message', conversation: 0, sender: 1, mentionsMe: index === 4 })
    return made
  }

  test('g6_a_lower_watermark_changes_nothing', () => {
    const made = model()
    made.run({ do: 'read', conversation: 0, place: 5 })
    const state = fresh(made)
    const lower = {
      event: 'read_state',
      conversation: '100',
      last_seq: 4,
      delivered: 3,
      read: 3,
      unread: 9,
      mentions: 9,
      marked_unread: true,
    } as const
    expect(apply(state, { type: 'event', event: lower }).conversations.get('100')).toBe(state.conversations.get('100'))
    const receipt = (delivered: number, read: number): Input => ({
      type: 'event',
      event: { event: 'receipt', conversation: '100', user: '2', delivered, read },
    })
    const risen = run(state, [receipt(5, 4), receipt(4, 2)])
    expect(risen.conversations.get('100')?.receipts.get('2')).toEqual({ user: '2', delivered: 5, read: 4 })
  })

  test('counts_that_come_before_their_events_are_not_counted_twice', () => {
    const made = model()
    const start = fresh(new Model(1))
    const said: ServerEvent = {
      event: 'read_state',
      conversation: '100',
      last_seq: 7,
      delivered: 4,
      read: 4,
      unread: 3,
      mentions: 1,
      marked_unread: false,
    }
    const state = run(apply(start, { type: 'event', event: said }), events(made.feed))
    expect(state.conversations.get('100')?.head).toMatchObject({ unread: 3, mentions: 1, last_seq: 7 })
  })

  test('counts_that_speak_of_an_older_head_are_added_to', () => {
    const made = model()
    const state = run(fresh(new Model(1)), events(made.feed))
    const said: ServerEvent = {
      event: 'read_state',
      conversation: '100',
      last_seq: 5,
      delivered: 4,
      read: 4,
      unread: 1,
      mentions: 0,
      marked_unread: false,
    }
    expect(apply(state, { type: 'event', event: said }).conversations.get('100')?.head).toMatchObject({ unread: 3, mentions: 1 })
  })
})

describe('the last message', () => {
  test('a_head_without_it_gets_it_from_the_newest_page_and_keeps_it_current', () => {
    const made = new Model(1)
    made.run({ do: 'message', conversation: 0, sender: 1, mentionsMe: false })
    const [known] = made.rooms
    if (known === undefined) throw new Error('the model has no room')
    const { last_message: _, ...bare } = made.head(known)
    const snapshot = { ...made.snapshot(), conversations: [bare] }
    const range = { from: 1, to: known.log.length }
    const page: Input = { type: 'page', conversation: '100', page: made.page(known, Number.MAX_SAFE_INTEGER, 10), range }
    const state = run(EMPTY_STATE, [{ type: 'snapshot', snapshot }, page])
    expect(state.conversations.get('100')?.head.last_message?.text).toBe('text 2')

    // While away an edit and a message came; the head says so without telling them.
    made.run({ do: 'edit', conversation: 0, place: 0 })
    made.run({ do: 'message', conversation: 0, sender: 1, mentionsMe: false })
    const { last_message: __, ...later } = made.head(known)
    const resumed = apply(state, { type: 'snapshot', snapshot: { ...made.snapshot(true), conversations: [later] } })
    const caught = run(resumed, events(known.log.slice(3)))
    expect(caught.conversations.get('100')?.head).toEqual(made.head(known))
  })
})

describe('membership', () => {
  test('g7_after_my_removal_the_log_is_closed_and_my_return_opens_it_again', () => {
    const made = new Model(1)
    const start = fresh(made)
    const inLog = (seq: number) => ({ conversation: '100', seq, id: `${seq}`, sender: '2', at: '2026-01-01T00:00:00.000Z' })
    const gone = apply(start, { type: 'event', event: { ...inLog(3), event: 'member_removed', user: ME, reason: 'removed' } })
    expect(gone.conversations.get('100')?.head.role).toBeUndefined()
    expect(gone.conversations.get('100')?.head.readable).toEqual([{ from: 1, to: 3 }])
    const back = run(gone, [
      { type: 'event', event: { ...inLog(9), event: 'member_added', user: ME, role: 'admin' } },
      { type: 'event', event: { ...inLog(10), event: 'message', text: 'welcome back' } },
    ])
    const conversation = back.conversations.get('100')
    expect(conversation?.head).toMatchObject({ role: 'admin', last_seq: 10, readable: [{ from: 1, to: 3 }, { from: 9 }] })
    expect(conversation === undefined ? 0 : missingAfter(conversation)).toBeUndefined()
  })
})

describe('resync', () => {
  test('g11_a_snapshot_that_does_not_resume_replaces_everything', () => {
    const made = new Model(2)
    made.run({ do: 'message', conversation: 0, sender: 1, mentionsMe: false })
    const state = run(fresh(new Model(2)), events(made.feed))
    const restored = new Model(1)
    const after = apply(state, { type: 'snapshot', snapshot: { ...restored.snapshot(), epoch: 2 } })
    expect([...after.conversations.keys()]).toEqual(['100'])
    expect(after.conversations.get('100')?.head.last_seq).toBe(2)
    expect(after.conversations.get('100')?.log.segments).toEqual([])
    expect(after.epoch).toBe(2)
  })

  test('a_kind_of_event_that_is_not_known_leaves_no_hole_once_a_page_steps_over_it', () => {
    const start = fresh(new Model(1))
    const message: ServerEvent = {
      conversation: '100',
      seq: 4,
      id: '4',
      sender: '2',
      at: '2026-01-01T00:00:00.000Z',
      event: 'message',
      text: 'after the unknown one',
    }
    const holed = apply(start, { type: 'event', event: message })
    const known = holed.conversations.get('100')
    expect(known === undefined ? undefined : missingAfter(known)).toBe(2)
    const filled = apply(holed, { type: 'events', conversation: '100', page: { events: [message], through: 4, more: false } })
    const conversation = filled.conversations.get('100')
    expect(conversation?.head.last_seq).toBe(4)
    expect(conversation === undefined ? undefined : missingAfter(conversation)).toBeUndefined()
    expect(conversation === undefined ? undefined : findEntry(conversation.log, 4)?.seq).toBe(4)
  })
})
