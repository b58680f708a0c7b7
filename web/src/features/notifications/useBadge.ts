import { useEffect } from 'react'
import { useClient, useSource } from '../../client/hooks.tsx'

/** Keeps the count of unread messages in the tab's title and on the app's icon. */
export function useBadge(name: string): void {
  const { unread } = useSource(useClient().totals)
  useEffect(() => {
    const shown = unread > 999 ? '999+' : String(unread)
    document.title = unread > 0 ? `(${shown}) ${name}` : name
    if ('setAppBadge' in navigator) void (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => undefined)
  }, [unread, name])
}
