import { useClient, useSource } from '../../client/hooks.tsx'
import { useFormats } from '../../i18n/format.ts'
import { type MessageKey, useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Section } from '../../ui/Surface.tsx'
import { openOverlay } from '../overlays/index.ts'

const STATES: Record<string, MessageKey> = {
  idle: 'connection.idle',
  connecting: 'connection.connecting',
  connected: 'connection.connected',
  waiting: 'connection.waiting',
  offline: 'connection.offline_short',
  stopped: 'connection.stopped',
}

const TRANSPORTS: Record<string, MessageKey> = { websocket: 'transport.websocket', sse: 'transport.sse', poll: 'transport.poll' }

/** Which server this is, how it is reached, where things are kept. */
export function About() {
  const { t } = useTranslation()
  const formats = useFormats()
  const client = useClient()
  const server = useSource(client.server)
  const connection = useSource(client.connection)
  const storage = useSource(client.storage)
  const account = useSource(client.account)
  const transport = connection.transport ? TRANSPORTS[connection.transport] : undefined
  return (
    <>
      <div className="about">
        <span className="about__mark">
          <Mark size={40} />
        </span>
        <div>
          <h3 className="about__name">
            <bdi>{server?.name ?? 'Parlor'}</bdi>
          </h3>
          <p className="field__hint">Parlor {server?.version}</p>
        </div>
      </div>
      <Section title={t('about.facts')}>
        <dl className="facts">
          <dt>{t('about.address')}</dt>
          <dd dir="ltr">{location.host}</dd>
          <dt>{t('about.connection')}</dt>
          <dd>
            {t(STATES[connection.state] ?? 'connection.idle')}
            {transport && connection.state === 'connected' ? ` (${t(transport)})` : null}
          </dd>
          <dt>{t('about.storage')}</dt>
          <dd>{t(storage.kind === 'database' ? 'about.storage_database' : 'about.storage_memory')}</dd>
          {account ? (
            <>
              <dt>{t('about.member_since')}</dt>
              <dd>{formats.date(account.created_at)}</dd>
            </>
          ) : null}
        </dl>
      </Section>
      <Section title={t('help.title')}>
        <div>
          <Button icon="keyboard" onClick={() => openOverlay({ kind: 'help' })}>
            {t('about.shortcuts')}
          </Button>
        </div>
      </Section>
    </>
  )
}
