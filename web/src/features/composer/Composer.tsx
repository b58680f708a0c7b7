import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import type { ConversationView } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'
import { IconButton } from '../../ui/Button.tsx'
import { EmojiButton } from '../emoji/index.ts'
import { titleOf } from '../identity/index.ts'
import { useMe } from '../people/index.ts'
import { usePreferences } from '../preferences/index.ts'
import './composer.css'
import { complete, matchUsers, mentionAt, standing } from './completion.ts'
import { MentionList } from './MentionList.tsx'
import { useMembers } from './useMembers.ts'
import { WritingBar } from './WritingBar.tsx'
import { clearWriting, keepDraft, takeDraft, useFocusWish, useWriting, write } from './writing.ts'

interface ComposerProps {
  conversation: ConversationView
  textBytesMax: number
  /** The arrow key upwards in an empty composer: edit the last own message. */
  onEditLast: () => void
  onSent: () => void
}

/** Where one writes. */
export function Composer({ conversation, textBytesMax, onEditLast, onSent }: ComposerProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const client = useClient()
  const me = useMe()
  const { id } = conversation
  const writing = useWriting(id)
  const draft = useSource(client.draft(id))
  const focusWish = useFocusWish()
  const { enterSends } = usePreferences()
  const field = useRef<HTMLTextAreaElement>(null)
  const [caret, setCaret] = useState(0)
  const [active, setActive] = useState(0)
  const [dismissed, setDismissed] = useState(-1)
  const listId = useId()

  const query = mentionAt(writing.text, caret)
  const members = useMembers(conversation, writing.text !== '' && conversation.kind !== 'direct')
  const matches =
    query && query.start !== dismissed
      ? matchUsers(
          members.filter(user => user.id !== me),
          query.text,
        )
      : []
  // Who is typed out in full needs no completion: Enter sends.
  const open = matches.length > 0 && !matches.some(user => user.handle === query?.text)
  const bytes = new TextEncoder().encode(writing.text).length
  const tooLong = bytes > textBytesMax
  const empty = writing.text.trim() === ''

  useEffect(() => takeDraft(id, draft), [id, draft])
  useEffect(() => () => keepDraft(client, id), [client, id])

  const heardWish = useRef(focusWish)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new conversation, or a wish
  useEffect(() => {
    const element = field.current
    const wished = heardWish.current !== focusWish
    heardWish.current = focusWish
    // On a touch screen the focus opens the keyboard: only when it was asked for.
    if (!element || (matchMedia('(pointer: coarse)').matches && !wished)) return
    element.focus({ preventScroll: true })
    element.setSelectionRange(element.value.length, element.value.length)
    setCaret(element.value.length)
  }, [id, focusWish])

  // Who begins to type with the focus nowhere means this field.
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      const plain = event.key.length === 1 && event.key !== '?' && !event.ctrlKey && !event.metaKey && !event.altKey
      if (plain && event.target === document.body && !document.querySelector('[role="dialog"]')) field.current?.focus()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = field.current
    if (!element) return
    element.style.setProperty('block-size', 'auto')
    element.style.setProperty('block-size', `${element.scrollHeight}px`)
  }, [writing.text, id])

  const change = (text: string, at: number) => {
    write(client, id, { text })
    setCaret(at)
    setActive(0)
    if (text !== '' && !writing.editing) client.commands.typing(id)
  }

  const insert = (text: string) => {
    const element = field.current
    const start = element?.selectionStart ?? writing.text.length
    const end = element?.selectionEnd ?? start
    change(writing.text.slice(0, start) + text + writing.text.slice(end), start + text.length)
    requestAnimationFrame(() => {
      element?.focus()
      element?.setSelectionRange(start + text.length, start + text.length)
    })
  }

  const choose = (index: number) => {
    const user = matches[index]
    const element = field.current
    if (!user?.handle || !query || !element) return
    const done = complete(writing.text, query, caret, user.handle)
    write(client, id, {
      text: done.text,
      mentions: [...writing.mentions.filter(known => known.id !== user.id), { id: user.id, handle: user.handle }],
    })
    setCaret(done.caret)
    requestAnimationFrame(() => element.setSelectionRange(done.caret, done.caret))
  }

  const submit = () => {
    if (empty || tooLong) return
    const text = writing.text.trim()
    // Who was typed out without the list is mentioned as well, as far as the members are known.
    const typed = members.flatMap(user => (user.handle && user.id !== me ? [{ id: user.id, handle: user.handle }] : []))
    const all = new Map(standing(text, [...typed, ...writing.mentions]).map(mention => [mention.id, mention]))
    const mentions = [...all.keys()]
    const { editing, reply } = writing
    clearWriting(client, id)
    setCaret(0)
    const sent = editing
      ? client.commands.edit(id, editing.seq, { text, mentions })
      : client.commands.send(id, { text, mentions, replyTo: reply?.seq })
    // A refusal is shown at the message itself.
    sent.catch(() => undefined)
    if (!editing) onSent()
  }

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    if (open) {
      const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 }
      const move = moves[event.key]
      if (move !== undefined) {
        setActive((active + move + matches.length) % matches.length)
        event.preventDefault()
        return
      }
      if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') {
        choose(active)
        event.preventDefault()
        return
      }
      if (event.key === 'Escape') {
        setDismissed(query?.start ?? -1)
        event.stopPropagation()
        return
      }
    }
    if (event.key === 'Enter') {
      const command = event.ctrlKey || event.metaKey
      const plain = !event.shiftKey && !event.altKey && !command
      if (command || (plain && enterSends && !matchMedia('(pointer: coarse)').matches)) {
        event.preventDefault()
        submit()
      }
    } else if (event.key === 'ArrowUp' && writing.text === '' && !event.shiftKey) {
      event.preventDefault()
      onEditLast()
    } else if (event.key === 'Escape' && (writing.editing || writing.reply)) {
      event.stopPropagation()
      if (writing.editing) clearWriting(client, id)
      else write(client, id, { reply: undefined })
    }
  }

  return (
    <form
      className="composer"
      onSubmit={event => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="composer__inner">
        <WritingBar conversation={conversation} writing={writing} />
        {open ? <MentionList id={listId} users={matches} active={active} onChoose={choose} /> : null}
        <div className="composer__box">
          <EmojiButton onPick={insert} />
          <textarea
            ref={field}
            className="composer__field"
            rows={1}
            dir="auto"
            value={writing.text}
            placeholder={t('composer.placeholder', { name: titleOf(conversation, t) })}
            aria-label={t('composer.label')}
            aria-autocomplete="list"
            aria-controls={open ? listId : undefined}
            aria-activedescendant={open ? `${listId}-${active}` : undefined}
            aria-invalid={tooLong || undefined}
            enterKeyHint={enterSends ? 'send' : 'enter'}
            autoComplete="off"
            onChange={event => change(event.currentTarget.value, event.currentTarget.selectionStart)}
            onSelect={event => setCaret(event.currentTarget.selectionStart)}
            onKeyDown={onKeyDown}
            onBlur={() => keepDraft(client, id)}
          />
          <IconButton
            icon={writing.editing ? 'check' : 'plane'}
            label={t(writing.editing ? 'composer.save' : 'composer.send')}
            look={empty || tooLong ? 'plain' : 'accent'}
            type="submit"
            disabled={empty || tooLong}
          />
        </div>
        {tooLong ? (
          <p className="composer__problem" role="alert">
            {t('composer.too_long', { bytes: formats.bytes(bytes), most: formats.bytes(textBytesMax) })}
          </p>
        ) : null}
      </div>
    </form>
  )
}
