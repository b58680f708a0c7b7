import { useCallback, useState } from 'react'
import type { InviteTerms } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { EmptyState } from '../../ui/Surface.tsx'
import { InviteManager } from '../invites/index.ts'
import { navigate } from '../navigation/index.ts'
import { openCreate } from '../overlays/index.ts'
import { useMe } from '../people/index.ts'
import { useAttempt } from '../refusal/index.ts'
import './welcome.css'

/** What stands where a conversation would: for who is new here the first steps, for everybody else a quiet word. */
export function Welcome() {
  const { t } = useTranslation()
  const client = useClient()
  const session = useSource(client.session)
  const conversations = useSource(client.conversations)
  const account = useSource(client.account)
  const loaded = session.phase === 'logged_in' && session.loaded
  if (!loaded) return <section className="pane pane--empty" />
  const fresh = conversations.every(conversation => conversation.withSelf)
  return (
    <section className="pane pane--empty" aria-label={t('welcome.label')}>
      {fresh ? (
        account?.role === 'admin' ? (
          <ForAdmin name={account.user.display_name} />
        ) : (
          <ForMember name={account?.user.display_name ?? ''} />
        )
      ) : (
        <Quiet />
      )}
    </section>
  )
}

function Quiet() {
  const { t } = useTranslation()
  return (
    <div className="quiet">
      <span className="quiet__mark">
        <Mark size={48} />
      </span>
      <p>{t('welcome.quiet')}</p>
    </div>
  )
}

function useSelf() {
  const { commands } = useClient()
  const me = useMe()
  const attempt = useAttempt('toast')
  return () => void attempt.run(async () => navigate({ page: 'chats', conversation: await commands.openDirect(me) }))
}

function ForAdmin({ name }: { name: string }) {
  const { t } = useTranslation()
  const { commands } = useClient()
  const self = useSelf()
  const [inviting, setInviting] = useState(false)
  const list = useCallback(() => commands.adminListInvites(), [commands])
  return (
    <div className="welcome">
      <span className="quiet__mark">
        <Mark size={40} />
      </span>
      <h2 className="welcome__title">{t('welcome.admin_title', { name })}</h2>
      <p className="welcome__text">{t('welcome.admin_text')}</p>
      {inviting ? (
        <div className="welcome__invite">
          <InviteManager
            path="/register"
            list={list}
            create={(terms: InviteTerms) => commands.adminCreateInvite(terms)}
            revoke={invite => commands.adminRevokeInvite(invite)}
          />
        </div>
      ) : null}
      <div className="welcome__deeds">
        {inviting ? null : (
          <Button look="primary" icon="link" onClick={() => setInviting(true)}>
            {t('welcome.invite')}
          </Button>
        )}
        <Button icon="star" onClick={self}>
          {t('welcome.self')}
        </Button>
        <Button icon="group" onClick={() => openCreate('group')}>
          {t('create.group')}
        </Button>
      </div>
    </div>
  )
}

function ForMember({ name }: { name: string }) {
  const { t } = useTranslation()
  const self = useSelf()
  return (
    <EmptyState
      icon="chat"
      title={t('welcome.title', { name })}
      action={
        <>
          <Button look="primary" onClick={() => openCreate('direct')}>
            {t('create.direct')}
          </Button>
          <Button onClick={self}>{t('welcome.self')}</Button>
        </>
      }
    >
      {t('welcome.text')}
    </EmptyState>
  )
}
