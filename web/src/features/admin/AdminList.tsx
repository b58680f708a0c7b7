import { type MessageKey, useTranslation } from '../../i18n/index.ts'
import type { IconName } from '../../ui/icons.ts'
import { type AdminSection, useRoute } from '../navigation/index.ts'
import { SectionLink } from '../settings/index.ts'

const SECTIONS: readonly { section: AdminSection; label: MessageKey; icon: IconName }[] = [
  { section: 'overview', label: 'admin.overview', icon: 'chart' },
  { section: 'users', label: 'admin.users', icon: 'people' },
  { section: 'invites', label: 'admin.invites', icon: 'link' },
]

/** The sections of the administration. */
export function AdminList() {
  const { t } = useTranslation()
  const route = useRoute()
  const open = route.page === 'admin' ? (route.section ?? 'overview') : undefined
  return (
    <section className="list-pane" aria-label={t('nav.admin')}>
      <header className="list-header">
        <h1 className="list-header__title">{t('nav.admin')}</h1>
      </header>
      <nav className="list-scroll" aria-label={t('nav.admin')}>
        {SECTIONS.map(({ section, label, icon }) => (
          <SectionLink key={section} to={{ page: 'admin', section }} icon={icon} label={t(label)} selected={section === open} />
        ))}
        <p className="admin-note">{t('admin.note')}</p>
      </nav>
    </section>
  )
}
