import { useEffect } from 'react'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Switch } from '../../ui/Field.tsx'
import { Section } from '../../ui/Surface.tsx'
import { UserAvatar, UserName } from '../people/index.ts'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'

/** What others learn of me, and who learns nothing. */
export function Privacy() {
  const { t } = useTranslation()
  const client = useClient()
  const { commands } = client
  const account = useSource(client.account)
  const blocked = useSource(client.blocked)
  const attempt = useAttempt()
  useEffect(() => commands.loadUsers(blocked), [commands, blocked])
  if (!account) return null
  return (
    <>
      <Section title={t('privacy.shared')}>
        <Switch
          label={t('privacy.presence')}
          hint={t('privacy.presence_hint')}
          checked={account.share_presence}
          disabled={attempt.busy}
          onChange={sharePresence => void attempt.run(() => commands.updateAccount({ sharePresence }))}
        />
        <Switch
          label={t('privacy.receipts')}
          hint={t('privacy.receipts_hint')}
          checked={account.send_read_receipts}
          disabled={attempt.busy}
          onChange={sendReadReceipts => void attempt.run(() => commands.updateAccount({ sendReadReceipts }))}
        />
        <RefusalNotice refusal={attempt.problem} />
      </Section>
      <Section title={t('privacy.blocked')} hint={t(blocked.length === 0 ? 'privacy.nobody_blocked' : 'privacy.blocked_hint')}>
        <ul className="devices">
          {blocked.map(id => (
            <li key={id} className="device">
              <UserAvatar id={id} size={32} />
              <span className="device__words">
                <UserName id={id} />
              </span>
              <Button disabled={attempt.busy} onClick={() => void attempt.run(() => commands.unblock(id))}>
                {t('people.unblock')}
              </Button>
            </li>
          ))}
        </ul>
      </Section>
    </>
  )
}
