import { Popover, PopoverProvider } from '@ariakit/react/popover'
import { lazy, Suspense } from 'react'
import { useTranslation } from '../../i18n/index.ts'
import { changePreferences, usePreferences } from '../preferences/index.ts'
import './emoji.css'

const EmojiPicker = lazy(() => import('./EmojiPicker.tsx'))

const QUICK = ['👍', '❤️', '😂', '🎉', '😮', '😢']

interface EmojiPopoverProps {
  at: { x: number; y: number }
  onPick: (emoji: string) => void
  onClose: () => void
  /** The six that are one press away, on top. */
  quick?: boolean
}

/** The picker at a point of the screen. */
export function EmojiPopover({ at, onPick, onClose, quick }: EmojiPopoverProps) {
  const { t } = useTranslation()
  const { recentEmoji } = usePreferences()
  const pick = (emoji: string) => {
    onPick(emoji)
    onClose()
  }
  const first = [...new Set([...recentEmoji.slice(0, 3), ...QUICK])].slice(0, 7)
  return (
    <PopoverProvider open setOpen={open => (open ? undefined : onClose())} placement="bottom-start">
      <Popover
        className="emoji-popover"
        portal
        preserveTabOrder={false}
        gutter={6}
        overflowPadding={8}
        aria-label={t('emoji.title')}
        getAnchorRect={() => ({ x: at.x, y: at.y, width: 0, height: 0 })}
      >
        {quick ? (
          <div className="emoji-quick">
            {first.map(emoji => (
              <button
                key={emoji}
                type="button"
                className="emoji__one"
                onClick={() => {
                  changePreferences({ recentEmoji: [emoji, ...recentEmoji.filter(known => known !== emoji)].slice(0, 24) })
                  pick(emoji)
                }}
              >
                {emoji}
              </button>
            ))}
          </div>
        ) : null}
        <Suspense fallback={<div className="emoji" />}>
          <EmojiPicker onPick={pick} />
        </Suspense>
      </Popover>
    </PopoverProvider>
  )
}
