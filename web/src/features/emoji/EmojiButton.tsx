import { useState } from 'react'
import { useTranslation } from '../../i18n/index.ts'
import { IconButton } from '../../ui/Button.tsx'
import { EmojiPopover } from './EmojiPopover.tsx'

/** Puts an emoji into a text. */
export function EmojiButton({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation()
  const [at, setAt] = useState<{ x: number; y: number } | undefined>()
  return (
    <>
      <IconButton
        icon="smile"
        label={t('emoji.title')}
        aria-expanded={at !== undefined}
        onClick={event => {
          const box = event.currentTarget.getBoundingClientRect()
          setAt({ x: box.left, y: box.top - 6 })
        }}
      />
      {at ? <EmojiPopover at={at} onPick={onPick} onClose={() => setAt(undefined)} /> : null}
    </>
  )
}
