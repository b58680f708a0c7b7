/** Leaving can be undone for a moment: it is told to the server when that moment is over. Meanwhile the conversation is out of sight. */
import { useSyncExternalStore } from 'react'
import type { ConversationId } from '../../client/contract.ts'
import { showToast } from '../../ui/Toaster.tsx'
import { titleOf } from '../identity/index.ts'
import { conversationOf, currentRoute, navigate } from '../navigation/index.ts'
import { describeRefusal } from '../refusal/index.ts'
import type { ActionContext } from './action.ts'

let leaving: ReadonlySet<ConversationId> = new Set()
const waiting = new Map<ConversationId, () => void>()
const listeners = new Set<() => void>()

function mark(id: ConversationId, on: boolean): void {
  const next = new Set(leaving)
  if (on) next.add(id)
  else next.delete(id)
  leaving = next
  for (const listener of listeners) listener()
}

// Whoever closes the page has made up their mind.
window.addEventListener('pagehide', () => {
  for (const go of waiting.values()) go()
})

export function useLeaving(): ReadonlySet<ConversationId> {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => leaving,
  )
}

export function leaveLater({ client, conversation, t }: ActionContext): void {
  if (!conversation || waiting.has(conversation.id)) return
  const { id } = conversation
  if (conversation.role === 'owner' && conversation.memberCount > 1) {
    showToast({ text: t('action.owner_leaves') })
    navigate({ page: 'chats', conversation: id, details: true })
    return
  }
  const go = () => {
    if (!waiting.delete(id)) return
    client.commands
      .leave(id)
      .catch(refusal => showToast({ kind: 'error', text: describeRefusal(refusal, t) }))
      .finally(() => mark(id, false))
  }
  waiting.set(id, go)
  mark(id, true)
  const route = currentRoute()
  if (conversationOf(route) === id) navigate({ page: route.page === 'channels' ? 'channels' : 'chats' }, { replace: true })
  showToast({
    text: t('action.left', { name: titleOf(conversation, t) }),
    action: {
      label: t('undo'),
      perform: () => {
        waiting.delete(id)
        mark(id, false)
        navigate({ page: 'chats', conversation: id })
      },
    },
    onExpire: go,
  })
}
