import { useState } from 'react'
import type { ConversationId, ConversationView } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { TextArea, TextField } from '../../ui/Field.tsx'

import { conversationActions, useActionContext } from '../actions/index.ts'
import { ConversationAvatar, titleOf } from '../identity/index.ts'
import { goBack, Link, useRoute } from '../navigation/index.ts'
import { Handle, PresenceText, useUser } from '../people/index.ts'
import { may } from '../permission/index.ts'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'
import './details.css'
import { Keeping } from './Keeping.tsx'
import { Members } from './Members.tsx'
import { Pins } from './Pins.tsx'

/** What there is to know about the open conversation, beside it. */
export function DetailsPane({ id }: { id: ConversationId }) {
  const { t } = useTranslation()
  const conversation = useSource(useClient().conversation(id))
  const route = useRoute()
  const page = route.page === 'channels' ? 'channels' : 'chats'
  return (
    <aside className="details" aria-label={t('details.title')}>
      <header className="page-header">
        <IconButton icon="close" label={t('close')} onClick={() => goBack({ page, conversation: id })} />
        <h2 className="page-header__title">{t('details.title')}</h2>
      </header>
      {conversation ? <Body key={id} conversation={conversation} /> : null}
    </aside>
  )
}

function Body({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  const context = useActionContext(conversation)
  const leave = conversationActions().find(action => action.id === 'leave')
  const invites = conversationActions().find(action => action.id === 'invites')
  const quick = conversationActions().filter(action => ['mute', 'pin', 'archive'].includes(action.id) && action.enabled(context))
  return (
    <div className="details__scroll">
      <Who conversation={conversation} />
      {quick.length > 0 ? (
        <div className="details__quick">
          {quick.map(action => (
            <Button key={action.id} icon={action.icon} onClick={() => action.perform(context)}>
              {t(action.label(context))}
            </Button>
          ))}
        </div>
      ) : null}
      <Pins conversation={conversation} />
      {conversation.kind === 'direct' ? null : <Members conversation={conversation} />}
      <Keeping conversation={conversation} />
      <div className="details__end">
        {invites?.enabled(context) ? (
          <Button icon="link" onClick={() => invites.perform(context)}>
            {t('invites.title')}
          </Button>
        ) : null}
        {leave?.enabled(context) ? (
          <Button look="danger" icon="leave" onClick={() => leave.perform(context)}>
            {t(leave.label(context))}
          </Button>
        ) : null}
      </div>
    </div>
  )
}

function Who({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  const [editing, setEditing] = useState(false)
  const peer = useUser(conversation.peer ?? '')
  if (editing) return <Edit conversation={conversation} onDone={() => setEditing(false)} />
  return (
    <div className="details__who">
      <ConversationAvatar conversation={conversation} size={64} />
      <h3 className="details__name">
        <bdi>{titleOf(conversation, t)}</bdi>
      </h3>
      {peer?.handle && conversation.peer ? (
        <>
          <Link to={{ page: 'people', user: conversation.peer }} className="details__handle">
            <Handle handle={peer.handle} />
          </Link>
          {conversation.withSelf ? null : (
            <p className="details__state">
              <PresenceText id={conversation.peer} />
            </p>
          )}
        </>
      ) : conversation.kind !== 'direct' ? (
        <p className="details__state">{t('conversation.members', { count: conversation.memberCount })}</p>
      ) : null}
      {conversation.description ? (
        <p className="details__description" dir="auto">
          {conversation.description}
        </p>
      ) : null}
      {may(conversation, 'change_details') ? (
        <Button look="plain" icon="edit" onClick={() => setEditing(true)}>
          {t('details.edit')}
        </Button>
      ) : null}
    </div>
  )
}

function Edit({ conversation, onDone }: { conversation: ConversationView; onDone: () => void }) {
  const { t } = useTranslation()
  const { commands } = useClient()
  const attempt = useAttempt()
  const [title, setTitle] = useState(conversation.name)
  const [description, setDescription] = useState(conversation.description ?? '')
  const save = async () => {
    const change = {
      ...(title.trim() === conversation.name ? {} : { title: title.trim() }),
      ...(description.trim() === (conversation.description ?? '') ? {} : { description: description.trim() }),
    }
    if (Object.keys(change).length === 0 || (await attempt.run(() => commands.updateConversation(conversation.id, change)))) onDone()
  }
  return (
    <form
      className="details__edit"
      onSubmit={event => {
        event.preventDefault()
        void save()
      }}
    >
      <TextField label={t('create.name')} value={title} onChange={setTitle} maxLength={100} required />
      <TextArea label={t('create.description')} value={description} onChange={setDescription} maxLength={1000} rows={4} />
      <RefusalNotice refusal={attempt.problem} />
      <div className="details__answers">
        <Button onClick={onDone}>{t('cancel')}</Button>
        <Button look="primary" type="submit" busy={attempt.busy} disabled={title.trim() === ''}>
          {t('save')}
        </Button>
      </div>
    </form>
  )
}
