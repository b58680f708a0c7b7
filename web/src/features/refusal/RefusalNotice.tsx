import type { ReactNode } from 'react'
import type { Refusal } from '../../client/contract.ts'
import { type MessageKey, type Translation, useTranslation } from '../../i18n/index.ts'
import { Notice } from '../../ui/Surface.tsx'

const WORDS: Readonly<Record<string, MessageKey>> = {
  offline: 'refusal.offline',
  timeout: 'refusal.timeout',
  logged_out: 'refusal.logged_out',
  not_understood: 'refusal.not_understood',
  unauthenticated: 'refusal.logged_out',
  wrong_credentials: 'refusal.wrong_credentials',
  account_disabled: 'refusal.account_disabled',
  forbidden: 'refusal.forbidden',
  not_found: 'refusal.not_found',
  handle_taken: 'refusal.handle_taken',
  weak_password: 'refusal.weak_password',
  registration_closed: 'refusal.registration_closed',
  invalid_invite: 'refusal.invalid_invite',
  too_large: 'refusal.too_large',
  rate_limited: 'refusal.rate_limited',
  overloaded: 'refusal.overloaded',
  unavailable: 'refusal.unavailable',
  internal: 'refusal.internal',
}

/** What happened, in the person's words. Codes that we have no words for keep the server's. */
export function describeRefusal(refusal: Refusal, t: Translation['t']): string {
  if (refusal.code === 'rate_limited' && refusal.retryAfterMs !== undefined) {
    return t('refusal.rate_limited_for', { count: Math.max(1, Math.ceil(refusal.retryAfterMs / 1000)) })
  }
  const key = WORDS[refusal.code]
  return key ? t(key) : refusal.message
}

/** A refusal in the flow of a form, with its code out of the way. */
export function RefusalNotice({ refusal, action }: { refusal: Refusal | undefined; action?: ReactNode }) {
  const { t } = useTranslation()
  if (refusal === undefined) return null
  return (
    <Notice kind="danger" icon="warning" action={action}>
      <p>{describeRefusal(refusal, t)}</p>
      <details className="refusal">
        <summary>{t('refusal.details')}</summary>
        <p dir="auto">
          {refusal.message} ({refusal.code})
        </p>
      </details>
    </Notice>
  )
}
