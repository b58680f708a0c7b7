import type { ComponentProps, ReactNode } from 'react'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'
import './button.css'
import { Tip } from './Tip.tsx'

type Look = 'primary' | 'quiet' | 'plain' | 'danger'

interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  look?: Look
  icon?: IconName
  /** Something is under way: the button keeps its width and takes no second press. */
  busy?: boolean
  wide?: boolean
  children: ReactNode
}

/** A button with words. */
export function Button({ look = 'quiet', icon, busy, wide, children, type = 'button', disabled, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`button button--${look}${wide ? ' button--wide' : ''}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {icon ? <Icon name={icon} size={18} /> : null}
      <span className="button__label">{children}</span>
    </button>
  )
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children' | 'aria-label'> {
  icon: IconName
  /** What it does: read aloud, and shown on hover. */
  label: string
  size?: 'small' | 'medium'
  pressed?: boolean
  look?: 'plain' | 'accent'
}

/** A button with an icon only. */
export function IconButton({ icon, label, size = 'medium', pressed, look = 'plain', type = 'button', ...rest }: IconButtonProps) {
  return (
    <Tip label={label}>
      <button {...rest} type={type} aria-label={label} aria-pressed={pressed} className={`icon-button icon-button--${size} icon-button--${look}`}>
        <Icon name={icon} size={size === 'small' ? 18 : 20} />
      </button>
    </Tip>
  )
}
