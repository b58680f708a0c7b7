import type { ReactNode } from 'react'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'
import './surface.css'

/** What stands where nothing is yet: says what will be here, and the one next step. */
export function EmptyState({ icon, title, children, action }: { icon?: IconName; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      {icon ? (
        <span className="empty__icon">
          <Icon name={icon} size={28} />
        </span>
      ) : null}
      <h3 className="empty__title">{title}</h3>
      {children ? <p className="empty__text">{children}</p> : null}
      {action ? <div className="empty__action">{action}</div> : null}
    </div>
  )
}

/** Something that went wrong or wants to be known, in the flow of the page. */
export function Notice({
  kind = 'plain',
  icon,
  children,
  action,
}: {
  kind?: 'plain' | 'danger' | 'mention'
  icon?: IconName
  children: ReactNode
  action?: ReactNode
}) {
  return (
    <div className={`notice notice--${kind}`} role={kind === 'danger' ? 'alert' : undefined}>
      {icon ? <Icon name={icon} size={18} /> : null}
      <div className="notice__text">{children}</div>
      {action}
    </div>
  )
}

/** The shape of rows to come. Appears after 200 ms, so that what is quick never flickers. */
export function SkeletonRows({ rows, avatar = true }: { rows: number; avatar?: boolean }) {
  return (
    <div className="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <div className="skeleton__row" key={row}>
          {avatar ? <span className="skeleton__avatar" /> : null}
          <span className="skeleton__lines">
            <span className={`skeleton__line skeleton__line--${(row * 3) % 4}`} />
            <span className={`skeleton__line skeleton__line--${(row * 5 + 2) % 4} skeleton__line--thin`} />
          </span>
        </div>
      ))}
    </div>
  )
}

/** A group of settings with a heading. */
export function Section({ title, children, hint, action }: { title: string; children: ReactNode; hint?: ReactNode; action?: ReactNode }) {
  return (
    <section className="section">
      <header className="section__header">
        <h3 className="section__title">{title}</h3>
        {action}
      </header>
      {hint ? <p className="section__hint">{hint}</p> : null}
      {children}
    </section>
  )
}
