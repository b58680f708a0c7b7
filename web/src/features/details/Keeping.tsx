import type { ConversationView, Retention } from '../../client/contract.ts'
import { useClient } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Select, Switch } from '../../ui/Field.tsx'
import { Section } from '../../ui/Surface.tsx'
import { retentionText } from '../message/index.ts'
import { may } from '../permission/index.ts'
import { RefusalNotice, useAttempt } from '../refusal/index.ts'

const DAYS = [1, 7, 30, 90, 365]

/** How long messages are kept, and what newcomers may read. */
export function Keeping({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  const { commands } = useClient()
  const attempt = useAttempt()
  const { retention } = conversation
  const own = retention.keep === 'days' && !DAYS.includes(retention.days) ? [retention.days] : []
  const choices: Retention[] = [
    { keep: 'forever' },
    ...[...DAYS, ...own].sort((first, second) => first - second).map(days => ({ keep: 'days' as const, days })),
    ...(conversation.kind === 'channel' ? [] : [{ keep: 'until_delivered' as const }]),
  ]
  const change = (what: Parameters<typeof commands.updateConversation>[1]) =>
    void attempt.run(() => commands.updateConversation(conversation.id, what))
  return (
    <Section title={t('retention.title')}>
      {may(conversation, 'change_retention') ? (
        <Select
          hiddenLabel
          label={t('retention.title')}
          hint={t(retention.keep === 'forever' ? 'retention.hint_forever' : 'retention.hint')}
          value={choiceOf(retention)}
          options={choices.map(choice => ({ value: choiceOf(choice), label: retentionText(choice, t) }))}
          disabled={attempt.busy}
          onChange={value => {
            const chosen = choices.find(choice => choiceOf(choice) === value)
            if (chosen) change({ retention: chosen })
          }}
        />
      ) : (
        <p>{retentionText(retention, t)}</p>
      )}
      {conversation.kind === 'group' ? (
        <Switch
          label={t('history.switch')}
          hint={t('history.switch_hint')}
          checked={conversation.history === 'all'}
          disabled={!may(conversation, 'change_history') || attempt.busy}
          onChange={on => change({ history: on ? 'all' : 'since_joined' })}
        />
      ) : null}
      <RefusalNotice refusal={attempt.problem} />
    </Section>
  )
}

function choiceOf(retention: Retention): string {
  return retention.keep === 'days' ? `days:${retention.days}` : retention.keep
}
