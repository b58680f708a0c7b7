import type { MessageState } from '../../client/contract.ts'
import { type MessageKey, useTranslation } from '../../i18n/index.ts'
import './ticks.css'

const LABELS: Record<MessageState, MessageKey> = {
  pending: 'state.pending',
  sent: 'state.sent',
  delivered: 'state.delivered',
  read: 'state.read',
  failed: 'state.failed',
}

/** How far an own message is: a clock, one tick, two, two strong ones, or a mark of failure. */
export function Ticks({ state }: { state: MessageState }) {
  const { t } = useTranslation()
  return (
    <span className={`ticks ticks--${state}`} role="img" aria-label={t(LABELS[state])} title={t(LABELS[state])}>
      <svg
        viewBox="0 0 20 14"
        width="17"
        height="12"
        fill="none"
        stroke="currentColor"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {state === 'pending' ? <path d="M10 12.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM10 4v3l2 1.4" strokeWidth="1.4" /> : null}
        {state === 'sent' ? <path d="m5.5 7.5 3.2 3.3 6.2-7.6" strokeWidth="1.5" /> : null}
        {state === 'delivered' ? <path d="m2 7.5 3.2 3.3 6.2-7.6M9.2 9.2l1.6 1.6L17 3.2" strokeWidth="1.4" /> : null}
        {state === 'read' ? <path d="m2 7.3 3.2 3.4 6.2-7.6M8.9 8.9l1.9 1.8L17 3.1" strokeWidth="2.6" /> : null}
        {state === 'failed' ? <path d="M10 2v6M10 11.6v.2" strokeWidth="2.2" /> : null}
      </svg>
    </span>
  )
}
