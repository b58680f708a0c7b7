import { useState } from 'react'
import { useCommands } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { navigate } from '../navigation/index.ts'
import { describeRefusal, RefusalNotice, useAttempt } from '../refusal/index.ts'

interface RegisterProps {
  /** Nobody is here yet: this account will be the admin's. */
  first: boolean
  inviteOnly: boolean
  /** The code of the link that led here. */
  invite: string
}

const HANDLE = /^[a-z0-9._-]{2,32}$/

export function Register({ first, inviteOnly, invite }: RegisterProps) {
  const { t } = useTranslation()
  const commands = useCommands()
  const attempt = useAttempt()
  const [displayName, setDisplayName] = useState('')
  const [typedHandle, setTypedHandle] = useState<string | undefined>()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState(invite)
  const [tried, setTried] = useState(false)
  const handle = (typedHandle ?? suggestHandle(displayName)).trim().replace(/^@/, '').toLowerCase()
  const handleWrong = !HANDLE.test(handle)
  const { problem } = attempt
  const handleError = problem?.code === 'handle_taken' ? describeRefusal(problem, t) : tried && handleWrong ? t('account.handle_hint') : undefined
  const passwordError = problem?.code === 'weak_password' ? describeRefusal(problem, t) : undefined
  const inviteError = problem?.code === 'invalid_invite' || problem?.code === 'registration_closed' ? describeRefusal(problem, t) : undefined
  const submit = async () => {
    setTried(true)
    if (handleWrong || password === '') return
    const name = displayName.trim()
    const given = invite || code.trim().replace(/^.*#/, '')
    const done = await attempt.run(() =>
      commands.register({ handle, password, ...(name ? { displayName: name } : {}), ...(given ? { invite: given } : {}) }),
    )
    if (done) navigate({ page: 'chats' }, { replace: true })
  }
  return (
    <form
      className="entrance__form"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        void submit()
      }}
    >
      <TextField
        label={t('account.display_name')}
        hint={t('account.display_name_hint')}
        value={displayName}
        onChange={setDisplayName}
        autoComplete="name"
        maxLength={64}
        autoFocus
      />
      <TextField
        label={t('account.handle')}
        prefix="@"
        hint={t('account.handle_hint')}
        error={handleError}
        value={typedHandle ?? suggestHandle(displayName)}
        onChange={setTypedHandle}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={32}
      />
      <TextField
        label={t('account.password')}
        type="password"
        hint={t('account.password_hint')}
        error={passwordError}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
      />
      {inviteOnly && !invite ? (
        <TextField label={t('account.invite')} hint={t('account.invite_hint')} error={inviteError} value={code} onChange={setCode} />
      ) : null}
      {handleError || passwordError || (inviteError && inviteOnly && !invite) ? null : <RefusalNotice refusal={problem} />}
      <Button look="primary" type="submit" wide busy={attempt.busy}>
        {t(first ? 'entrance.create_first' : 'account.register')}
      </Button>
    </form>
  )
}

/** A handle made of a name: letters without their marks, dots for spaces. */
function suggestHandle(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/\s+/g, '.')
    .replace(/[^a-z0-9._-]/g, '')
    .replace(/^\.+|\.+$/g, '')
    .slice(0, 32)
}
