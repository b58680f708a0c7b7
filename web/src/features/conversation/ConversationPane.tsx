import { useCallback, useEffect, useState } from 'react'
import type { ConversationId, ConversationView, MessageItem, Seq, Timeline } from '../../client/contract.ts'
import { useClient, useMaybe, useSource } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState, SkeletonRows } from '../../ui/Surface.tsx'
import { Composer, startEditing } from '../composer/index.ts'
import { may } from '../permission/index.ts'
import { describeRefusal } from '../refusal/index.ts'
import { lastOwnMessage, TimelineList } from '../timeline/index.ts'
import './conversation.css'
import { ConversationHeader } from './ConversationHeader.tsx'
import { JoinBar } from './JoinBar.tsx'
import { useOverlays } from './useOverlays.tsx'

/** The open conversation: who, the log, where one writes. */
export function ConversationPane({ id, seq }: { id: ConversationId; seq?: Seq | undefined }) {
  const { t } = useTranslation()
  const client = useClient()
  const conversation = useSource(client.conversation(id))
  const [missing, setMissing] = useState(false)
  useEffect(() => {
    setMissing(false)
    if (client.conversation(id).get() !== undefined) return
    client.commands.loadConversation(id).catch(() => setMissing(true))
  }, [client, id])
  const timeline = useTimeline(id)
  if (!conversation) {
    return missing ? (
      <section className="pane pane--empty">
        <EmptyState icon="chat" title={t('conversation.missing')}>
          {t('conversation.missing_text')}
        </EmptyState>
      </section>
    ) : (
      <section className="pane" aria-busy="true">
        <SkeletonRows rows={6} />
      </section>
    )
  }
  return <Open key={id} conversation={conversation} timeline={timeline} seq={seq} />
}

function useTimeline(id: ConversationId): Timeline | undefined {
  const client = useClient()
  const [timeline, setTimeline] = useState<{ id: ConversationId; timeline: Timeline } | undefined>()
  useEffect(() => {
    const opened = client.openTimeline(id)
    setTimeline({ id, timeline: opened })
    return () => opened.close()
  }, [client, id])
  return timeline?.id === id ? timeline.timeline : undefined
}

function Open({ conversation, timeline, seq }: { conversation: ConversationView; timeline: Timeline | undefined; seq: Seq | undefined }) {
  const { t } = useTranslation()
  const client = useClient()
  const session = useSource(client.session)
  const view = useMaybe(timeline?.view)
  const { handlers, overlays, onKey } = useOverlays(conversation, timeline)
  useEffect(() => {
    if (timeline && seq !== undefined) void timeline.jumpTo(seq)
  }, [timeline, seq])
  const items = view?.items
  const onEditLast = useCallback(() => {
    const last: MessageItem | undefined = items && lastOwnMessage(items)
    if (last) startEditing(client, conversation.id, last)
  }, [client, conversation.id, items])
  return (
    <section className="pane" aria-label={t('conversation.label', { name: conversation.name })}>
      <ConversationHeader conversation={conversation} />
      {timeline && view ? (
        view.phase === 'failed' ? (
          <EmptyState icon="warning" title={t('timeline.failed')} action={<Button onClick={timeline.jumpToNewest}>{t('try_again')}</Button>}>
            {view.problem ? describeRefusal(view.problem, t) : null}
          </EmptyState>
        ) : (
          <TimelineList timeline={timeline} view={view} conversation={conversation} handlers={handlers} onKey={onKey} />
        )
      ) : (
        <div className="timeline" />
      )}
      {may(conversation, 'write') ? (
        <Composer
          conversation={conversation}
          textBytesMax={session.phase === 'logged_in' ? session.limits.message_text_bytes_max : 16_384}
          onEditLast={onEditLast}
          onSent={() => timeline?.jumpToNewest()}
        />
      ) : (
        <JoinBar conversation={conversation} />
      )}
      {overlays}
    </section>
  )
}
