import { useClient, useSource } from '../../client/hooks.tsx'
import { type MessageKey, useTranslation } from '../../i18n/index.ts'
import { Icon } from '../../ui/Icon.tsx'
import type { IconName } from '../../ui/icons.ts'
import { Link, type Route, type SettingsSection, useRoute } from '../navigation/index.ts'
import { Handle, UserAvatar } from '../people/index.ts'
import './settings.css'

const SECTIONS: readonly { section: SettingsSection; label: MessageKey; icon: IconName }[] = [
  { section: 'profile', label: 'settings.profile', icon: 'people' },
  { section: 'devices', label: 'settings.devices', icon: 'device' },
  { section: 'privacy', label: 'settings.privacy', icon: 'lock' },
  { section: 'appearance', label: 'settings.appearance', icon: 'palette' },
  { section: 'notifications', label: 'settings.notifications', icon: 'bell' },
  { section: 'about', label: 'settings.about', icon: 'info' },
]

/** The sections of the settings. */
export function SettingsList() {
  const { t } = useTranslation()
  const account = useSource(useClient().account)
  const route = useRoute()
  const open = route.page === 'settings' ? (route.section ?? 'profile') : undefined
  return (
    <section className="list-pane" aria-label={t('nav.settings')}>
      <header className="list-header">
        <h1 className="list-header__title">{t('nav.settings')}</h1>
      </header>
      <nav className="list-scroll" aria-label={t('nav.settings')}>
        {account ? (
          <div className="settings-me">
            <UserAvatar id={account.user.id} size={40} />
            <span className="conversation__words">
              <bdi className="name settings-me__name">{account.user.display_name}</bdi>
              <span className="conversation__last">
                <Handle handle={account.user.handle} />
              </span>
            </span>
          </div>
        ) : null}
        {SECTIONS.map(({ section, label, icon }) => (
          <SectionLink key={section} to={{ page: 'settings', section }} icon={icon} label={t(label)} selected={section === open} />
        ))}
        {account?.role === 'admin' ? (
          <SectionLink to={{ page: 'admin', section: 'overview' }} icon="shield" label={t('nav.admin')} selected={false} />
        ) : null}
      </nav>
    </section>
  )
}

/** One line of a list of sections. */
export function SectionLink({ to, icon, label, selected }: { to: Route; icon: IconName; label: string; selected: boolean }) {
  return (
    <Link to={to} className={`section-link${selected ? ' section-link--selected' : ''}`} aria-current={selected ? 'page' : undefined}>
      <Icon name={icon} />
      {label}
    </Link>
  )
}
