import { type KeyboardEvent, useDeferredValue, useMemo, useRef, useState } from 'react'
import { type MessageKey, useTranslation } from '../../i18n/index.ts'
import { changePreferences, usePreferences } from '../preferences/index.ts'
import { EMOJI_GROUPS } from './data.ts'
import './emoji.css'

interface Entry {
  emoji: string
  name: string
}

const GROUPS: readonly { id: (typeof EMOJI_GROUPS)[number][0]; label: MessageKey; entries: readonly Entry[] }[] = EMOJI_GROUPS.map(([id, list]) => ({
  id,
  label: `emoji.${id}`,
  entries: list.split(';').map(entry => {
    const space = entry.indexOf(' ')
    return { emoji: entry.slice(0, space), name: entry.slice(space + 1) }
  }),
}))

const RECENT_MAX = 24
const SHOWN_MAX = 120

/** The picker: search, what was used last, groups. */
export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation()
  const { recentEmoji } = usePreferences()
  const [query, setQuery] = useState('')
  const wanted = useDeferredValue(query.trim().toLowerCase())
  const grid = useRef<HTMLDivElement>(null)
  const found = useMemo(() => {
    if (wanted === '') return undefined
    const words = wanted.split(/\s+/)
    return GROUPS.flatMap(group => group.entries)
      .filter(entry => words.every(word => entry.name.includes(word)))
      .slice(0, SHOWN_MAX)
  }, [wanted])

  const pick = (emoji: string) => {
    changePreferences({ recentEmoji: [emoji, ...recentEmoji.filter(known => known !== emoji)].slice(0, RECENT_MAX) })
    onPick(emoji)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }
    const turned = document.documentElement.dir === 'rtl' && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')
    const step = (steps[event.key] ?? 0) * (turned ? -1 : 1)
    const all = [...(grid.current?.querySelectorAll<HTMLButtonElement>('button') ?? [])]
    const at = all.indexOf(document.activeElement as HTMLButtonElement)
    if (event.key === 'Enter' && at < 0 && all[0]) {
      event.preventDefault()
      all[0].click()
      return
    }
    if (step === 0 || (at < 0 && event.key !== 'ArrowDown')) return
    event.preventDefault()
    const next = all[at < 0 ? 0 : at + step]
    if (next) next.focus()
    else if (step < 0) grid.current?.parentElement?.querySelector('input')?.focus()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys move among the buttons inside
    <div className="emoji" onKeyDown={onKeyDown}>
      <input
        className="emoji__search"
        type="search"
        value={query}
        onChange={event => setQuery(event.currentTarget.value)}
        placeholder={t('emoji.search')}
        aria-label={t('emoji.search')}
        // biome-ignore lint/a11y/noAutofocus: the picker is opened to choose in it
        autoFocus
      />
      <div className="emoji__groups" ref={grid}>
        {found ? (
          found.length > 0 ? (
            <Grid entries={found} onPick={pick} />
          ) : (
            <p className="emoji__none">{t('emoji.none')}</p>
          )
        ) : (
          <>
            {recentEmoji.length > 0 ? (
              <Group label={t('emoji.recent')} entries={recentEmoji.map(emoji => ({ emoji, name: emoji }))} onPick={pick} />
            ) : null}
            {GROUPS.map(group => (
              <Group key={group.id} label={t(group.label)} entries={group.entries} onPick={pick} />
            ))}
          </>
        )}
      </div>
    </div>
  )
}

function Group({ label, entries, onPick }: { label: string; entries: readonly Entry[]; onPick: (emoji: string) => void }) {
  return (
    <section className="emoji__group">
      <h2 className="emoji__label">{label}</h2>
      <Grid entries={entries} onPick={onPick} />
    </section>
  )
}

function Grid({ entries, onPick }: { entries: readonly Entry[]; onPick: (emoji: string) => void }) {
  return (
    <div className="emoji__grid">
      {entries.map(entry => (
        <button
          key={entry.emoji}
          type="button"
          tabIndex={-1}
          className="emoji__one"
          aria-label={entry.name}
          title={entry.name}
          onClick={() => onPick(entry.emoji)}
        >
          {entry.emoji}
        </button>
      ))}
    </div>
  )
}
