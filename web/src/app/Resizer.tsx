import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { changePreferences, usePreferences } from '../features/preferences/index.ts'
import { useTranslation } from '../i18n/index.ts'

const MIN = 260
const MAX = 420
const STEP = 16

/** The edge of the list, which can be drawn. */
export function Resizer() {
  const { t } = useTranslation()
  const { listWidth } = usePreferences()
  const start = useRef<{ x: number; width: number } | undefined>(undefined)
  const turned = () => (document.documentElement.dir === 'rtl' ? -1 : 1)
  const set = (width: number) => changePreferences({ listWidth: Math.round(Math.min(MAX, Math.max(MIN, width))) })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    event.preventDefault()
    set(listWidth + (event.key === 'ArrowRight' ? STEP : -STEP) * turned())
  }
  const onPointerMove = (event: PointerEvent) => {
    if (start.current) set(start.current.width + (event.clientX - start.current.x) * turned())
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be drawn
    <div
      className="resizer"
      role="separator"
      aria-orientation="vertical"
      aria-label={t('nav.resize')}
      aria-valuenow={listWidth}
      aria-valuemin={MIN}
      aria-valuemax={MAX}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={event => {
        start.current = { x: event.clientX, width: listWidth }
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        start.current = undefined
      }}
      onDoubleClick={() => set(312)}
    />
  )
}
