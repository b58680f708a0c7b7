import { type MessageKey, useTranslation } from '../../i18n/index.ts'
import type { AdminSection } from '../navigation/index.ts'
import { Page } from '../settings/index.ts'
import './admin.css'
import { Overview } from './Overview.tsx'
import { ServerInvites } from './ServerInvites.tsx'
import { Users } from './Users.tsx'

const TITLES: Record<AdminSection, MessageKey> = { overview: 'admin.overview', users: 'admin.users', invites: 'admin.invites' }

/** One section of the administration. */
export default function AdminPage({ section }: { section: AdminSection }) {
  const { t } = useTranslation()
  return (
    <Page title={t(TITLES[section])} back={{ page: 'admin' }}>
      {section === 'overview' ? <Overview /> : section === 'users' ? <Users /> : <ServerInvites />}
    </Page>
  )
}
