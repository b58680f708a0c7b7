/** Dates, times and amounts by locale. Times come as RFC 3339; nothing here orders anything. */
import { useMemo } from 'react'
import { type Language, type Translation, useTranslation } from './index.ts'

export interface Formats {
  /** 14:05 */
  time: (at: string) => string
  /** Today, Yesterday, Monday, 3 March, 3 March 2024 */
  day: (at: string) => string
  /** The shortest that says when: 14:05, Yesterday, Mon, 3 Mar, 3/3/24 */
  brief: (at: string) => string
  /** 3 March 2024 */
  date: (at: string) => string
  /** All of it. */
  full: (at: string) => string
  /** 5 minutes ago */
  ago: (at: string) => string
  bytes: (amount: number) => string
  number: (amount: number) => string
  list: (items: readonly string[]) => string
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** The number of the local day, so that two moments of one day give the same. */
export function dayNumber(at: string): number {
  const date = new Date(at)
  return Math.floor((date.getTime() - date.getTimezoneOffset() * MINUTE_MS) / DAY_MS)
}

const made = new Map<Language, Formats>()

export function formatsOf({ language, t }: Translation): Formats {
  const known = made.get(language)
  if (known) return known
  // The region of the browser decides how a date looks, as long as it speaks the same language.
  const region = navigator.languages.find(tag => tag.toLowerCase().startsWith(language)) ?? language
  const make = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(region, options)
    return (at: string) => {
      const date = new Date(at)
      return Number.isNaN(date.getTime()) ? '' : format.format(date)
    }
  }
  const time = make({ timeStyle: 'short' })
  const weekday = make({ weekday: 'long' })
  const weekdayShort = make({ weekday: 'short' })
  const dayMonth = make({ day: 'numeric', month: 'long' })
  const dayMonthShort = make({ day: 'numeric', month: 'short' })
  const date = make({ day: 'numeric', month: 'long', year: 'numeric' })
  const dateShort = make({ day: 'numeric', month: 'numeric', year: '2-digit' })
  const full = make({ dateStyle: 'full', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(region, { numeric: 'auto' })
  const number = new Intl.NumberFormat(region)
  const amount = new Intl.NumberFormat(region, { maximumFractionDigits: 1 })
  const list = new Intl.ListFormat(region, { type: 'conjunction' })
  const today = () => dayNumber(new Date().toISOString())
  const thisYear = (at: string) => new Date(at).getFullYear() === new Date().getFullYear()

  const formats: Formats = {
    time,
    day: at => {
      const days = today() - dayNumber(at)
      if (days === 0) return t('date.today')
      if (days === 1) return t('date.yesterday')
      if (days > 1 && days < 7) return weekday(at)
      return thisYear(at) ? dayMonth(at) : date(at)
    },
    brief: at => {
      const days = today() - dayNumber(at)
      if (days <= 0) return time(at)
      if (days === 1) return t('date.yesterday')
      if (days < 7) return weekdayShort(at)
      return thisYear(at) ? dayMonthShort(at) : dateShort(at)
    },
    date,
    full,
    ago: at => {
      const past = Date.now() - new Date(at).getTime()
      if (past < MINUTE_MS) return t('date.now')
      if (past < HOUR_MS) return relative.format(-Math.round(past / MINUTE_MS), 'minute')
      if (past < DAY_MS) return relative.format(-Math.round(past / HOUR_MS), 'hour')
      if (past < 30 * DAY_MS) return relative.format(-Math.round(past / DAY_MS), 'day')
      return thisYear(at) ? dayMonth(at) : date(at)
    },
    bytes: count => {
      const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
      let rest = count
      let unit = 0
      while (rest >= 1000 && unit < units.length - 1) {
        rest /= 1000
        unit += 1
      }
      return new Intl.NumberFormat(region, { style: 'unit', unit: units[unit] ?? 'byte', maximumFractionDigits: 1 }).format(rest)
    },
    number: count => (count >= 10_000 ? number.format(count) : amount.format(count)),
    list: items => list.format(items),
  }
  made.set(language, formats)
  return formats
}

export function useFormats(): Formats {
  const translation = useTranslation()
  return useMemo(() => formatsOf(translation), [translation])
}
