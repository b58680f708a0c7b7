import { useEffect } from 'react'
import type { UserId } from '../../client/contract.ts'
import { useCommands } from '../../client/hooks.tsx'

const wanted = new Map<symbol, readonly UserId[]>()
let scheduled = false

/** Keeps the presence of these users current while the component stands. All wishes of the page go out as one, once per turn. */
export function usePresenceWatch(users: readonly UserId[]): void {
  const commands = useCommands()
  const key = users.join(',')
  useEffect(() => {
    const own = Symbol('watch')
    const tell = () => {
      if (scheduled) return
      scheduled = true
      setTimeout(() => {
        scheduled = false
        commands.watchPresence([...new Set([...wanted.values()].flat())].slice(0, 500))
      }, 250)
    }
    wanted.set(own, key ? key.split(',') : [])
    tell()
    return () => {
      wanted.delete(own)
      tell()
    }
  }, [commands, key])
}
