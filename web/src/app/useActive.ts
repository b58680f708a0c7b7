import { useEffect } from 'react'
import { useCommands } from '../client/hooks.tsx'

const AWAY_AFTER_MS = 5 * 60_000

/** Tells whether the person looks at this tab: it has the focus, and something was touched lately. */
export function useActive(): void {
  const commands = useCommands()
  useEffect(() => {
    let told: boolean | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const tell = (active: boolean) => {
      if (active !== told) commands.setActive(active)
      told = active
    }
    const touched = () => {
      if (document.visibilityState !== 'visible' || !document.hasFocus()) {
        tell(false)
        return
      }
      tell(true)
      clearTimeout(timer)
      timer = setTimeout(() => tell(false), AWAY_AFTER_MS)
    }
    touched()
    const events = ['focus', 'blur', 'pointerdown', 'keydown'] as const
    for (const event of events) window.addEventListener(event, touched)
    document.addEventListener('visibilitychange', touched)
    return () => {
      clearTimeout(timer)
      for (const event of events) window.removeEventListener(event, touched)
      document.removeEventListener('visibilitychange', touched)
    }
  }, [commands])
}
