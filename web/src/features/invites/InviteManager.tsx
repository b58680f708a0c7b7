import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import type { Invite, InviteTerms } from '../../client/contract.ts'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { Select } from '../../ui/Field.tsx'
import { showToast } from '../../ui/Toaster.tsx'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'
import './invites.css'

const QrCode = lazy(() => import('./QrCode.tsx'))

const DAY_SECONDS = 86_400
const LIFETIMES = ['1', '7', '30', 'never'] as const
const USES = ['1', '5', '25', 'any'] as const

interface InviteManagerProps {
  /** The page that the link opens; the code follows in the fragment. */
  path: '/join' | '/register'
  list: () => Promise<readonly Invite[]>
  create: (terms: InviteTerms) => Promise<Invite>
  revoke: (id: string) => Promise<void>
}

/** Makes, shows and takes back invite links, for a conversation or for the server. */
export function InviteManager({ path, list, create, revoke }: InviteManagerProps) {
  const { t } = useTranslation()
  const [invites, setInvites] = useState<readonly Invite[]>([])
  const [fresh, setFresh] = useState<Invite | undefined>()
  const [lifetime, setLifetime] = useState<(typeof LIFETIMES)[number]>('7')
  const [uses, setUses] = useState<(typeof USES)[number]>('any')
  const attempt = useAttempt()
  const load = useCallback(async () => setInvites(await list()), [list])
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(() => void attempt.run(load), [])
  const make = () =>
    attempt.run(async () => {
      const invite = await create({
        ...(lifetime === 'never' ? {} : { lifetimeSeconds: Number(lifetime) * DAY_SECONDS }),
        ...(uses === 'any' ? {} : { usesMax: Number(uses) }),
      })
      setFresh(invite)
      await load()
    })
  const remove = (invite: Invite) =>
    attempt.run(async () => {
      await revoke(invite.id)
      if (fresh?.id === invite.id) setFresh(undefined)
      await load()
    })
  const address = (invite: Invite) => `${location.origin}${path}#${invite.code}`
  return (
    <div className="invites">
      {fresh ? <Fresh address={address(fresh)} /> : null}
      <div className="invites__terms">
        <Select
          label={t('invites.lifetime')}
          value={lifetime}
          options={LIFETIMES.map(value => ({ value, label: value === 'never' ? t('invites.no_end') : t('invites.days', { count: Number(value) }) }))}
          onChange={setLifetime}
        />
        <Select
          label={t('invites.uses')}
          value={uses}
          options={USES.map(value => ({ value, label: value === 'any' ? t('invites.any_number') : t('invites.times', { count: Number(value) }) }))}
          onChange={setUses}
        />
        <Button look="primary" icon="link" busy={attempt.busy} onClick={() => void make()}>
          {t('invites.create')}
        </Button>
      </div>
      <RefusalNotice refusal={attempt.problem} />
      {invites.length > 0 ? (
        <ul className="invites__list">
          {invites.map(invite => (
            <InviteRow key={invite.id} invite={invite} address={address(invite)} onRevoke={() => void remove(invite)} />
          ))}
        </ul>
      ) : null}
    </div>
  )
}

function InviteRow({ invite, address, onRevoke }: { invite: Invite; address: string; onRevoke: () => void }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const used =
    invite.uses_max === undefined ? t('invites.used', { count: invite.uses }) : t('invites.used_of', { used: invite.uses, most: invite.uses_max })
  const end = invite.expires_at ? t('invites.until', { when: formats.day(invite.expires_at) }) : t('invites.no_end')
  return (
    <li className="invite">
      <span className="invite__words">
        <span className="invite__code" dir="ltr">
          {invite.code}
        </span>
        <span className="invite__terms">
          {end} · {used}
        </span>
      </span>
      <IconButton size="small" icon="copy" label={t('invites.copy')} onClick={() => copy(address, t('copied'))} />
      <IconButton size="small" icon="trash" label={t('invites.revoke')} onClick={onRevoke} />
    </li>
  )
}

function Fresh({ address }: { address: string }) {
  const { t } = useTranslation()
  return (
    <div className="invite-fresh">
      <Suspense fallback={<span className="qr" />}>
        <QrCode text={address} label={t('invites.qr')} />
      </Suspense>
      <div className="invite-fresh__words">
        <p>{t('invites.ready')}</p>
        <p className="invite-fresh__address" dir="ltr">
          {address}
        </p>
        <div className="invite-fresh__deeds">
          <Button look="primary" icon="copy" onClick={() => copy(address, t('copied'))}>
            {t('invites.copy')}
          </Button>
          {'share' in navigator ? (
            <Button onClick={() => void navigator.share({ url: address }).catch(() => undefined)}>{t('invites.share')}</Button>
          ) : null}
        </div>
      </div>
    </div>
  )
}

function copy(text: string, done: string): void {
  navigator.clipboard.writeText(text).then(
    () => showToast({ text: done }),
    () => undefined,
  )
}
