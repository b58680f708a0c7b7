import type { UserId } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'

/** Whether somebody is there, in words; nothing when it may not be known. */
export function PresenceText({ id }: { id: UserId }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const presence = useSource(useClient().presence(id))
  switch (presence?.state) {
    case 'online':
      return t('presence.online')
    case 'away':
      return t('presence.away')
    case 'offline':
      return presence.last_active_at ? t('presence.last_active', { when: formats.ago(presence.last_active_at) }) : t('presence.offline')
    default:
      return null
  }
}
