import { useCallback } from 'react'
import type { InviteTerms } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Notice, Section } from '../../ui/Surface.tsx'
import { InviteManager } from '../invites/index.ts'

/** The invites to the server. */
export function ServerInvites() {
  const { t } = useTranslation()
  const client = useClient()
  const { commands } = client
  const server = useSource(client.server)
  const list = useCallback(() => commands.adminListInvites(), [commands])
  return (
    <Section title={t('admin.invites')} hint={t('admin.invites_hint')}>
      {server?.registration === 'closed' ? <Notice icon="info">{t('admin.invites_closed')}</Notice> : null}
      <InviteManager
        path="/register"
        list={list}
        create={(terms: InviteTerms) => commands.adminCreateInvite(terms)}
        revoke={invite => commands.adminRevokeInvite(invite)}
      />
    </Section>
  )
}
