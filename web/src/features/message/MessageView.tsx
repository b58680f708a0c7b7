import { memo, type PointerEvent, type ReactNode, useRef, useState } from 'react'
import type { ConversationView, MessageItem, Seq } from '../../client/contract.ts'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'
import { IconButton } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { nameOf, UserAvatar, UserName, useMe, useUser } from '../people/index.ts'
import { isEmojiOnly } from './inline_text.ts'
import { MessageText } from './MessageText.tsx'
import './message.css'
import { Quote } from './Quote.tsx'
import { Reactions } from './Reactions.tsx'
import { Ticks } from './Ticks.tsx'

export type Skin = 'bubbles' | 'rows'

export interface MessageHandlers {
  onMenu: (item: MessageItem, at: { x: number; y: number }) => void
  onReact: (item: MessageItem, at: { x: number; y: number }) => void
  onReply: (item: MessageItem) => void
  onToggle: (item: MessageItem, emoji: string, on: boolean) => void
  onJump: (seq: Seq) => void
  onRetry: (item: MessageItem) => void
  onDiscard: (item: MessageItem) => void
}

interface MessageViewProps {
  item: MessageItem
  kind: ConversationView['kind']
  mayWrite: boolean
  skin: Skin
  /** First and last of a run of one author. */
  first: boolean
  last: boolean
  /** The next own message is not as far as this one: the ticks stand here too. */
  showState: boolean
  flash: boolean
  handlers: MessageHandlers
}

/** One message in either skin. */
export const MessageView = memo(function MessageView(props: MessageViewProps) {
  const { item, skin, first, last, flash, handlers } = props
  const { t } = useTranslation()
  const formats = useFormats()
  const [hovered, setHovered] = useState(false)
  const press = useLongPress(at => handlers.onMenu(item, at))
  const author = useUser(item.sender)
  const state = item.own ? `, ${t(`state.${item.state}`)}` : ''
  const label = `${nameOf(author, t)}, ${formats.time(item.at)}${state}`
  const classes = ['message', `message--${skin}`]
  if (item.own && skin === 'bubbles') classes.push('message--own')
  if (first) classes.push('message--first')
  if (last) classes.push('message--last')
  if (flash) classes.push('message--flash')
  if (item.mentionsMe) classes.push('message--mentions-me')
  if (item.state === 'failed') classes.push('message--failed')
  return (
    <article
      className={classes.join(' ')}
      data-key={item.key}
      tabIndex={-1}
      aria-label={label}
      onPointerEnter={event => event.pointerType === 'mouse' && setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onContextMenu={event => {
        if ((event.target as HTMLElement).closest('a') || String(getSelection())) return
        event.preventDefault()
        handlers.onMenu(item, { x: event.clientX, y: event.clientY })
      }}
      {...press}
    >
      {skin === 'rows' ? <Row {...props} /> : <BubbleSide {...props} />}
      {hovered ? <HoverBar item={item} mayWrite={props.mayWrite} handlers={handlers} withTime={skin === 'bubbles' && !last} /> : null}
    </article>
  )
})

function BubbleSide(props: MessageViewProps) {
  const { item, kind, first, last } = props
  const withFace = kind !== 'direct' && !item.own
  return (
    <>
      {withFace ? <span className="message__face">{last ? <UserAvatar id={item.sender} size={28} /> : null}</span> : null}
      <div className="message__body">
        {withFace && first ? (
          <div className="message__author">
            <UserName id={item.sender} />
          </div>
        ) : null}
        <Content {...props} meta={last || props.showState || item.editedAt !== undefined || item.pinned} />
        <Below {...props} />
      </div>
    </>
  )
}

function Row(props: MessageViewProps) {
  const { item, first } = props
  const formats = useFormats()
  return (
    <>
      <span className="message__face">
        {first ? <UserAvatar id={item.sender} size={32} /> : <time className="message__margin-time">{formats.time(item.at)}</time>}
      </span>
      <div className="message__body">
        {first ? (
          <div className="message__author">
            <UserName id={item.sender} />
            <time dateTime={item.at} title={formats.full(item.at)}>
              {formats.time(item.at)}
            </time>
          </div>
        ) : null}
        <Content {...props} meta={false} />
        <Below {...props} />
      </div>
    </>
  )
}

function Content({ item, skin, handlers, meta }: MessageViewProps & { meta: boolean }) {
  const { t } = useTranslation()
  const me = useMe()
  const large = !item.deleted && item.reply === undefined && item.text !== undefined && isEmojiOnly(item.text)
  const bubble = skin === 'bubbles' ? `bubble${item.own ? ' bubble--own' : ''}${large ? ' bubble--bare' : ''}` : 'flat'
  const tail = meta ? <Meta item={item} /> : skin === 'rows' ? <RowMarks item={item} /> : null
  return (
    <div className={bubble}>
      {item.reply ? <Quote reply={item.reply} me={me} onOpen={handlers.onJump} /> : null}
      {item.deleted || item.text === undefined ? (
        <div className="words words--gone">
          <p>
            {item.deleted ? t('message.deleted') : t('message.unreadable')}
            {tail}
          </p>
        </div>
      ) : (
        <Folded text={item.text}>
          <div className={large ? 'words--large' : undefined}>
            <MessageText text={item.text} mentions={item.mentions} tail={tail} />
          </div>
        </Folded>
      )}
    </div>
  )
}

const FOLDED_CHARACTERS_MIN = 2400
const FOLDED_LINES_MIN = 40

/** Very long messages show their beginning, and the rest on wish. */
function Folded({ text, children }: { text: string; children: ReactNode }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const long = text.length > FOLDED_CHARACTERS_MIN || text.split('\n', FOLDED_LINES_MIN + 1).length > FOLDED_LINES_MIN
  if (!long) return children
  return (
    <>
      <div className={open ? undefined : 'folded'}>{children}</div>
      <button type="button" className="folded__button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t(open ? 'message.show_less' : 'message.show_all')}
      </button>
    </>
  )
}

/** Time and ticks in the corner of a bubble, and an invisible copy that keeps the last line away from them. */
function Meta({ item }: { item: MessageItem }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const inner: ReactNode = (
    <>
      {item.pinned ? <Icon name="pin" size={12} /> : null}
      {item.editedAt && !item.deleted ? <span>{t('message.edited')}</span> : null}
      <time dateTime={item.at}>{formats.time(item.at)}</time>
    </>
  )
  return (
    <>
      <span className={`meta-room${item.own ? ' meta-room--own' : ''}`} aria-hidden="true">
        {inner}
      </span>
      <span className="meta" title={formats.full(item.at)}>
        {inner}
        {item.own ? <Ticks state={item.state} /> : null}
      </span>
    </>
  )
}

function RowMarks({ item }: { item: MessageItem }) {
  const { t } = useTranslation()
  if (!item.editedAt && !item.pinned && item.state !== 'pending') return null
  return (
    <span className="row-marks">
      {item.editedAt && !item.deleted ? <span>{t('message.edited')}</span> : null}
      {item.pinned ? <Icon name="pin" size={12} /> : null}
      {item.state === 'pending' ? <Ticks state="pending" /> : null}
    </span>
  )
}

function Below({ item, handlers, mayWrite }: MessageViewProps) {
  const { t } = useTranslation()
  return (
    <>
      {item.reactions.length > 0 ? <Reactions item={item} mayWrite={mayWrite} onToggle={handlers.onToggle} onAdd={handlers.onReact} /> : null}
      {item.state === 'failed' ? (
        <div className="message__failure" role="alert">
          <span>{t('message.not_sent')}</span>
          <button type="button" onClick={() => handlers.onRetry(item)}>
            {t('message.retry')}
          </button>
          <button type="button" onClick={() => handlers.onDiscard(item)}>
            {t('message.discard')}
          </button>
        </div>
      ) : null}
    </>
  )
}

interface HoverBarProps {
  item: MessageItem
  mayWrite: boolean
  handlers: MessageHandlers
  /** In the middle of a run the time stands here. */
  withTime: boolean
}

function HoverBar({ item, mayWrite, handlers, withTime }: HoverBarProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const confirmed = item.seq !== undefined && !item.deleted && mayWrite
  const below = (element: HTMLElement) => {
    const box = element.getBoundingClientRect()
    return { x: box.left, y: box.bottom }
  }
  return (
    <div className="hover-bar">
      {withTime ? <time className="hover-bar__time">{formats.time(item.at)}</time> : null}
      {confirmed ? (
        <>
          <IconButton size="small" icon="smile" label={t('message.react')} onClick={event => handlers.onReact(item, below(event.currentTarget))} />
          <IconButton size="small" icon="reply" label={t('message.reply')} onClick={() => handlers.onReply(item)} />
        </>
      ) : null}
      <IconButton size="small" icon="more" label={t('more')} onClick={event => handlers.onMenu(item, below(event.currentTarget))} />
    </div>
  )
}

const LONG_PRESS_MS = 450
const LONG_PRESS_SLACK_PX = 10

/** A finger that rests opens the menu; one that moves scrolls. */
function useLongPress(open: (at: { x: number; y: number }) => void) {
  const timer = useRef<{ id: ReturnType<typeof setTimeout>; x: number; y: number } | undefined>(undefined)
  const stop = () => {
    if (timer.current) clearTimeout(timer.current.id)
    timer.current = undefined
  }
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType !== 'touch' || (event.target as HTMLElement).closest('button, a')) return
      const at = { x: event.clientX, y: event.clientY }
      timer.current = { ...at, id: setTimeout(() => open(at), LONG_PRESS_MS) }
    },
    onPointerMove: (event: PointerEvent) => {
      const held = timer.current
      if (held && Math.hypot(event.clientX - held.x, event.clientY - held.y) > LONG_PRESS_SLACK_PX) stop()
    },
    onPointerUp: stop,
    onPointerCancel: stop,
  }
}
