import type { ReactNode } from 'react'
import { useClient, useSource } from '../client/hooks.tsx'
import { Link, type Route } from '../features/navigation/index.ts'
import { openOverlay } from '../features/overlays/index.ts'
import { UserAvatar, useMe } from '../features/people/index.ts'
import { useFormats } from '../i18n/format.ts'
import { useTranslation } from '../i18n/index.ts'
import { Icon } from '../ui/Icon.tsx'
import type { IconName } from '../ui/icons.ts'
import { Tip } from '../ui/Tip.tsx'

/** Where one can be: a column at the side, a row at the foot of a small screen. */
export function Rail({ route }: { route: Route }) {
  const { t } = useTranslation()
  const client = useClient()
  const totals = useSource(client.totals)
  const account = useSource(client.account)
  const me = useMe()
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      <Item
        to={{ page: 'chats' }}
        icon="chat"
        label={t('nav.chats')}
        selected={route.page === 'chats'}
        count={totals.unread}
        mention={totals.mentions > 0}
      />
      <Item to={{ page: 'channels' }} icon="channel" label={t('nav.channels')} selected={route.page === 'channels'} />
      <Item to={{ page: 'people' }} icon="people" label={t('nav.people')} selected={route.page === 'people'} count={totals.requests} />
      <Tip label={t('palette.title')} side="end">
        <button
          type="button"
          className="rail__item rail__item--wide-only"
          aria-label={t('palette.title')}
          onClick={() => openOverlay({ kind: 'palette' })}
        >
          <Icon name="search" size={22} />
        </button>
      </Tip>
      <span className="rail__space" />
      {account?.role === 'admin' ? (
        <Item to={{ page: 'admin' }} icon="shield" label={t('nav.admin')} selected={route.page === 'admin'} wideOnly />
      ) : null}
      <Item to={{ page: 'settings' }} label={t('nav.settings')} selected={route.page === 'settings'}>
        {me ? <UserAvatar id={me} size={28} /> : <Icon name="settings" size={22} />}
      </Item>
    </nav>
  )
}

interface ItemProps {
  to: Route
  label: string
  selected: boolean
  icon?: IconName
  children?: ReactNode
  count?: number
  mention?: boolean
  wideOnly?: boolean
}

function Item({ to, icon, label, selected, children, count = 0, mention, wideOnly }: ItemProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  return (
    <Tip label={label} side="end">
      <Link
        to={to}
        className={`rail__item${selected ? ' rail__item--selected' : ''}${wideOnly ? ' rail__item--wide-only' : ''}`}
        aria-current={selected ? 'page' : undefined}
        aria-label={count > 0 ? `${label}, ${t('list.unread_count', { count })}` : label}
      >
        {icon ? <Icon name={icon} size={22} /> : children}
        <span className="rail__label" aria-hidden="true">
          {label}
        </span>
        {count > 0 ? (
          <span className={`badge rail__badge${mention ? ' badge--mention' : ''}`} aria-hidden="true">
            {count > 99 ? '99+' : formats.number(count)}
          </span>
        ) : null}
      </Link>
    </Tip>
  )
}
