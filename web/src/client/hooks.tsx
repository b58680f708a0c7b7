/** How a component reads the client: one context, one hook per need. */

import { createContext, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Client, Commands, Source, User, UserId } from './contract.ts'

const ClientContext = createContext<Client | undefined>(undefined)

export const ClientProvider = ClientContext.Provider

export function useClient(): Client {
  const client = useContext(ClientContext)
  if (client === undefined) throw new Error('a component that needs the client stands outside of ClientProvider')
  return client
}

export function useCommands(): Commands {
  return useClient().commands
}

/** The present value of a source; renders again when it changes. */
export function useSource<T>(source: Source<T>): T {
  return useSyncExternalStore(source.subscribe, source.get)
}

const NOTHING: Source<undefined> = { get: () => undefined, subscribe: () => () => undefined }

/** The same for something that may not be there. */
export function useMaybe<T>(source: Source<T> | undefined): T | undefined {
  return useSource<T | undefined>(source ?? NOTHING)
}

/** Several users at once; those not known yet are asked for and left out. */
export function useUsers(ids: readonly UserId[]): ReadonlyMap<UserId, User> {
  const client = useClient()
  const key = ids.join(',')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that the ids say
  const source = useMemo(() => {
    const sources = ids.map(id => client.user(id))
    let held: readonly (User | undefined)[] = []
    let value: ReadonlyMap<UserId, User> = new Map()
    return {
      get: () => {
        const now = sources.map(one => one.get())
        if (now.length !== held.length || now.some((user, index) => user !== held[index])) {
          held = now
          value = new Map(now.flatMap(user => (user ? [[user.id, user] as const] : [])))
        }
        return value
      },
      subscribe: (listener: () => void) => {
        const ends = sources.map(one => one.subscribe(listener))
        return () => {
          for (const end of ends) end()
        }
      },
    }
  }, [client, key])
  const users = useSource(source)
  const missing = ids.filter(id => !users.has(id)).join(',')
  useEffect(() => {
    if (missing) client.commands.loadUsers(missing.split(','))
  }, [client, missing])
  return users
}
