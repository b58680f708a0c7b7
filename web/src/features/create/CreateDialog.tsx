import { useState } from 'react'
import type { HistoryVisibility, User } from '../../client/contract.ts'
import { useClient } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Switch, TextArea, TextField } from '../../ui/Field.tsx'
import { navigate } from '../navigation/index.ts'
import { closeOverlay } from '../overlays/index.ts'
import { PersonPicker, useMe } from '../people/index.ts'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'

/** A new direct conversation, group or channel. */
export default function CreateDialog({ what }: { what: 'direct' | 'group' | 'channel' }) {
  return what === 'direct' ? <Direct /> : <Shared kind={what} />
}

function Direct() {
  const { t } = useTranslation()
  const { commands } = useClient()
  const me = useMe()
  const attempt = useAttempt()
  const open = (id: string) =>
    void attempt.run(async () => {
      const conversation = await commands.openDirect(id)
      closeOverlay()
      navigate({ page: 'chats', conversation })
    })
  return (
    <Dialog title={t('create.direct')} closeLabel={t('close')} focus="field" onClose={closeOverlay}>
      <PersonPicker label={t('create.with')} chosen={[]} onChange={() => undefined} onPick={user => open(user.id)} autoFocus />
      <Button look="plain" icon="star" onClick={() => open(me)}>
        {t('create.self')}
      </Button>
      <RefusalNotice refusal={attempt.problem} />
    </Dialog>
  )
}

function Shared({ kind }: { kind: 'group' | 'channel' }) {
  const { t } = useTranslation()
  const { commands } = useClient()
  const me = useMe()
  const attempt = useAttempt()
  const [title, setTitle] = useState('')
  const [description, setDescription] = useState('')
  const [members, setMembers] = useState<readonly User[]>([])
  const [history, setHistory] = useState<HistoryVisibility>('since_joined')
  const create = () =>
    void attempt.run(async () => {
      const id = await commands.createConversation({
        kind,
        title: title.trim(),
        ...(description.trim() ? { description: description.trim() } : {}),
        members: members.map(user => user.id),
        ...(kind === 'group' ? { history } : {}),
      })
      closeOverlay()
      navigate({ page: 'chats', conversation: id })
    })
  const ready = title.trim() !== ''
  return (
    <Dialog
      title={t(kind === 'group' ? 'create.group' : 'create.channel')}
      closeLabel={t('close')}
      focus="field"
      onClose={closeOverlay}
      actions={
        <>
          <Button onClick={closeOverlay}>{t('cancel')}</Button>
          <Button look="primary" disabled={!ready} busy={attempt.busy} onClick={create}>
            {t('create.confirm')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('create.name')}
        value={title}
        onChange={setTitle}
        maxLength={100}
        data-autofocus
        onKeyDown={event => {
          if (event.key === 'Enter' && ready && !event.nativeEvent.isComposing) create()
        }}
      />
      <TextArea label={t('create.description')} hint={t('optional')} value={description} onChange={setDescription} maxLength={1000} rows={2} />
      {kind === 'group' ? (
        <>
          <PersonPicker label={t('create.members')} chosen={members} onChange={setMembers} exclude={new Set([me])} />
          <Switch
            label={t('history.switch')}
            hint={t('history.switch_hint')}
            checked={history === 'all'}
            onChange={on => setHistory(on ? 'all' : 'since_joined')}
          />
        </>
      ) : (
        <p className="field__hint">{t('create.channel_hint')}</p>
      )}
      <RefusalNotice refusal={attempt.problem} />
    </Dialog>
  )
}
