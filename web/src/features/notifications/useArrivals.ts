import { useEffect, useSyncExternalStore } from 'react'
import type { Arrival } from '../../client/contract.ts'
import { useClient } from '../../client/hooks.tsx'
import { translation } from '../../i18n/index.ts'
import { navigate } from '../navigation/index.ts'
import { preferences } from '../preferences/index.ts'
import { notificationPermission } from './permission.ts'

let arrived = false
const listeners = new Set<() => void>()

/** True once somebody else wrote while this page was open: the moment to ask for the permission to notify. */
export function useHasArrived(): boolean {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => arrived,
  )
}

const TEXT_MAX = 200

/** Shows a notification for what comes while one looks elsewhere. Stands once, in the frame. */
export function useArrivals(): void {
  const client = useClient()
  useEffect(
    () =>
      client.onArrival(arrival => {
        if (!arrived) {
          arrived = true
          for (const listener of listeners) listener()
        }
        if (notificationPermission() === 'granted' && preferences().notifications) notify(arrival)
      }),
    [client],
  )
}

function notify(arrival: Arrival): void {
  const { t } = translation()
  const shown = preferences().notificationPreviews
  const sender = arrival.sender?.display_name
  const title = !shown ? t('notifications.new') : sender && sender !== arrival.name ? `${sender} (${arrival.name})` : arrival.name
  try {
    const notification = new Notification(title, {
      // One per conversation: the newest takes the place of the one before.
      tag: `conversation.${arrival.conversation}`,
      icon: '/icons/icon-192.png',
      ...(shown ? { body: arrival.text.slice(0, TEXT_MAX) } : {}),
    })
    notification.onclick = () => {
      window.focus()
      navigate({ page: 'chats', conversation: arrival.conversation, seq: arrival.seq })
      notification.close()
    }
  } catch {
    // Some phones have notifications only through a service worker; the badge still tells.
  }
}
