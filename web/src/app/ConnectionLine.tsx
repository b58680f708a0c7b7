import { useEffect, useState } from 'react'
import type { ConnectionView } from '../client/contract.ts'
import { useClient, useSource } from '../client/hooks.tsx'
import { describeRefusal } from '../features/refusal/index.ts'
import { type Translation, useTranslation } from '../i18n/index.ts'

const QUIET_MS = 2000

/** A slim line that says when one is not connected: after two seconds, never before. */
export function ConnectionLine() {
  const { t } = useTranslation()
  const client = useClient()
  const connection = useSource(client.connection)
  const storage = useSource(client.storage)
  const away = connection.state !== 'connected' && connection.state !== 'idle'
  const late = useLate(away)
  if (!away && storage.kind === 'memory') {
    return (
      <output className="connection-line">
        <span>{t(`storage.${storage.reason}`)}</span>
      </output>
    )
  }
  if (!away || !late) return null
  return (
    <output className={`connection-line${connection.state === 'stopped' ? ' connection-line--stopped' : ''}`}>
      <span>{words(connection, t)}</span>
      {connection.state === 'waiting' ? (
        <button type="button" onClick={() => client.commands.reconnect()}>
          {t('connection.now')}
        </button>
      ) : null}
      {connection.state === 'stopped' ? (
        <button type="button" onClick={() => location.reload()}>
          {t('connection.reload')}
        </button>
      ) : null}
    </output>
  )
}

function words(connection: ConnectionView, t: Translation['t']): string {
  switch (connection.state) {
    case 'offline':
      return t('connection.offline')
    case 'stopped':
      return connection.problem ? describeRefusal(connection.problem, t) : t('connection.stopped')
    case 'waiting':
      return t('connection.unreachable')
    default:
      return t('connection.connecting')
  }
}

/** True once something has lasted two seconds without a break. */
function useLate(on: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!on) {
      setLate(false)
      return
    }
    const timer = setTimeout(() => setLate(true), QUIET_MS)
    return () => clearTimeout(timer)
  }, [on])
  return late
}
