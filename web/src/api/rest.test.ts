import { describe, expect, test } from 'vitest'
import { makeRest, request } from './rest.ts'

const ACCOUNT = {
  user: { id: '1', handle: 'sam', display_name: 'Sam' },
  role: 'member',
  send_read_receipts: true,
  share_presence: true,
  created_at: '2026-01-01T00:00:00.000Z',
}

/** A server that gives these answers one after the other, and notes what it was asked. */
function scripted(...answers: (Response | Error)[]) {
  const asked: { address: string; init: RequestInit }[] = []
  const waits: number[] = []
  const rest = makeRest({
    origin: 'http://node.test',
    token: () => 'secret-token',
    fetch: async (input, init = {}) => {
      asked.push({ address: String(input), init })
      const answer = answers.shift()
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('nothing left to say')
      return answer
    },
    random: () => 0.5,
    delay: async ms => void waits.push(ms),
  })
  return { rest, asked, waits }
}

const problem = (code: string, status: number, headers: Record<string, string> = {}) =>
  Response.json({ code, status, message: 'no' }, { status, headers })

describe('asking', () => {
  test('path_query_and_body_are_filled_and_escaped', () => {
    expect(request('message.list', { conversation: '5', before: 9, limit: 50, after: undefined })).toEqual({
      path: '/v1/conversations/5/messages?before=9&limit=50',
      body: undefined,
    })
    expect(request('user.find', { handle: 'a/b?c' }).path).toBe('/v1/users/by-handle/a%2Fb%3Fc')
    expect(request('user.list', { ids: ['1', '2'] }).path).toBe('/v1/users?ids=1%2C2')
    expect(request('message.react', { conversation: '5', seq: 3, emoji: '👍', on: true })).toEqual({
      path: '/v1/conversations/5/messages/3/reactions',
      body: '{"emoji":"👍","on":true}',
    })
  })

  test('the_token_goes_in_a_header_and_never_in_an_address', async () => {
    const { rest, asked } = scripted(Response.json(ACCOUNT))
    await rest.ask('account.get', {})
    expect(asked[0]?.address).not.toContain('secret')
    expect(asked[0]?.init).toMatchObject({ headers: { authorization: 'Bearer secret-token' }, credentials: 'omit', redirect: 'error' })
  })

  test('an_answer_of_another_form_is_not_believed', async () => {
    const { rest } = scripted(Response.json({ ...ACCOUNT, role: 'king' }))
    await expect(rest.ask('account.get', {})).rejects.toMatchObject({ code: 'not_understood' })
  })
})

describe('refusals', () => {
  test('a_problem_keeps_its_code_and_its_wait', async () => {
    const { rest } = scripted(problem('rate_limited', 429, { 'retry-after': '7' }))
    await expect(rest.ask('account.get', {})).rejects.toMatchObject({ code: 'rate_limited', status: 429, retryAfterMs: 7_000 })
  })

  test.each([
    [new Response('<html>Bad gateway</html>', { status: 502 }), 'unavailable'],
    [new Response('', { status: 429 }), 'rate_limited'],
    [new Response('teapot', { status: 418 }), 'not_understood'],
    [new TypeError('fetch failed'), 'offline'],
  ])('what_no_server_of_ours_said_has_a_code_too', async (answer, code) => {
    const { rest } = scripted(answer)
    await expect(rest.ask('account.get', {})).rejects.toMatchObject({ code })
  })
})

describe('patience', () => {
  test('what_passes_is_asked_again_with_jitter_on_top_of_what_the_server_wants', async () => {
    const { rest, asked, waits } = scripted(problem('overloaded', 503), problem('rate_limited', 429, { 'retry-after': '2' }), Response.json(ACCOUNT))
    await expect(rest.askPatiently('account.get', {})).resolves.toEqual(ACCOUNT)
    expect(asked).toHaveLength(3)
    expect(waits).toEqual([200, 2_400])
  })

  test('what_does_not_pass_is_asked_once', async () => {
    const { rest, asked } = scripted(problem('not_found', 404))
    await expect(rest.askPatiently('account.get', {})).rejects.toMatchObject({ code: 'not_found' })
    expect(asked).toHaveLength(1)
  })

  test('patience_ends', async () => {
    const { rest, asked } = scripted(...Array.from({ length: 9 }, () => problem('unavailable', 503)))
    await expect(rest.askPatiently('account.get', {})).rejects.toMatchObject({ code: 'unavailable' })
    expect(asked).toHaveLength(4)
  })
})
