import { useEffect, useState } from 'react'
import type { ConversationId, User, UserId } from '../../client/contract.ts'
import { useClient } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { closeOverlay, openOverlay } from '../overlays/index.ts'
import { PersonPicker } from '../people/index.ts'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'

/** Adds people to a group or channel. */
export default function AddMembers({ conversation }: { conversation: ConversationId }) {
  const { t } = useTranslation()
  const { commands } = useClient()
  const attempt = useAttempt()
  const [chosen, setChosen] = useState<readonly User[]>([])
  const [present, setPresent] = useState<ReadonlySet<UserId>>(new Set())
  useEffect(() => {
    commands.listMembers(conversation).then(
      page => setPresent(new Set(page.members.map(member => member.user.id))),
      () => undefined,
    )
  }, [commands, conversation])
  const add = () =>
    void attempt.run(async () => {
      for (const user of chosen) await commands.addMember(conversation, user.id)
      closeOverlay()
    })
  return (
    <Dialog
      title={t('members.add')}
      closeLabel={t('close')}
      focus="field"
      onClose={closeOverlay}
      actions={
        <>
          <Button icon="link" onClick={() => openOverlay({ kind: 'invites', conversation })}>
            {t('invites.instead')}
          </Button>
          <Button look="primary" disabled={chosen.length === 0} busy={attempt.busy} onClick={add}>
            {t('members.add_confirm', { count: chosen.length })}
          </Button>
        </>
      }
    >
      <PersonPicker label={t('create.members')} chosen={chosen} onChange={setChosen} exclude={present} autoFocus />
      <RefusalNotice refusal={attempt.problem} />
    </Dialog>
  )
}
