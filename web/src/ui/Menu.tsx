import { Menu as AriaMenu, MenuItem as AriaMenuItem, MenuSeparator as AriaMenuSeparator, MenuButton, MenuProvider } from '@ariakit/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'
import './menu.css'

interface MenuProps {
  /** The button that opens it; gets the wiring. */
  button: ReactElement
  label: string
  children: ReactNode
  side?: 'bottom-start' | 'bottom-end' | 'top-end' | 'top-start' | 'right-end'
  onOpenChange?: (open: boolean) => void
}

/** A list of things to do, hung on a button. */
export function Menu({ button, label, children, side = 'bottom-end', onOpenChange }: MenuProps) {
  return (
    <MenuProvider placement={side} {...(onOpenChange ? { setOpen: onOpenChange } : {})}>
      <MenuButton render={button} />
      <AriaMenu
        className="menu"
        gutter={4}
        overflowPadding={8}
        portal
        unmountOnHide
        aria-label={label}
        preserveTabOrder={false}
        preventBodyScroll={false}
      >
        {children}
      </AriaMenu>
    </MenuProvider>
  )
}

/** The same, at a point: for right click and long press. */
export function ContextMenu({
  at,
  label,
  onClose,
  children,
}: {
  at: { x: number; y: number }
  label: string
  onClose: () => void
  children: ReactNode
}) {
  return (
    <MenuProvider open setOpen={open => (open ? undefined : onClose())} placement="bottom-start">
      <AriaMenu
        className="menu"
        portal
        overflowPadding={8}
        gutter={2}
        aria-label={label}
        getAnchorRect={() => ({ x: at.x, y: at.y, width: 0, height: 0 })}
        preserveTabOrder={false}
        preventBodyScroll={false}
      >
        {children}
      </AriaMenu>
    </MenuProvider>
  )
}

interface MenuItemProps {
  icon?: IconName
  children: ReactNode
  onClick: () => void
  look?: 'plain' | 'danger'
  /** The shortcut, as people read it. */
  shortcut?: string | undefined
  disabled?: boolean
  /** Set for what is chosen or not. */
  checked?: boolean
}

export function MenuItem({ icon, children, onClick, look = 'plain', shortcut, disabled, checked }: MenuItemProps) {
  return (
    <AriaMenuItem
      className={`menu__item menu__item--${look}`}
      onClick={onClick}
      {...(disabled === undefined ? {} : { disabled })}
      {...(checked === undefined ? {} : { role: 'menuitemradio', 'aria-checked': checked })}
    >
      <span className="menu__icon">{checked ? <Icon name="check" size={18} /> : icon ? <Icon name={icon} size={18} /> : null}</span>
      <span className="menu__label">{children}</span>
      {shortcut ? <kbd className="menu__shortcut">{shortcut}</kbd> : null}
    </AriaMenuItem>
  )
}

export function MenuSeparator() {
  return <AriaMenuSeparator className="menu__separator" />
}
