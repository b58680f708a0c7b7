/** Which of the app's own dialogs stands open. At most one; who opens it need not know who draws it. */
import { useSyncExternalStore } from 'react'
import type { ConversationId } from '../../client/contract.ts'

export type Overlay =
  | { kind: 'create'; what: 'direct' | 'group' | 'channel' }
  | { kind: 'palette' }
  | { kind: 'help' }
  | { kind: 'search'; within?: ConversationId | undefined }
  | { kind: 'add_members'; conversation: ConversationId }
  | { kind: 'invites'; conversation: ConversationId }

let current: Overlay | undefined
const listeners = new Set<() => void>()

export function openOverlay(overlay: Overlay): void {
  current = overlay
  for (const listener of listeners) listener()
}

export function closeOverlay(): void {
  current = undefined
  for (const listener of listeners) listener()
}

export function openCreate(what: 'direct' | 'group' | 'channel'): void {
  openOverlay({ kind: 'create', what })
}

export function openSearch(within?: ConversationId): void {
  openOverlay({ kind: 'search', within })
}

export function useOverlay(): Overlay | undefined {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}
