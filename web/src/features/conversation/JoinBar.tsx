import type { ConversationView } from '../../client/contract.ts'
import { useCommands } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { useAttempt } from '../refusal/index.ts'

/** Stands where the composer would, for who is not a member. */
export function JoinBar({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  const commands = useCommands()
  const attempt = useAttempt('toast')
  const open = conversation.kind === 'channel'
  return (
    <div className="join-bar">
      <p>{t(open ? 'conversation.read_only_channel' : 'conversation.no_member')}</p>
      {open ? (
        <Button look="primary" busy={attempt.busy} onClick={() => void attempt.run(() => commands.joinChannel(conversation.id))}>
          {t('channels.join')}
        </Button>
      ) : null}
    </div>
  )
}
