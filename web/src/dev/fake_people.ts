/** Invented people and talk for the fake client. */

import type { User } from '../client/contract.ts'

const NAMES = [
  'Mia Keller',
  'Jonas Okafor',
  'Aino Virtanen',
  'דנה לוי',
  '王小明',
  'Sofía Márquez',
  'Tariq Haddad',
  'Priya Raman',
  'Liam O’Brien',
  'Zoë de Wit',
]

export const ME: User = { id: '1000', handle: 'me', display_name: 'Sam Weaver' }

export const PEOPLE: readonly User[] = NAMES.map((display_name, index) => ({
  id: `${1001 + index}`,
  handle: `user${index + 1}`,
  display_name,
}))

const LINES = [
  'Morning! Did the build go through?',
  'Yes, **all green** now. The flaky one was a race in the test itself.',
  'Shall we have lunch at 12?',
  'שלום, מה שלומך היום?',
  '好的，下午见。',
  'Here is what I mean:\n```rust\nfn main() {\n    println!("hello");\n}\n```',
  '👍',
  'I read through the whole document twice, and I think the second part should come first: it says why anybody would care, and the first part is only history.',
  'https://example.org/a/rather/long/path/that/should/not/break/the/layout?with=query&and=more',
  'lol',
  '<script>alert(1)</script>',
  'Averyveryverylongwordwithoutanyspace'.repeat(12),
  'Let me check _that_ and come back to you.',
]

/** What stands at a place of a log; always the same for the same place. */
export function line(seq: number): string {
  return LINES[(seq * 7 + (seq >> 3)) % LINES.length] ?? ''
}
