import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { changePreferences, usePreferences } from '../preferences/index.ts'
import './notifications.css'
import { notificationPermission, requestNotifications } from './permission.ts'
import { useHasArrived } from './useArrivals.ts'

/** Asks for the permission to notify, with the reason, after somebody else wrote for the first time. Once. */
export function NotificationAsk() {
  const { t } = useTranslation()
  const { notificationsAsked } = usePreferences()
  const arrived = useHasArrived()
  if (!arrived || notificationsAsked || notificationPermission() !== 'default') return null
  const done = () => changePreferences({ notificationsAsked: true })
  return (
    <aside className="ask" aria-label={t('settings.notifications')}>
      <p>{t('notifications.ask')}</p>
      <div className="ask__answers">
        <Button look="primary" onClick={() => void requestNotifications().then(done)}>
          {t('notifications.allow')}
        </Button>
        <Button look="plain" onClick={done}>
          {t('invites.not_now')}
        </Button>
      </div>
    </aside>
  )
}
