import type { User, UserId } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { closeDirections, type Translation, useTranslation } from '../../i18n/index.ts'

/** What to call somebody. */
export function nameOf(user: User | undefined, t: Translation['t']): string {
  if (user === undefined) return '…'
  return user.deleted ? t('people.deleted') : closeDirections(user.display_name)
}

export function useUser(id: UserId): User | undefined {
  return useSource(useClient().user(id))
}

/** My own id; empty when nobody is logged in, which no component of the frame ever sees. */
export function useMe(): UserId {
  const session = useSource(useClient().session)
  return session.phase === 'logged_in' ? session.user : ''
}

/** Somebody's name, isolated, on one line. */
export function UserName({ id }: { id: UserId }) {
  const { t } = useTranslation()
  return <bdi className="name">{nameOf(useUser(id), t)}</bdi>
}

/** A handle: left to right in every language, with its @ in front. */
export function Handle({ handle }: { handle: string | undefined }) {
  return handle === undefined ? null : <bdi dir="ltr">@{handle}</bdi>
}
