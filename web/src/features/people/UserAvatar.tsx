import type { UserId } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { Avatar } from '../../ui/Avatar.tsx'
import { useUser } from './names.tsx'

/** The face of a user, with presence where that is wanted. */
export function UserAvatar({ id, size = 40, presence }: { id: UserId; size?: 20 | 28 | 32 | 40 | 64; presence?: boolean }) {
  const user = useUser(id)
  const state = useSource(useClient().presence(id))?.state
  const shown = presence && (state === 'online' || state === 'away') ? state : undefined
  return <Avatar id={id} name={user?.display_name ?? ''} size={size} presence={shown} />
}
