import { useEffect } from 'react'
import type { UserId } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { showToast } from '../../ui/Toaster.tsx'
import { goBack, navigate } from '../navigation/index.ts'
import { useAttempt } from '../refusal/index.ts'
import { Handle, nameOf, useMe, useUser } from './names.tsx'
import { PresenceText } from './PresenceText.tsx'
import './people.css'
import { UserAvatar } from './UserAvatar.tsx'
import { usePresenceWatch } from './usePresenceWatch.ts'

/** One person, and how I stand to them. */
export function Profile({ id }: { id: UserId }) {
  const { t } = useTranslation()
  const client = useClient()
  const { commands } = client
  const me = useMe()
  const user = useUser(id)
  const state = useSource(client.contacts).find(contact => contact.user.id === id)?.state ?? 'none'
  const blocked = useSource(client.blocked).includes(id)
  const attempt = useAttempt('toast')
  usePresenceWatch(id === me ? [] : [id])
  useEffect(() => commands.loadUsers([id]), [commands, id])
  const name = nameOf(user, t)
  const run = (work: () => Promise<unknown>) => void attempt.run(work)
  const write = () => run(async () => navigate({ page: 'chats', conversation: await commands.openDirect(id) }))
  const block = () =>
    run(async () => {
      await commands.block(id)
      showToast({ text: t('people.blocked_toast', { name }), action: { label: t('undo'), perform: () => run(() => commands.unblock(id)) } })
    })
  return (
    <section className="pane page" aria-label={name}>
      <header className="page-header">
        <span className="page-header__back">
          <IconButton icon="back" label={t('back')} onClick={() => goBack({ page: 'people' })} />
        </span>
      </header>
      <div className="page-scroll">
        <div className="profile">
          <UserAvatar id={id} size={64} presence />
          <h2 className="profile__name">
            <bdi>{name}</bdi>
          </h2>
          {user?.handle ? (
            <p className="profile__handle">
              <Handle handle={user.handle} />
            </p>
          ) : null}
          <p className="profile__state">{id === me ? t('you') : <PresenceText id={id} />}</p>
          {user?.deleted ? null : (
            <div className="profile__deeds">
              <Button look="primary" icon="chat" onClick={write} disabled={blocked}>
                {t('people.write')}
              </Button>
              {id === me || blocked ? null : state === 'none' ? (
                <Button icon="userAdd" busy={attempt.busy} onClick={() => run(() => commands.requestContact(id))}>
                  {t('people.request')}
                </Button>
              ) : state === 'pending' ? (
                <Button icon="check" busy={attempt.busy} onClick={() => run(() => commands.acceptContact(id))}>
                  {t('people.accept_request')}
                </Button>
              ) : (
                <Button busy={attempt.busy} onClick={() => run(() => commands.removeContact(id))}>
                  {t(state === 'requested' ? 'people.take_back' : 'people.remove')}
                </Button>
              )}
              {id === me ? null : blocked ? (
                <Button icon="block" busy={attempt.busy} onClick={() => run(() => commands.unblock(id))}>
                  {t('people.unblock')}
                </Button>
              ) : (
                <Button look="danger" icon="block" busy={attempt.busy} onClick={block}>
                  {t('people.block')}
                </Button>
              )}
            </div>
          )}
          {blocked ? <p className="field__hint">{t('people.blocked_hint')}</p> : null}
        </div>
      </div>
    </section>
  )
}
