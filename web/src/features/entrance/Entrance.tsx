import { useEffect, useState } from 'react'
import type { SessionView } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { type MessageKey, useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Notice } from '../../ui/Surface.tsx'
import { useRoute } from '../navigation/index.ts'
import './entrance.css'
import { LanguagePicker } from './LanguagePicker.tsx'
import { LogIn } from './LogIn.tsx'
import { Register } from './Register.tsx'

const REASONS: Record<'revoked' | 'other_tab' | 'account_deleted', MessageKey> = {
  revoked: 'entrance.revoked',
  other_tab: 'entrance.other_tab',
  account_deleted: 'entrance.account_deleted',
}

/** The way in: log in, register, or be the first. */
export default function Entrance({ session }: { session: Extract<SessionView, { phase: 'logged_out' }> }) {
  const { t } = useTranslation()
  const client = useClient()
  const server = useSource(client.server)
  const route = useRoute()
  const invite = route.page === 'register' ? route.code : ''
  const [wish, setWish] = useState<'log_in' | 'register' | undefined>(invite ? 'register' : undefined)
  const [unreachable, setUnreachable] = useState(false)
  const ask = () => {
    setUnreachable(false)
    client.commands.loadServer().catch(() => setUnreachable(true))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(ask, [])
  const empty = server?.empty === true
  const registering = empty || wish === 'register'
  const mayRegister = server?.registration === 'open' || invite !== '' || server?.registration === 'invite'
  const name = server?.name ?? 'Parlor'
  return (
    <main className="entrance">
      <div className="entrance__card">
        <header className="entrance__head">
          <span className="entrance__mark">
            <Mark size={44} />
          </span>
          <h1 className="entrance__title">
            {empty ? t('entrance.first_title') : registering ? t('entrance.register_title', { name }) : t('entrance.title', { name })}
          </h1>
          <p className="entrance__text">
            {empty
              ? t('entrance.first_text')
              : registering
                ? t('entrance.register_text', { host: location.host })
                : t('entrance.text', { host: location.host })}
          </p>
        </header>
        {session.reason ? <Notice icon="info">{t(REASONS[session.reason])}</Notice> : null}
        {unreachable && !server ? (
          <Notice
            kind="danger"
            icon="warning"
            action={
              <Button look="plain" onClick={ask}>
                {t('try_again')}
              </Button>
            }
          >
            {t('entrance.unreachable')}
          </Notice>
        ) : null}
        {registering ? <Register first={empty} inviteOnly={server?.registration === 'invite' && !empty} invite={invite} /> : <LogIn />}
        {empty ? null : (
          <p className="entrance__other">
            {registering ? (
              <>
                {t('entrance.have_account')}{' '}
                <button type="button" onClick={() => setWish('log_in')}>
                  {t('account.log_in')}
                </button>
              </>
            ) : mayRegister ? (
              <>
                {t('entrance.no_account')}{' '}
                <button type="button" onClick={() => setWish('register')}>
                  {t('account.register')}
                </button>
              </>
            ) : server ? (
              t('entrance.closed')
            ) : null}
          </p>
        )}
      </div>
      <LanguagePicker />
    </main>
  )
}
