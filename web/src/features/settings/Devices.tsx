import { useEffect } from 'react'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Section, SkeletonRows } from '../../ui/Surface.tsx'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'

/** Where I am logged in. Taking one out ends it within a second. */
export function Devices() {
  const { t } = useTranslation()
  const formats = useFormats()
  const client = useClient()
  const sessions = useSource(client.sessions)
  const attempt = useAttempt()
  const { run } = attempt
  useEffect(() => void run(() => client.commands.loadSessions()), [client, run])
  return (
    <Section title={t('devices.title')} hint={t('devices.hint')}>
      <RefusalNotice refusal={attempt.problem} />
      {sessions === undefined ? (
        <SkeletonRows rows={2} />
      ) : (
        <ul className="devices">
          {sessions.map(session => (
            <li key={session.device} className="device">
              <span className="device__icon">
                <Icon name="device" />
              </span>
              <span className="device__words">
                <bdi className="name">{session.name}</bdi>
                <span className="field__hint">
                  {session.current ? t('devices.this') : t('devices.seen', { when: formats.ago(session.last_seen_at) })}
                  {' · '}
                  {t('devices.since', { when: formats.date(session.created_at) })}
                </span>
              </span>
              {session.current ? null : (
                <Button look="danger" disabled={attempt.busy} onClick={() => void run(() => client.commands.revokeSession(session.device))}>
                  {t('devices.revoke')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
