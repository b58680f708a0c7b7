import { useState } from 'react'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { Section } from '../../ui/Surface.tsx'
import { showToast } from '../../ui/Toaster.tsx'
import { UserAvatar } from '../people/index.ts'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'

/** Who I am to others, and my password. */
export function Profile() {
  return (
    <>
      <Name />
      <Password />
      <Leave />
    </>
  )
}

function Name() {
  const { t } = useTranslation()
  const client = useClient()
  const account = useSource(client.account)
  const attempt = useAttempt()
  const [typed, setTyped] = useState<string | undefined>()
  if (!account) return null
  const name = typed ?? account.user.display_name
  const changed = name.trim() !== '' && name.trim() !== account.user.display_name
  const save = async () => {
    if (await attempt.run(() => client.commands.updateAccount({ displayName: name.trim() }))) {
      setTyped(undefined)
      showToast({ text: t('saved') })
    }
  }
  return (
    <Section title={t('settings.who')}>
      <form
        className="settings-form"
        onSubmit={event => {
          event.preventDefault()
          void save()
        }}
      >
        <div className="settings-face">
          <UserAvatar id={account.user.id} size={64} />
          <div className="settings-face__fields">
            <TextField label={t('account.display_name')} value={name} onChange={setTyped} maxLength={64} autoComplete="name" />
          </div>
        </div>
        <p className="field__hint">{t('settings.handle_hint', { handle: `@${account.user.handle ?? ''}` })}</p>
        <RefusalNotice refusal={attempt.problem} />
        {changed ? (
          <Button look="primary" type="submit" busy={attempt.busy}>
            {t('save')}
          </Button>
        ) : null}
      </form>
    </Section>
  )
}

function Password() {
  const { t } = useTranslation()
  const { commands } = useClient()
  const attempt = useAttempt()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = async () => {
    if (await attempt.run(() => commands.changePassword({ current, new: next }))) {
      setCurrent('')
      setNext('')
      showToast({ text: t('settings.password_changed') })
    }
  }
  return (
    <Section title={t('settings.password')} hint={t('settings.password_hint')}>
      <form
        className="settings-form"
        onSubmit={event => {
          event.preventDefault()
          void change()
        }}
      >
        <TextField label={t('settings.password_current')} type="password" autoComplete="current-password" value={current} onChange={setCurrent} />
        <TextField
          label={t('settings.password_new')}
          type="password"
          autoComplete="new-password"
          value={next}
          onChange={setNext}
          hint={t('account.password_hint')}
        />
        <RefusalNotice refusal={attempt.problem} />
        <Button type="submit" busy={attempt.busy} disabled={current === '' || next === ''}>
          {t('settings.password_change')}
        </Button>
      </form>
    </Section>
  )
}

function Leave() {
  const { t } = useTranslation()
  const { commands } = useClient()
  const attempt = useAttempt('toast')
  const [deleting, setDeleting] = useState(false)
  return (
    <Section title={t('settings.leave')}>
      <div className="settings-row">
        <Button icon="leave" busy={attempt.busy} onClick={() => void attempt.run(() => commands.logOut())}>
          {t('account.log_out')}
        </Button>
        <Button look="danger" icon="trash" onClick={() => setDeleting(true)}>
          {t('settings.delete_account')}
        </Button>
      </div>
      {deleting ? <DeleteAccount onClose={() => setDeleting(false)} /> : null}
    </Section>
  )
}

function DeleteAccount({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const { commands } = useClient()
  const attempt = useAttempt()
  const [password, setPassword] = useState('')
  return (
    <Dialog
      title={t('settings.delete_account')}
      closeLabel={t('close')}
      focus="field"
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            look="danger"
            busy={attempt.busy}
            disabled={password === ''}
            onClick={() => void attempt.run(() => commands.deleteAccount({ password }))}
          >
            {t('settings.delete_confirm')}
          </Button>
        </>
      }
    >
      <p>{t('settings.delete_text')}</p>
      <TextField
        label={t('account.password')}
        data-autofocus
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      <RefusalNotice refusal={attempt.problem} />
    </Dialog>
  )
}
