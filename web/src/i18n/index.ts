/**
 * Words and numbers in the person's language. Every text that people read comes from a catalogue; English is the one that the others are
 * checked against by the compiler. Names put into a sentence are isolated, so that no name can turn the sentence round.
 *
 * To add a language: a catalogue of the same type beside `de.ts`, and a line in `LANGUAGES`.
 */
import { useSyncExternalStore } from 'react'
import { type Catalogue, en, type MessageKey, type Plural } from './en.ts'

export type { MessageKey } from './en.ts'

export const LANGUAGES = [
  { code: 'en', name: 'English', direction: 'ltr' },
  { code: 'de', name: 'Deutsch', direction: 'ltr' },
  { code: 'ar', name: 'العربية', direction: 'rtl' },
] as const

export type Language = (typeof LANGUAGES)[number]['code']

type Parameters = Readonly<Record<string, string | number>>

export interface Translation {
  language: Language
  direction: 'ltr' | 'rtl'
  /** The text of a key. A parameter `count` chooses the plural form. */
  t: (key: MessageKey, parameters?: Parameters) => string
}

const loaders: Record<Language, () => Promise<Catalogue>> = {
  en: async () => en,
  de: async () => (await import('./de.ts')).de,
  ar: async () => (await import('./ar.ts')).ar,
}

let current: Translation = make('en', en)
const listeners = new Set<() => void>()

/** Switches the language of the page; resolves when its words are there. */
export async function setLanguage(language: Language): Promise<void> {
  const catalogue = await loaders[language]()
  current = make(language, catalogue)
  document.documentElement.lang = language
  document.documentElement.dir = current.direction
  for (const listener of listeners) listener()
}

/** What the browser's list of languages asks for, as far as we speak it. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find(language => language.code === tag.toLowerCase().split('-')[0])
    if (found) return found.code
  }
  return 'en'
}

/** For use outside of components. */
export function translation(): Translation {
  return current
}

export function useTranslation(): Translation {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}

/** Isolates a text whose direction is unknown (first strong isolate … pop). */
export function isolate(text: string): string {
  return `\u2068${closeDirections(text)}\u2069`
}

/** Ends every embedding, override and isolate that a text leaves open, so that what stands after it is not turned round. */
export function closeDirections(text: string): string {
  if (!/[\u202a-\u202e\u2066-\u2069]/.test(text)) return text
  let embeddings = 0
  let isolates = 0
  for (const character of text) {
    if ('\u202a\u202b\u202d\u202e'.includes(character)) embeddings += 1
    else if (character === '\u202c') embeddings = Math.max(0, embeddings - 1)
    else if ('\u2066\u2067\u2068'.includes(character)) isolates += 1
    else if (character === '\u2069') isolates = Math.max(0, isolates - 1)
  }
  return text + '\u202c'.repeat(embeddings) + '\u2069'.repeat(isolates) + '\u202c'.repeat(isolates > 0 ? embeddings : 0)
}

function make(language: Language, catalogue: Catalogue): Translation {
  const plurals = new Intl.PluralRules(language)
  const numbers = new Intl.NumberFormat(language)
  const direction = LANGUAGES.find(candidate => candidate.code === language)?.direction ?? 'ltr'
  return {
    language,
    direction,
    t: (key, parameters) => fill(choose(catalogue[key], parameters, plurals), parameters, numbers),
  }
}

function choose(message: string | Plural, parameters: Parameters | undefined, plurals: Intl.PluralRules): string {
  if (typeof message === 'string') return message
  const count = parameters?.count
  return message[plurals.select(typeof count === 'number' ? count : 0)] ?? message.other
}

function fill(message: string, parameters: Parameters | undefined, numbers: Intl.NumberFormat): string {
  if (!parameters) return message
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? numbers.format(value) : isolate(value)
  })
}
