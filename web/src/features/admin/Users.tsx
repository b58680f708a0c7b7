import { useCallback, useEffect, useState } from 'react'
import type { AdminUser } from '../../client/contract.ts'
import { useCommands } from '../../client/hooks.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button, IconButton } from '../../ui/Button.tsx'
import { Menu, MenuItem } from '../../ui/Menu.tsx'
import { EmptyState, SkeletonRows } from '../../ui/Surface.tsx'
import { nameOf, useMe } from '../people/index.ts'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'
import { NewUser, ResetPassword } from './UserDialogs.tsx'

const ASK_AFTER_MS = 250

/** Every account of the server. */
export function Users() {
  const { t } = useTranslation()
  const commands = useCommands()
  const [query, setQuery] = useState('')
  const [users, setUsers] = useState<readonly AdminUser[] | undefined>()
  const [next, setNext] = useState<string | undefined>()
  const [dialog, setDialog] = useState<{ kind: 'new' } | { kind: 'password'; user: AdminUser } | undefined>()
  const attempt = useAttempt()
  const { run } = attempt
  const wanted = query.trim()

  const load = useCallback(
    (after?: string) =>
      run(async () => {
        const page = await commands.adminListUsers({ ...(wanted ? { query: wanted } : {}), ...(after ? { after } : {}) })
        setUsers(known => (after && known ? [...known, ...page.users] : page.users))
        setNext(page.next)
      }),
    [run, commands, wanted],
  )
  useEffect(() => {
    const timer = setTimeout(() => void load(), wanted === '' ? 0 : ASK_AFTER_MS)
    return () => clearTimeout(timer)
  }, [load, wanted])

  const change = (user: AdminUser, what: Parameters<typeof commands.adminUpdateUser>[1]) =>
    void run(async () => {
      const changed = await commands.adminUpdateUser(user.user.id, what)
      setUsers(known => known?.map(one => (one.user.id === changed.user.id ? changed : one)))
    })

  return (
    <>
      <div className="admin-tools">
        <input
          className="members__filter"
          type="search"
          value={query}
          onChange={event => setQuery(event.currentTarget.value)}
          placeholder={t('admin.find_user')}
          aria-label={t('admin.find_user')}
        />
        <Button look="primary" icon="userAdd" onClick={() => setDialog({ kind: 'new' })}>
          {t('admin.new_user')}
        </Button>
      </div>
      <RefusalNotice refusal={attempt.problem} />
      {users === undefined ? (
        <SkeletonRows rows={5} />
      ) : users.length === 0 ? (
        <EmptyState title={t('list.none_found')} />
      ) : (
        <ul className="devices">
          {users.map(user => (
            <UserRow key={user.user.id} user={user} onChange={what => change(user, what)} onReset={() => setDialog({ kind: 'password', user })} />
          ))}
        </ul>
      )}
      {next ? (
        <Button look="plain" busy={attempt.busy} onClick={() => void load(next)}>
          {t('show_more')}
        </Button>
      ) : null}
      {dialog?.kind === 'new' ? <NewUser onClose={() => setDialog(undefined)} onDone={() => void load()} /> : null}
      {dialog?.kind === 'password' ? <ResetPassword user={dialog.user} onClose={() => setDialog(undefined)} /> : null}
    </>
  )
}

interface UserRowProps {
  user: AdminUser
  onChange: (what: { disabled?: boolean; role?: AdminUser['role'] }) => void
  onReset: () => void
}

function UserRow({ user, onChange, onReset }: UserRowProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const me = useMe()
  const name = nameOf(user.user, t)
  const facts = [
    user.user.handle ? `@${user.user.handle}` : '',
    user.role === 'admin' ? t('role.admin') : '',
    user.disabled ? t('admin.disabled') : user.last_active_at ? t('presence.last_active', { when: formats.ago(user.last_active_at) }) : '',
  ]
  return (
    <li className="device">
      <Avatar id={user.user.id} name={name} size={32} />
      <span className={`device__words${user.disabled ? ' admin-user--disabled' : ''}`}>
        <bdi className="name">{name}</bdi>
        <span className="field__hint">{facts.filter(fact => fact !== '').join(' · ')}</span>
      </span>
      {user.user.deleted || user.user.id === me ? null : (
        <Menu button={<IconButton icon="more" label={t('members.manage', { name })} />} label={name}>
          <MenuItem icon="lock" onClick={onReset}>
            {t('admin.reset_password')}
          </MenuItem>
          <MenuItem icon="shield" onClick={() => onChange({ role: user.role === 'admin' ? 'member' : 'admin' })}>
            {t(user.role === 'admin' ? 'members.make_member' : 'members.make_admin')}
          </MenuItem>
          <MenuItem icon="block" look={user.disabled ? 'plain' : 'danger'} onClick={() => onChange({ disabled: !user.disabled })}>
            {t(user.disabled ? 'admin.enable' : 'admin.disable')}
          </MenuItem>
        </Menu>
      )}
    </li>
  )
}
