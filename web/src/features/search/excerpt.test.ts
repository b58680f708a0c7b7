import { expect, test } from 'vitest'
import { cutOut } from './excerpt.ts'

test('every word of the query is marked, and the pieces are the text', () => {
  const pieces = cutOut('Shall we have Lunch at the lake?', 'lunch lake')
  expect(pieces.filter(piece => piece.found).map(piece => piece.text)).toEqual(['Lunch', 'lake'])
  expect(pieces.map(piece => piece.text).join('')).toBe('Shall we have Lunch at the lake?')
})

test('a long text is cut to the place where something was found', () => {
  const pieces = cutOut(`${'before '.repeat(100)}needle${' after'.repeat(100)}`, 'needle')
  expect(pieces[0]?.text).toBe('… ')
  expect(pieces.at(-1)?.text).toBe(' …')
  expect(pieces.some(piece => piece.found && piece.text === 'needle')).toBe(true)
  expect(pieces.map(piece => piece.text).join('').length).toBeLessThan(200)
})

test('letters whose case changes their length mark nothing rather than the wrong place', () => {
  expect(cutOut('İİİ istanbul', 'istanbul').every(piece => !piece.found)).toBe(true)
})
