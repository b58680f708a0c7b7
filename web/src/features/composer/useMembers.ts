import { useEffect, useState } from 'react'
import type { ConversationView, User } from '../../client/contract.ts'
import { useClient } from '../../client/hooks.tsx'

const PAGES_MAX = 3
const held = new Map<string, readonly User[]>()

/** The members of a conversation, once they are wanted; from the last time until they have come. */
export function useMembers(conversation: ConversationView, wanted: boolean): readonly User[] {
  const { commands } = useClient()
  const [members, setMembers] = useState<readonly User[]>(held.get(conversation.id) ?? [])
  const { id, memberCount } = conversation
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for anew when their number changes
  useEffect(() => {
    if (!wanted) return
    let gone = false
    const load = async () => {
      const users: User[] = []
      let after: string | undefined
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const answer = await commands.listMembers(id, after)
        users.push(...answer.members.map(member => member.user))
        after = answer.next
        if (after === undefined) break
      }
      held.set(id, users)
      if (!gone) setMembers(users)
    }
    load().catch(() => undefined)
    return () => {
      gone = true
    }
  }, [commands, id, memberCount, wanted])
  return members
}
