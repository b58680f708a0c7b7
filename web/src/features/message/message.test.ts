import { expect, test } from 'vitest'
import { cutText, isEmojiOnly, safeAddress } from './inline_text.ts'
import { parseMarkdown } from './markdown.ts'
import { oneLine } from './one_line.ts'

const nobody = () => false

test('addresses become links without the full stop and bracket of their sentence', () => {
  const links = cutText('See (https://example.org/a_(b)), or www.example.org.', nobody).filter(piece => piece.kind === 'link')
  expect(links.map(link => [link.text, link.kind === 'link' && link.address])).toEqual([
    ['https://example.org/a_(b)', 'https://example.org/a_(b)'],
    ['www.example.org', 'https://www.example.org/'],
  ])
})

test('only the web and mail are opened', () => {
  for (const address of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://x/y',
    ' javascript:x',
    'x',
  ]) {
    expect(safeAddress(address), address).toBeUndefined()
  }
  expect(safeAddress('https://example.org')).toBe('https://example.org/')
})

test('a mention is what was mentioned, and a full stop after it is not part of it', () => {
  const known = (handle: string) => handle === 'mia' || handle === 'dot.'
  const mentions = cutText('@mia. and @MIA, not @jonas, not me@mia.example', known).filter(piece => piece.kind === 'mention')
  expect(mentions.map(piece => piece.text)).toEqual(['@mia', '@mia'])
})

test('the pieces of a text are the text', () => {
  const text = 'a https://x.org/y) @mia b www.q.r. c'
  const joined = cutText(text, handle => handle === 'mia').map(piece => piece.text)
  expect(joined.join('')).toBe(text)
})

test('a text without marks is not parsed', () => {
  expect(parseMarkdown('Good morning, all well?')).toBeNull()
  expect(parseMarkdown('**bold**')).not.toBeNull()
})

test('there are no headings, pictures, HTML or entities', () => {
  for (const text of ['# *x*', '![*a*](https://x.org/a.png)', '<b>*x*</b>', '<img src=x onerror=alert(1)> *x*', '&amp; *x*', 'a\n---\n*x*']) {
    const kinds = JSON.stringify(parseMarkdown(text))
    expect(kinds, text).not.toMatch(/"type":"(heading|image|html|thematicBreak|definition)"/)
  }
})

test('what would take the parser seconds is left as it is', () => {
  const texts = [
    '- '.repeat(8000),
    '1. '.repeat(5000),
    '> '.repeat(8000),
    '*a_ '.repeat(4000),
    '['.repeat(16_000),
    '**a *b '.repeat(2000),
    '`a ``b '.repeat(2000),
  ]
  const start = performance.now()
  for (const text of texts) parseMarkdown(text)
  expect(performance.now() - start).toBeLessThan(1000)
  expect(parseMarkdown('- '.repeat(8000))).toBeNull()
})

test('much code in a fence is still code', () => {
  const tree = parseMarkdown(`\`\`\`\n${'_a_*b* '.repeat(1000)}\n\`\`\``)
  expect(tree?.children[0]?.type).toBe('code')
})

test('one to three emoji alone are shown large', () => {
  for (const text of ['👍', '❤️', '👩‍💻 🎉', '🇩🇪', '👍🏽👍🏽👍🏽']) expect(isEmojiOnly(text), text).toBe(true)
  for (const text of ['', 'a', '👍👍👍👍', '1', '#', 'ok 👍']) expect(isEmojiOnly(text), text).toBe(false)
})

test('one line has no marks of form, and closes the directions that it opened', () => {
  expect(oneLine('**bold** and _it_, `code`\n> quote\n- one')).toBe('bold and it, code quote one')
  expect(oneLine('snake_case_name 2*3*4')).toBe('snake_case_name 234')
  expect(oneLine('\u2067open')).toBe('\u2067open\u2069')
})
