import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BACK_OFF_MAX_MS, type Effect, handle, IDLE, type Input, type Machine, OPEN_WITHIN_MS } from './machine.ts'

/** A machine with a clock that the test turns. Inputs of a transport are those of the current attempt. */
function table(random = () => 0.5) {
  let machine: Machine = IDLE
  let now = 1_000_000
  let said: Effect[] = []
  const give = (input: Input) => {
    const step = handle(machine, input, now, random)
    machine = step.machine
    said = [...step.effects]
    return said
  }
  const current = () => machine.attempt
  return {
    give,
    wait: (ms: number) => {
      now += ms
    },
    machine: () => machine,
    opened: () => said.find(effect => effect.type === 'open')?.transport,
    retryMs: () => said.find(effect => effect.type === 'schedule' && effect.timer === 'retry'),
    welcome: () => give({ type: 'welcome', attempt: current(), heartbeatMs: 30_000 }),
    closed: (rest: Partial<Extract<Input, { type: 'closed' }>> = {}) => give({ type: 'closed', attempt: current(), ...rest }),
    timer: (timer: 'open' | 'retry' | 'beat') => give({ type: 'timer', timer }),
  }
}

describe('the ladder', () => {
  test('a_socket_that_never_comes_up_is_followed_by_a_stream_and_then_by_polls_at_once', () => {
    const t = table()
    t.give({ type: 'start' })
    expect(t.opened()).toBe('websocket')
    t.closed({ code: 1006 })
    expect(t.opened()).toBe('sse')
    t.wait(OPEN_WITHIN_MS.sse)
    expect(t.timer('open')[0]).toMatchObject({ type: 'close' })
    expect(t.opened()).toBe('poll')
    t.welcome()
    expect(t.machine().phase).toMatchObject({ name: 'live', transport: 'poll' })
  })

  test('nobody_at_the_address_is_no_reason_to_try_lower', () => {
    const t = table()
    t.give({ type: 'start' })
    t.closed({ code: 1006 })
    t.closed({ unreachable: true })
    expect(t.machine().phase.name).toBe('waiting')
    t.timer('retry')
    expect(t.opened()).toBe('websocket')
  })

  test('a_socket_that_worked_gets_a_second_chance_before_the_ladder', () => {
    const t = table()
    t.give({ type: 'start' })
    t.welcome()
    t.closed({ code: 1006 })
    t.timer('retry')
    t.closed({ code: 1006 })
    expect(t.machine().phase.name).toBe('waiting')
    t.timer('retry')
    t.closed({ code: 1006 })
    expect(t.opened()).toBe('sse')
  })

  test('a_lower_rung_is_kept_for_a_while_and_then_left', () => {
    const t = table()
    t.give({ type: 'start' })
    t.closed({ code: 1006 })
    t.welcome()
    t.closed({})
    t.timer('retry')
    expect(t.opened()).toBe('sse')
    t.welcome()
    t.wait(6 * 60_000)
    t.closed({})
    t.timer('retry')
    expect(t.opened()).toBe('websocket')
  })
})

describe('closing', () => {
  test.each([
    [4000, 'waiting', false],
    [4001, 'waiting', false],
    [4100, 'waiting', true],
    [4150, 'waiting', true],
    [4202, 'stopped', false],
    [4299, 'stopped', false],
    [1002, 'stopped', false],
    [1009, 'stopped', false],
    [1006, 'waiting', false],
    [1012, 'waiting', false],
  ])('code %i leads to %s', (code, phase, restart) => {
    const t = table()
    t.give({ type: 'start' })
    t.welcome()
    t.closed({ code })
    expect(t.machine().phase.name).toBe(phase)
    expect(t.machine().restart).toBe(restart)
  })

  test('g8_a_revoked_session_ends_and_is_not_tried_again', () => {
    const t = table()
    t.give({ type: 'start' })
    t.welcome()
    expect(t.closed({ code: 4201 })).toContainEqual({ type: 'ended' })
    expect(t.machine().phase.name).toBe('idle')
    expect(t.timer('retry')).toEqual([])
  })

  test('a_refused_token_ends_on_every_transport', () => {
    const t = table()
    t.give({ type: 'start' })
    expect(t.closed({ problem: { code: 'unauthenticated', status: 401, message: 'no' } })).toContainEqual({ type: 'ended' })
  })

  test('an_overloaded_server_is_left_alone_as_long_as_it_says', () => {
    const t = table(() => 0)
    t.give({ type: 'start' })
    t.closed({ problem: { code: 'overloaded', status: 503, message: 'later', retry_after_ms: 9_000 } })
    expect(t.retryMs()).toMatchObject({ ms: 9_000 })
    t.timer('retry')
    expect(t.opened()).toBe('websocket')
  })

  test('a_server_that_is_not_understood_is_not_asked_again', () => {
    const t = table()
    t.give({ type: 'start' })
    t.closed({ problem: { code: 'not_understood', status: 0, message: 'what?' } })
    expect(t.machine().phase).toMatchObject({ name: 'stopped', problem: { code: 'not_understood' } })
  })

  test('g11_after_a_resync_the_next_attempt_asks_for_everything_until_one_succeeds', () => {
    const t = table()
    t.give({ type: 'start' })
    t.welcome()
    t.closed({ code: 4100 })
    expect(t.timer('retry')).toContainEqual(expect.objectContaining({ type: 'open', fresh: true }))
    t.closed({ code: 1006 })
    expect(t.timer('retry')).toContainEqual(expect.objectContaining({ type: 'open', fresh: true }))
    t.welcome()
    t.closed({ code: 1006 })
    expect(t.timer('retry')).toContainEqual(expect.objectContaining({ type: 'open', fresh: false }))
  })

  test('goodbye_says_when_to_come_back', () => {
    const t = table(() => 0.25)
    t.give({ type: 'start' })
    t.welcome()
    t.give({ type: 'goodbye', attempt: t.machine().attempt, code: 4000, afterMs: [2_000, 10_000] })
    t.wait(1_000)
    t.closed({ code: 4000 })
    expect(t.retryMs()).toMatchObject({ ms: 3_000 })
  })

  test('what_a_given_up_attempt_still_says_is_ignored', () => {
    const t = table()
    t.give({ type: 'start' })
    const old = t.machine().attempt
    t.closed({ code: 1006 })
    const before = t.machine()
    t.give({ type: 'welcome', attempt: old, heartbeatMs: 1 })
    t.give({ type: 'closed', attempt: old, code: 4201 })
    expect(t.machine()).toBe(before)
  })
})

describe('life signs', () => {
  test('silence_after_a_ping_is_believed', () => {
    const t = table()
    t.give({ type: 'start' })
    t.welcome()
    t.wait(25_000)
    expect(t.timer('beat')).toContainEqual(expect.objectContaining({ type: 'ping' }))
    t.wait(10_000)
    expect(t.timer('beat')[0]).toMatchObject({ type: 'close' })
    expect(t.machine().phase.name).toBe('waiting')
  })

  test('any_word_is_a_sign_of_life', () => {
    const t = table()
    t.give({ type: 'start' })
    t.welcome()
    t.wait(25_000)
    t.timer('beat')
    t.give({ type: 'heard', attempt: t.machine().attempt })
    t.wait(10_000)
    expect(t.timer('beat')).toContainEqual(expect.objectContaining({ type: 'ping' }))
    expect(t.machine().phase.name).toBe('live')
  })

  test('without_a_network_it_says_so_and_comes_back_at_once_with_it', () => {
    const t = table()
    t.give({ type: 'start' })
    t.welcome()
    expect(t.give({ type: 'offline' })).toContainEqual(expect.objectContaining({ type: 'ping' }))
    t.wait(3_000)
    t.timer('beat')
    expect(t.machine()).toMatchObject({ networkless: true, phase: { name: 'waiting' } })
    t.give({ type: 'online' })
    expect(t.opened()).toBe('websocket')
  })
})

test('every_delay_has_full_jitter_and_stays_under_the_cap', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 20 }), chances => {
      let index = 0
      const t = table(() => chances[index++ % chances.length] ?? 0)
      t.give({ type: 'start' })
      t.welcome()
      t.closed({ code: 1006 })
      for (let attempt = 0; attempt < 30; attempt++) {
        const { phase } = t.machine()
        if (phase.name === 'waiting') t.timer('retry')
        else if (phase.name === 'opening') t.closed({ code: 1006, unreachable: true })
        const scheduled = t.retryMs()
        if (scheduled?.type === 'schedule') expect(scheduled.ms).toBeLessThanOrEqual(BACK_OFF_MAX_MS)
      }
    }),
  )
})

test('no_order_of_inputs_leaves_a_machine_that_neither_lives_nor_tries_nor_says_why', () => {
  const input = fc.constantFrom<Input | 'welcome' | 'closed' | 'silent'>(
    { type: 'start' },
    { type: 'online' },
    { type: 'offline' },
    { type: 'wish' },
    { type: 'timer', timer: 'open' },
    { type: 'timer', timer: 'retry' },
    { type: 'timer', timer: 'beat' },
    'welcome',
    'closed',
    'silent',
  )
  fc.assert(
    fc.property(fc.array(input, { maxLength: 60 }), inputs => {
      const t = table()
      const running = new Set<string>()
      const note = (effects: readonly Effect[]) => {
        for (const effect of effects) {
          if (effect.type === 'schedule') running.add(effect.timer)
          if (effect.type === 'unschedule') running.delete(effect.timer)
        }
      }
      note(t.give({ type: 'start' }))
      for (const given of inputs) {
        if (given === 'welcome') note(t.welcome())
        else if (given === 'closed') note(t.closed({ code: 1006 }))
        else if (given === 'silent') t.wait(20_000)
        else {
          if (given.type === 'timer' && !running.delete(given.timer)) continue
          note(t.give(given))
        }
        const { phase } = t.machine()
        const timer = { opening: 'open', waiting: 'retry', live: 'beat' }[phase.name as string]
        expect(timer === undefined || running.has(timer), `${phase.name} without its timer`).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})
