import type { ComponentProps, MouseEvent } from 'react'
import { navigate } from './navigate.ts'
import { addressOf, type Route } from './route.ts'

/** A real link (it can be opened in a new tab), which the app follows by itself. */
export function Link({ to, replace, onClick, ...rest }: { to: Route; replace?: boolean } & Omit<ComponentProps<'a'>, 'href'>) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    navigate(to, replace ? { replace } : {})
  }
  return <a {...rest} href={addressOf(to)} onClick={follow} />
}
