import type { ComponentType } from 'react'
import { type MessageKey, useTranslation } from '../../i18n/index.ts'
import type { SettingsSection } from '../navigation/index.ts'
import { About } from './About.tsx'
import { Appearance } from './Appearance.tsx'
import { Devices } from './Devices.tsx'
import { Notifications } from './Notifications.tsx'
import { Page } from './Page.tsx'
import { Privacy } from './Privacy.tsx'
import { Profile } from './Profile.tsx'

const PAGES: Record<SettingsSection, { title: MessageKey; Body: ComponentType }> = {
  profile: { title: 'settings.profile', Body: Profile },
  devices: { title: 'settings.devices', Body: Devices },
  privacy: { title: 'settings.privacy', Body: Privacy },
  appearance: { title: 'settings.appearance', Body: Appearance },
  notifications: { title: 'settings.notifications', Body: Notifications },
  about: { title: 'settings.about', Body: About },
}

/** One section of the settings. */
export default function SettingsPage({ section }: { section: SettingsSection }) {
  const { t } = useTranslation()
  const { title, Body } = PAGES[section]
  return (
    <Page title={t(title)} back={{ page: 'settings' }}>
      <Body />
    </Page>
  )
}
