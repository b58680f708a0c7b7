import { memo } from 'react'
import type { ConversationView, NoticeItem, TimelineItem } from '../../client/contract.ts'
import { useUsers } from '../../client/hooks.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'
import { ConversationAvatar, titleOf } from '../identity/index.ts'
import { type MessageHandlers, MessageView, noticeText, type Skin, usersOf } from '../message/index.ts'
import { nameOf, useMe } from '../people/index.ts'

interface TimelineRowProps {
  item: TimelineItem
  day: boolean
  unread: boolean
  first: boolean
  last: boolean
  showState: boolean
  flash: boolean
  /** The start of the conversation stands above. */
  intro: ConversationView | undefined
  kind: ConversationView['kind']
  mayWrite: boolean
  skin: Skin
  handlers: MessageHandlers
}

/** One row of the timeline with what stands above it. */
export const TimelineRow = memo(function TimelineRow({ item, day, unread, intro, ...rest }: TimelineRowProps) {
  const formats = useFormats()
  const { t } = useTranslation()
  return (
    <>
      {intro ? <Intro conversation={intro} /> : null}
      {day ? (
        <div className="day">
          <time dateTime={item.at}>{formats.day(item.at)}</time>
        </div>
      ) : null}
      {unread ? (
        <div className="unread-line">
          <span>{t('timeline.new')}</span>
        </div>
      ) : null}
      {item.type === 'message' ? <MessageView item={item} {...rest} /> : <NoticeView item={item} />}
    </>
  )
})

function NoticeView({ item }: { item: NoticeItem }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const me = useMe()
  const users = useUsers(usersOf(item.event))
  return (
    <p className="notice-row" title={formats.full(item.at)} dir="auto">
      {noticeText(item.event, id => nameOf(users.get(id), t), me, t)}
    </p>
  )
}

/** Where a conversation begins: who, and what it is about. */
export function Intro({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  const name = titleOf(conversation, t)
  const key = conversation.withSelf
    ? 'timeline.intro_self'
    : conversation.kind === 'direct'
      ? 'timeline.intro_direct'
      : conversation.kind === 'group'
        ? 'timeline.intro_group'
        : 'timeline.intro_channel'
  return (
    <div className="intro">
      <ConversationAvatar conversation={conversation} size={64} />
      <h2 className="intro__title">
        <bdi>{titleOf(conversation, t)}</bdi>
      </h2>
      <p className="intro__text">{t(key, { name })}</p>
      {conversation.description ? (
        <p className="intro__text" dir="auto">
          {conversation.description}
        </p>
      ) : null}
    </div>
  )
}
