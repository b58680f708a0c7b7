import type { ConversationView } from '../../client/contract.ts'
import { useClient } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { IconButton } from '../../ui/Button.tsx'
import { Quote } from '../message/index.ts'
import { useMe } from '../people/index.ts'
import { clearWriting, type Writing, write } from './writing.ts'

/** What the message being written answers or changes, with the way out of it. */
export function WritingBar({ conversation, writing }: { conversation: ConversationView; writing: Writing }) {
  const { t } = useTranslation()
  const client = useClient()
  const me = useMe()
  if (writing.editing) {
    return (
      <div className="writing-bar">
        <p className="writing-bar__title">{t('composer.editing')}</p>
        <IconButton size="small" icon="close" label={t('cancel')} onClick={() => clearWriting(client, conversation.id)} />
      </div>
    )
  }
  if (!writing.reply) return null
  return (
    <div className="writing-bar">
      <Quote reply={writing.reply} me={me} />
      <IconButton size="small" icon="close" label={t('cancel')} onClick={() => write(client, conversation.id, { reply: undefined })} />
    </div>
  )
}
