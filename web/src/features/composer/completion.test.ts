import { expect, test } from 'vitest'
import { complete, matchUsers, mentionAt, standing } from './completion.ts'

const user = (id: string, handle: string, display_name: string) => ({ id, handle, display_name })

test('a mention is completed after an @ that begins a word, and nowhere else', () => {
  expect(mentionAt('Hi @mi', 6)).toEqual({ start: 3, text: 'mi' })
  expect(mentionAt('@', 1)).toEqual({ start: 0, text: '' })
  for (const text of ['me@mi', 'Hi @mi ', 'plain']) expect(mentionAt(text, text.length), text).toBeUndefined()
})

test('who begins with the letters comes before who contains them', () => {
  const people = [user('1', 'jonas.m', 'Jonas'), user('2', 'mia', 'Mia Keller'), user('3', 'tom', 'Tom Amis')]
  expect(matchUsers(people, 'm').map(found => found.id)).toEqual(['2', '1', '3'])
  expect(matchUsers(people, 'kel').map(found => found.id)).toEqual(['2'])
})

test('a completed mention takes the place of what was typed', () => {
  expect(complete('Hi @mi there', { start: 3, text: 'mi' }, 6, 'mia')).toEqual({ text: 'Hi @mia there', caret: 7 })
  expect(complete('@m', { start: 0, text: 'm' }, 2, 'mia')).toEqual({ text: '@mia ', caret: 5 })
})

test('only mentions that still stand in the text are sent', () => {
  const chosen = [{ handle: 'mia' }, { handle: 'tom' }, { handle: 'mi' }]
  expect(standing('Hello @mia and @tomato', chosen)).toEqual([{ handle: 'mia' }])
})
