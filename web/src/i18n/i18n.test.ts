import { expect, test } from 'vitest'
import { ar } from './ar.ts'
import { de } from './de.ts'
import { type Catalogue, en, type MessageKey, type Plural } from './en.ts'
import { closeDirections, isolate, preferredLanguage } from './index.ts'

const languages: Record<string, Catalogue> = { en, de, ar }
const parameters = (message: string) => new Set([...message.matchAll(/\{(\w+)\}/g)].map(match => match[1]))
const forms = (message: string | Plural) => (typeof message === 'string' ? [message] : Object.values(message))

test('no translation asks for a parameter that English does not give', () => {
  for (const [language, catalogue] of Object.entries(languages)) {
    for (const key of Object.keys(en) as MessageKey[]) {
      const given = new Set(forms(en[key]).flatMap(form => [...parameters(form)]))
      for (const form of forms(catalogue[key])) {
        for (const parameter of parameters(form)) expect(given.has(parameter), `${language} ${key}: {${parameter}}`).toBe(true)
        expect(form.trim(), `${language} ${key}`).not.toBe('')
      }
    }
  }
})

test('names that English gives are not lost in translation', () => {
  for (const [language, catalogue] of Object.entries(languages)) {
    for (const key of Object.keys(en) as MessageKey[]) {
      const wanted = [...parameters(forms(en[key]).at(-1) ?? '')].filter(parameter => parameter !== 'count')
      const other = forms(catalogue[key]).at(-1) ?? ''
      for (const parameter of wanted) expect(parameters(other).has(parameter), `${language} ${key}: {${parameter}}`).toBe(true)
    }
  }
})

test('the first language of the browser that we speak is taken', () => {
  expect(preferredLanguage(['fr-FR', 'ar-EG', 'de'])).toBe('ar')
  expect(preferredLanguage(['xx'])).toBe('en')
})

test('a text cannot turn round what stands after it', () => {
  expect(closeDirections('plain')).toBe('plain')
  expect(closeDirections('\u202eabc')).toBe('\u202eabc\u202c')
  expect(closeDirections('\u2067a\u2066b')).toBe('\u2067a\u2066b\u2069\u2069')
  expect(closeDirections('\u2067a\u2069')).toBe('\u2067a\u2069')
  expect(isolate('\u2066x')).toBe('\u2068\u2066x\u2069\u2069')
})
