/** Who may do what in a conversation, as far as the screen needs it: what one may not do is not offered. The server decides. */
import type { ConversationView, Role } from '../../client/contract.ts'

export type Deed =
  | 'write'
  | 'delete_others'
  | 'pin'
  | 'change_details'
  | 'change_retention'
  | 'change_history'
  | 'invite'
  | 'remove_member'
  | 'manage_admins'
  | 'leave'

const RANK: Record<Role, number> = { member: 1, admin: 2, owner: 3 }

/** By kind, the rank that a deed needs; absent when nobody may. */
const NEEDED: Record<ConversationView['kind'], Partial<Record<Deed, number>>> = {
  direct: { write: 1, pin: 1, change_retention: 1 },
  group: {
    write: 1,
    pin: 1,
    leave: 1,
    delete_others: 2,
    change_details: 2,
    change_retention: 2,
    change_history: 2,
    invite: 2,
    remove_member: 2,
    manage_admins: 3,
  },
  channel: {
    write: 1,
    leave: 1,
    pin: 2,
    delete_others: 2,
    change_details: 2,
    change_retention: 2,
    invite: 2,
    remove_member: 2,
    manage_admins: 3,
  },
}

export function may(conversation: Pick<ConversationView, 'kind' | 'role'>, deed: Deed): boolean {
  const needed = NEEDED[conversation.kind][deed]
  return needed !== undefined && conversation.role !== undefined && RANK[conversation.role] >= needed
}
