import { type KeyboardEvent, useCallback, useMemo, useRef } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import type { ConversationView, MessageItem, Timeline, TimelineView } from '../../client/contract.ts'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'
import { Icon } from '../../ui/Icon.tsx'
import { SkeletonRows } from '../../ui/Surface.tsx'
import { wishFocus } from '../composer/index.ts'
import type { MessageHandlers } from '../message/index.ts'
import { may } from '../permission/index.ts'
import { Intro, TimelineRow } from './Rows.tsx'
import { layOut } from './rows.ts'
import './timeline.css'
import { useScroll } from './useScroll.ts'
import { useWindow } from './useWindow.ts'

interface TimelineListProps {
  timeline: Timeline
  view: TimelineView
  conversation: ConversationView
  handlers: MessageHandlers
  /** A key was pressed on a message. True when something was done with it. */
  onKey: (item: MessageItem, key: string, element: HTMLElement) => boolean
}

/** The list itself: one engine, two skins. */
export function TimelineList({ timeline, view, conversation, handlers, onKey }: TimelineListProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const { items, shift } = useWindow(view, conversation.kind)
  const rows = useMemo(() => layOut(items, view.unreadAfter), [items, view.unreadAfter])
  const { atEnd, flash, onScroll, onResize, toEnd } = useScroll(timeline, view, items, list, scroller)
  const skin = conversation.kind === 'channel' ? 'rows' : 'bubbles'
  const mayWrite = may(conversation, 'write')
  const newCount = atEnd ? 0 : conversation.unread

  const onKeyDown = useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      const article = (event.target as HTMLElement).closest<HTMLElement>('article')
      if (event.target !== article) {
        if (event.target === scroller.current && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
          const all = scroller.current.querySelectorAll<HTMLElement>('article')
          all[all.length - 1]?.focus()
          event.preventDefault()
        }
        return
      }
      if (!article || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'Escape') {
        wishFocus()
        event.preventDefault()
        return
      }
      if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
        moveFocus(article, event.key === 'ArrowUp' ? -1 : 1)
        event.preventDefault()
        return
      }
      const item = items.find(candidate => candidate.key === article.dataset.key)
      if (item?.type === 'message' && onKey(item, event.key, article)) event.preventDefault()
    },
    [items, onKey],
  )

  if (view.phase === 'loading' && items.length === 0) {
    return (
      <div className="timeline timeline--loading" aria-busy="true">
        <SkeletonRows rows={6} avatar={skin === 'rows'} />
      </div>
    )
  }
  return (
    <div className="timeline-frame">
      <div
        ref={scroller}
        className={`timeline timeline--${skin}`}
        role="log"
        aria-label={t('timeline.label')}
        aria-live={atEnd ? 'polite' : 'off'}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div className="timeline__space" />
        {rows.length === 0 && view.phase === 'ready' && !view.moreBefore ? (
          <div className="timeline__row timeline__row--end">
            <Intro conversation={conversation} />
          </div>
        ) : null}
        <Virtualizer key={view.generation} ref={list} shift={shift} onScroll={onScroll} onResize={onResize} bufferSize={600}>
          {rows.map((row, index) => (
            <div key={row.item.key} className={index === rows.length - 1 ? 'timeline__row timeline__row--end' : 'timeline__row'}>
              <TimelineRow
                {...row}
                intro={index === 0 && !view.moreBefore && view.phase === 'ready' ? conversation : undefined}
                flash={flash !== undefined && row.item.seq === flash}
                kind={conversation.kind}
                mayWrite={mayWrite}
                skin={skin}
                handlers={handlers}
              />
            </div>
          ))}
        </Virtualizer>
      </div>
      {view.loadingBefore ? <div className="timeline__progress" aria-hidden="true" /> : null}
      {atEnd && !view.moreAfter ? null : (
        <button type="button" className="to-newest" onClick={toEnd} aria-label={t('timeline.to_newest')}>
          {newCount > 0 ? <span className="to-newest__count">{formats.number(newCount)}</span> : null}
          <Icon name="down" size={18} />
        </button>
      )}
    </div>
  )
}

function moveFocus(from: HTMLElement, by: -1 | 1): void {
  const log = from.closest('[role="log"]')
  if (!log) return
  const all = [...log.querySelectorAll<HTMLElement>('article')]
  const next = all[all.indexOf(from) + by]
  if (next) {
    next.focus({ preventScroll: true })
    next.scrollIntoView({ block: 'nearest' })
  } else {
    log.scrollBy({ top: by * 200 })
  }
}
