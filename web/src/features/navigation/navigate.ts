/** The one place that touches the browser's history. */
import { useSyncExternalStore } from 'react'
import { addressOf, parseRoute, type Route } from './route.ts'

let current: Route = parseRoute(location.pathname, location.hash)
const listeners = new Set<() => void>()

function read(): void {
  current = parseRoute(location.pathname, location.hash)
  for (const listener of listeners) listener()
}

window.addEventListener('popstate', read)

/** How many of our own entries lie behind the present one. */
function depth(): number {
  const state: unknown = history.state
  return typeof state === 'object' && state !== null && 'depth' in state && typeof state.depth === 'number' ? state.depth : 0
}

/** Goes somewhere. The same address twice makes no second entry. */
export function navigate(route: Route, options: { replace?: boolean } = {}): void {
  const address = addressOf(route)
  if (address === location.pathname + location.hash) {
    read()
    return
  }
  if (options.replace) history.replaceState({ depth: depth() }, '', address)
  else history.pushState({ depth: depth() + 1 }, '', address)
  read()
}

/** One step back where that stays within the app, else to the given place. */
export function goBack(otherwise: Route): void {
  if (depth() > 0) history.back()
  else navigate(otherwise, { replace: true })
}

export function currentRoute(): Route {
  return current
}

export function useRoute(): Route {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}
