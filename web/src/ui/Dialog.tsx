import { Dialog as AriaDialog, DialogDismiss, DialogHeading } from '@ariakit/react/dialog'
import type { ReactNode } from 'react'
import './dialog.css'
import { Icon } from './Icon.tsx'

interface DialogProps {
  title: string
  /** The words on the button that closes. */
  closeLabel: string
  onClose: () => void
  children: ReactNode
  /** Stands below, to the end. */
  actions?: ReactNode
  size?: 'small' | 'medium' | 'large'
  hiddenTitle?: boolean
  /** Where the focus begins: in the field that has `data-autofocus`, or at the top of what is to be read. */
  focus?: 'field' | 'text'
}

/** Something that must be answered or put away first. Rendered only while it is open. */
export function Dialog({ title, closeLabel, onClose, children, actions, size = 'medium', hiddenTitle, focus = 'text' }: DialogProps) {
  return (
    <AriaDialog
      open
      onClose={onClose}
      className={`dialog dialog--${size}`}
      backdrop={<div className="dialog__backdrop" />}
      preventBodyScroll={false}
      unmountOnHide
    >
      <header className={hiddenTitle ? 'visually-hidden' : 'dialog__header'}>
        <DialogHeading className="dialog__title">{title}</DialogHeading>
        <DialogDismiss className="icon-button icon-button--medium" aria-label={closeLabel}>
          <Icon name="close" />
        </DialogDismiss>
      </header>
      <div className="dialog__body" tabIndex={-1} data-autofocus={focus === 'text' || undefined}>
        {children}
      </div>
      {actions ? <footer className="dialog__actions">{actions}</footer> : null}
    </AriaDialog>
  )
}
