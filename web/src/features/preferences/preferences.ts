/** What a person chose for this browser. Kept in localStorage, because it must be there before the first paint and is no secret. */
import { useSyncExternalStore } from 'react'
import { LANGUAGES, type Language } from '../../i18n/index.ts'

export interface Preferences {
  theme: 'system' | 'light' | 'dark'
  contrast: 'system' | 'standard' | 'more'
  text: 'regular' | 'large' | 'larger'
  /** Absent: as the browser asks. */
  language: Language | 'system'
  /** Whether Enter sends, or makes a new line. */
  enterSends: boolean
  notifications: boolean
  /** Whether a notification shows who wrote what. */
  notificationPreviews: boolean
  listWidth: number
  recentEmoji: readonly string[]
  /** The permission for notifications was asked for, or put off. */
  notificationsAsked: boolean
}

const DEFAULTS: Preferences = {
  theme: 'system',
  contrast: 'system',
  text: 'regular',
  language: 'system',
  enterSends: true,
  notifications: true,
  notificationPreviews: true,
  listWidth: 312,
  recentEmoji: [],
  notificationsAsked: false,
}

const KEY = 'parlor.preferences'
const listeners = new Set<() => void>()
let current = load()

function load(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof stored === 'object' && stored !== null ? check(stored) : DEFAULTS
  } catch {
    return DEFAULTS
  }
}

function check(stored: Partial<Record<keyof Preferences, unknown>>): Preferences {
  const oneOf = <Value>(value: unknown, allowed: readonly Value[], otherwise: Value): Value =>
    allowed.find(candidate => candidate === value) ?? otherwise
  const languages = ['system', ...LANGUAGES.map(language => language.code)] as const
  const truth = (value: unknown, otherwise: boolean) => (typeof value === 'boolean' ? value : otherwise)
  return {
    theme: oneOf(stored.theme, ['system', 'light', 'dark'] as const, DEFAULTS.theme),
    contrast: oneOf(stored.contrast, ['system', 'standard', 'more'] as const, DEFAULTS.contrast),
    text: oneOf(stored.text, ['regular', 'large', 'larger'] as const, DEFAULTS.text),
    language: oneOf(stored.language, languages, DEFAULTS.language),
    enterSends: truth(stored.enterSends, DEFAULTS.enterSends),
    notifications: truth(stored.notifications, DEFAULTS.notifications),
    notificationPreviews: truth(stored.notificationPreviews, DEFAULTS.notificationPreviews),
    listWidth: typeof stored.listWidth === 'number' ? Math.min(420, Math.max(260, stored.listWidth)) : DEFAULTS.listWidth,
    recentEmoji: Array.isArray(stored.recentEmoji)
      ? stored.recentEmoji.filter((emoji): emoji is string => typeof emoji === 'string' && emoji.length <= 32).slice(0, 24)
      : DEFAULTS.recentEmoji,
    notificationsAsked: truth(stored.notificationsAsked, DEFAULTS.notificationsAsked),
  }
}

export function preferences(): Preferences {
  return current
}

export function changePreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(current))
  } catch {
    // A browser that keeps nothing still shows the choice until it is closed.
  }
  applyPreferences()
  for (const listener of listeners) listener()
}

window.addEventListener('storage', event => {
  if (event.key !== KEY) return
  current = load()
  applyPreferences()
  for (const listener of listeners) listener()
})

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}

/** Puts what is chosen onto the root element, where the tokens look for it. */
export function applyPreferences(): void {
  const root = document.documentElement
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete root.dataset[name]
    else root.dataset[name] = value
  }
  set('theme', current.theme === 'system' ? undefined : current.theme)
  set('contrast', current.contrast === 'system' ? undefined : current.contrast)
  set('text', current.text === 'regular' ? undefined : current.text)
  root.style.setProperty('--list-width', `${current.listWidth}px`)
}
