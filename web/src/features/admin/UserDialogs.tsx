import { useState } from 'react'
import type { AdminUser } from '../../client/contract.ts'
import { useCommands } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Switch, TextField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/Toaster.tsx'
import { nameOf } from '../people/index.ts'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'

/** Makes an account for somebody. */
export function NewUser({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation()
  const commands = useCommands()
  const attempt = useAttempt()
  const [handle, setHandle] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [password, setPassword] = useState('')
  const [admin, setAdmin] = useState(false)
  const create = async () => {
    const name = displayName.trim()
    const done = await attempt.run(() =>
      commands.adminCreateUser({ handle: handle.trim(), password, ...(name ? { displayName: name } : {}), role: admin ? 'admin' : 'member' }),
    )
    if (!done) return
    showToast({ text: t('admin.created', { name: name || handle }) })
    onDone()
    onClose()
  }
  return (
    <Dialog
      title={t('admin.new_user')}
      closeLabel={t('close')}
      focus="field"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" busy={attempt.busy} disabled={handle.trim() === '' || password === ''} onClick={() => void create()}>
            {t('create.confirm')}
          </Button>
        </>
      }
    >
      <TextField
        data-autofocus
        label={t('account.handle')}
        prefix="@"
        value={handle}
        onChange={setHandle}
        hint={t('account.handle_hint')}
        autoCapitalize="none"
        maxLength={32}
      />
      <TextField label={t('account.display_name')} hint={t('optional')} value={displayName} onChange={setDisplayName} maxLength={64} />
      <TextField
        label={t('admin.first_password')}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        hint={t('admin.password_hint')}
      />
      <Switch label={t('admin.as_admin')} checked={admin} onChange={setAdmin} />
      <RefusalNotice refusal={attempt.problem} />
    </Dialog>
  )
}

/** Gives somebody a new password; all their devices are logged out. */
export function ResetPassword({ user, onClose }: { user: AdminUser; onClose: () => void }) {
  const { t } = useTranslation()
  const commands = useCommands()
  const attempt = useAttempt()
  const [password, setPassword] = useState('')
  const reset = async () => {
    if (!(await attempt.run(() => commands.adminResetPassword(user.user.id, password)))) return
    showToast({ text: t('settings.password_changed') })
    onClose()
  }
  return (
    <Dialog
      title={t('admin.reset_password')}
      closeLabel={t('close')}
      focus="field"
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" busy={attempt.busy} disabled={password === ''} onClick={() => void reset()}>
            {t('save')}
          </Button>
        </>
      }
    >
      <p>{t('admin.reset_text', { name: nameOf(user.user, t) })}</p>
      <TextField
        data-autofocus
        label={t('settings.password_new')}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        hint={t('admin.password_hint')}
      />
      <RefusalNotice refusal={attempt.problem} />
    </Dialog>
  )
}
