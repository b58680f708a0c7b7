import { useEffect, useRef } from 'react'
import { useOverlay } from '../overlays/index.ts'
import { useActionContext } from './action.ts'
import { appActions } from './app_actions.ts'
import { conversationActions } from './conversation_actions.ts'
import { isWriting, matches } from './shortcut.ts'

/** Makes the shortcuts work. Stands once, in the frame. */
export function useShortcuts(): void {
  const context = useActionContext()
  const overlay = useOverlay()
  const latest = useRef({ context, overlay })
  latest.current = { context, overlay }
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const { context: here, overlay: open } = latest.current
      if (open) return
      for (const action of [...appActions(), ...conversationActions()]) {
        if (!action.shortcut || !matches(action.shortcut, event) || !action.enabled(here)) continue
        if (action.shortcut.key !== undefined && isWriting(event.target)) continue
        event.preventDefault()
        action.perform(here)
        return
      }
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}
