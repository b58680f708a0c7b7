import { useEffect, useState } from 'react'
import type { InvitePreview, Refusal } from '../../client/contract.ts'
import { isRefusal } from '../../client/contract.ts'
import { useCommands } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState, SkeletonRows } from '../../ui/Surface.tsx'
import { navigate } from '../navigation/index.ts'
import { describeRefusal, RefusalNotice, useAttempt } from '../refusal/index.ts'
import './invites.css'

/** What an invite link leads to, before one goes in. */
export function JoinPage({ code }: { code: string }) {
  const { t } = useTranslation()
  const commands = useCommands()
  const [preview, setPreview] = useState<InvitePreview | undefined>()
  const [problem, setProblem] = useState<Refusal | undefined>()
  const attempt = useAttempt()
  useEffect(() => {
    let gone = false
    commands.previewInvite(code).then(
      answer => gone || setPreview(answer),
      cause => gone || setProblem(isRefusal(cause) ? cause : { code: 'internal', message: String(cause) }),
    )
    return () => {
      gone = true
    }
  }, [commands, code])
  const go = () => void attempt.run(async () => navigate({ page: 'chats', conversation: await commands.acceptInvite(code) }, { replace: true }))
  return (
    <section className="pane page join" aria-label={t('invites.title')}>
      {problem ? (
        <EmptyState
          icon="link"
          title={t('invites.broken')}
          action={<Button onClick={() => navigate({ page: 'chats' }, { replace: true })}>{t('invites.to_chats')}</Button>}
        >
          {describeRefusal(problem, t)}
        </EmptyState>
      ) : preview ? (
        <div className="profile join__card">
          <Avatar id={preview.conversation} name={preview.title} size={64} icon={preview.kind === 'channel' ? 'channel' : 'group'} />
          <p className="profile__state">{t('invites.invited')}</p>
          <h2 className="profile__name">
            <bdi>{preview.title}</bdi>
          </h2>
          <p className="profile__state">{t('conversation.members', { count: preview.member_count })}</p>
          {preview.description ? <p dir="auto">{preview.description}</p> : null}
          <div className="profile__deeds">
            {preview.joined ? (
              <Button look="primary" onClick={() => navigate({ page: 'chats', conversation: preview.conversation }, { replace: true })}>
                {t('invites.open')}
              </Button>
            ) : (
              <Button look="primary" busy={attempt.busy} onClick={go}>
                {t('invites.join')}
              </Button>
            )}
            <Button onClick={() => navigate({ page: 'chats' }, { replace: true })}>{t('invites.not_now')}</Button>
          </div>
          <RefusalNotice refusal={attempt.problem} />
        </div>
      ) : (
        <SkeletonRows rows={2} />
      )}
    </section>
  )
}
