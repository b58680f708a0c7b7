import { useEffect } from 'react'
import { type Language, preferredLanguage, setLanguage } from '../i18n/index.ts'

/** Follows what is chosen, or what the browser asks for. */
export function useLanguage(chosen: Language | 'system'): void {
  useEffect(() => {
    void setLanguage(chosen === 'system' ? preferredLanguage(navigator.languages) : chosen)
  }, [chosen])
}
