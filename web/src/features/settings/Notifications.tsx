import { useState } from 'react'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Switch } from '../../ui/Field.tsx'
import { Notice, Section } from '../../ui/Surface.tsx'
import { notificationPermission, requestNotifications } from '../notifications/index.ts'
import { changePreferences, usePreferences } from '../preferences/index.ts'

/** What one is told while looking elsewhere. */
export function Notifications() {
  const { t } = useTranslation()
  const chosen = usePreferences()
  const [permission, setPermission] = useState(notificationPermission())
  const allow = () => void requestNotifications().then(() => setPermission(notificationPermission()))
  return (
    <Section title={t('settings.notifications')} hint={t('notifications.about')}>
      {permission === 'denied' || permission === 'missing' ? (
        <Notice icon="bellOff">{t(permission === 'denied' ? 'notifications.denied' : 'notifications.missing')}</Notice>
      ) : permission === 'default' ? (
        <Notice
          icon="bell"
          action={
            <Button look="primary" onClick={allow}>
              {t('notifications.allow')}
            </Button>
          }
        >
          {t('notifications.ask')}
        </Notice>
      ) : null}
      <Switch
        label={t('notifications.show')}
        checked={chosen.notifications && permission === 'granted'}
        disabled={permission !== 'granted'}
        onChange={notifications => changePreferences({ notifications })}
      />
      <Switch
        label={t('notifications.previews')}
        hint={t('notifications.previews_hint')}
        checked={chosen.notificationPreviews}
        disabled={permission !== 'granted' || !chosen.notifications}
        onChange={notificationPreviews => changePreferences({ notificationPreviews })}
      />
    </Section>
  )
}
