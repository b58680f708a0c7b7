import type { LogEvent, Retention, UserId } from '../../client/contract.ts'
import type { Translation } from '../../i18n/index.ts'

/** Whose names a notice needs. */
export function usersOf(event: LogEvent): UserId[] {
  return 'user' in event && event.user !== event.sender ? [event.sender, event.user] : [event.sender]
}

/** How long things are kept, in words. */
export function retentionText(retention: Retention, t: Translation['t']): string {
  switch (retention.keep) {
    case 'forever':
      return t('retention.forever')
    case 'days':
      return t('retention.days', { count: retention.days })
    case 'until_delivered':
      return t('retention.until_delivered')
  }
}

/** What happened, as a sentence. `me` is spoken to as "you". */
export function noticeText(event: LogEvent, name: (id: UserId) => string, me: UserId, t: Translation['t']): string {
  const who = name(event.sender)
  const own = event.sender === me
  switch (event.event) {
    case 'created':
      if (event.kind === 'direct') return t('notice.created_direct')
      return own ? t('notice.you_created', { title: event.title ?? '' }) : t('notice.created', { who, title: event.title ?? '' })
    case 'member_added':
      if (event.user === event.sender) return own ? t('notice.you_joined') : t('notice.joined', { who })
      if (event.user === me) return t('notice.added_you', { who })
      return own ? t('notice.you_added', { whom: name(event.user) }) : t('notice.added', { who, whom: name(event.user) })
    case 'member_removed':
      if (event.reason === 'left') return event.user === me ? t('notice.you_left') : t('notice.left', { who: name(event.user) })
      if (event.reason === 'account_deleted') return t('notice.account_deleted', { who: name(event.user) })
      if (event.user === me) return t('notice.removed_you', { who })
      return own ? t('notice.you_removed', { whom: name(event.user) }) : t('notice.removed', { who, whom: name(event.user) })
    case 'role_changed':
      return t(`notice.role_${event.role}`, { whom: name(event.user) })
    case 'details_changed':
      if (event.title !== undefined) return t('notice.title', { who, title: event.title })
      return t('notice.description', { who })
    case 'retention_changed':
      return t('notice.retention', { who, rule: retentionText(event.retention, t) })
    case 'history_changed':
      return t(event.history === 'all' ? 'notice.history_all' : 'notice.history_since_joined', { who })
    default:
      return ''
  }
}
