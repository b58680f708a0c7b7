import { useCallback } from 'react'
import type { ConversationId, InviteTerms } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { titleOf } from '../identity/index.ts'
import { closeOverlay } from '../overlays/index.ts'
import { InviteManager } from './InviteManager.tsx'

/** The invite links of one conversation. */
export default function ConversationInvites({ conversation: id }: { conversation: ConversationId }) {
  const { t } = useTranslation()
  const client = useClient()
  const conversation = useSource(client.conversation(id))
  const { commands } = client
  const list = useCallback(() => commands.listInvites(id), [commands, id])
  return (
    <Dialog title={t('invites.title')} closeLabel={t('close')} onClose={closeOverlay}>
      <p className="field__hint">{t('invites.about', { name: conversation ? titleOf(conversation, t) : '' })}</p>
      <InviteManager
        path="/join"
        list={list}
        create={(terms: InviteTerms) => commands.createInvite(id, terms)}
        revoke={invite => commands.revokeInvite(id, invite)}
      />
    </Dialog>
  )
}
