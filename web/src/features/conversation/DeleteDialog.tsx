import type { ConversationView, MessageItem } from '../../client/contract.ts'
import { useCommands } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'

/** Deleting for everyone cannot be undone, so it is asked once. */
export default function DeleteDialog({ conversation, item, onClose }: { conversation: ConversationView; item: MessageItem; onClose: () => void }) {
  const { t } = useTranslation()
  const commands = useCommands()
  const attempt = useAttempt()
  const remove = async () => {
    const { seq } = item
    if (seq === undefined || (await attempt.run(() => commands.deleteMessage(conversation.id, seq)))) onClose()
  }
  return (
    <Dialog
      title={t('delete.title')}
      closeLabel={t('close')}
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="danger" busy={attempt.busy} onClick={() => void remove()}>
            {t('delete.confirm')}
          </Button>
        </>
      }
    >
      <p>{t('delete.text')}</p>
      <blockquote className="delete-quote" dir="auto">
        {item.text?.slice(0, 240)}
      </blockquote>
      <RefusalNotice refusal={attempt.problem} />
    </Dialog>
  )
}
