import { useState } from 'react'
import { useCommands } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'

export function LogIn() {
  const { t } = useTranslation()
  const commands = useCommands()
  const attempt = useAttempt()
  const [handle, setHandle] = useState('')
  const [password, setPassword] = useState('')
  return (
    <form
      className="entrance__form"
      onSubmit={event => {
        event.preventDefault()
        void attempt.run(() => commands.logIn({ handle: handle.trim().replace(/^@/, ''), password }))
      }}
    >
      <TextField
        label={t('account.handle')}
        prefix="@"
        value={handle}
        onChange={setHandle}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
      />
      <TextField label={t('account.password')} type="password" value={password} onChange={setPassword} autoComplete="current-password" required />
      <RefusalNotice refusal={attempt.problem} />
      <Button look="primary" type="submit" wide busy={attempt.busy}>
        {t('account.log_in')}
      </Button>
    </form>
  )
}
