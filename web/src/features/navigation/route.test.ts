import { expect, test } from 'vitest'
import { addressOf, parseRoute, type Route } from './route.ts'

const read = (address: string) => {
  const url = new URL(address, 'https://x')
  return parseRoute(url.pathname, url.hash)
}

test('every place has an address that leads back to it', () => {
  const places: Route[] = [
    { page: 'chats', conversation: '12', seq: undefined, details: false },
    { page: 'chats', conversation: '12', seq: 34, details: false },
    { page: 'channels', conversation: '12', seq: undefined, details: true },
    { page: 'people', user: '7' },
    { page: 'settings', section: 'devices' },
    { page: 'admin', section: 'users' },
    { page: 'join', code: 'a-b_c' },
    { page: 'register', code: 'a-b_c' },
  ]
  for (const place of places) expect(read(addressOf(place))).toEqual(place)
})

test('the secret of an invite stands in the fragment, which is never sent', () => {
  expect(new URL(addressOf({ page: 'join', code: 'secret' }), 'https://x').pathname).toBe('/join')
})

test('what is no place leads to the chats', () => {
  for (const address of ['/', '/nonsense', '/c/', '/c/abc', '/c/012', '/c/1e3', '/join', '/c/99999999999999999999'])
    expect(read(address).page, address).toBe('chats')
  expect(read('/c/5/m/abc')).toEqual({ page: 'chats', conversation: '5', seq: undefined, details: false })
})
