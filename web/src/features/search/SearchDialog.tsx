import { type KeyboardEvent, useEffect, useState } from 'react'
import type { ConversationId, SearchHit } from '../../client/contract.ts'
import { useClient, useMaybe } from '../../client/hooks.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useTranslation } from '../../i18n/index.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { SkeletonRows } from '../../ui/Surface.tsx'
import { ConversationName, titleOf } from '../identity/index.ts'
import { navigate } from '../navigation/index.ts'
import { closeOverlay } from '../overlays/index.ts'
import { UserAvatar, UserName } from '../people/index.ts'
import { cutOut } from './excerpt.ts'
import './search.css'

const ASK_AFTER_MS = 150

/** Search in what this device holds, in one conversation or in all. */
export default function SearchDialog({ within }: { within?: ConversationId | undefined }) {
  const { t } = useTranslation()
  const client = useClient()
  const conversation = useMaybe(within === undefined ? undefined : client.conversation(within))
  const [query, setQuery] = useState('')
  const [hits, setHits] = useState<{ query: string; list: readonly SearchHit[] }>({ query: '', list: [] })
  const [active, setActive] = useState(0)
  const wanted = query.trim()
  useEffect(() => {
    if (wanted.length < 2) return
    let gone = false
    const timer = setTimeout(() => {
      client.commands.search(wanted, within).then(
        list => {
          if (gone) return
          setHits({ query: wanted, list })
          setActive(0)
        },
        () => gone || setHits({ query: wanted, list: [] }),
      )
    }, ASK_AFTER_MS)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [client, wanted, within])

  const open = (hit: SearchHit | undefined) => {
    if (!hit) return
    closeOverlay()
    navigate({ page: 'chats', conversation: hit.conversation, seq: hit.seq })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const count = hits.list.length
    if (count === 0 || event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setActive((active + (event.key === 'ArrowDown' ? 1 : -1) + count) % count)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      open(hits.list[active])
    }
  }
  const title = conversation ? t('search.in', { name: titleOf(conversation, t) }) : t('search.everywhere')
  const short = wanted.length < 2
  return (
    <Dialog title={title} closeLabel={t('close')} focus="field" onClose={closeOverlay}>
      <div className="search">
        <input
          className="search__input"
          type="search"
          value={query}
          data-autofocus
          placeholder={t('search.placeholder')}
          aria-label={title}
          onChange={event => setQuery(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <div className="search__list" aria-live="polite">
          {short ? (
            <p className="search__hint">{t('search.hint')}</p>
          ) : hits.query !== wanted ? (
            <SkeletonRows rows={3} />
          ) : hits.list.length === 0 ? (
            <p className="search__hint">{t('search.none')}</p>
          ) : (
            hits.list.map((hit, index) => (
              <Hit
                key={`${hit.conversation}.${hit.seq}`}
                hit={hit}
                query={wanted}
                active={index === active}
                everywhere={within === undefined}
                onOpen={() => open(hit)}
              />
            ))
          )}
        </div>
      </div>
    </Dialog>
  )
}

function Hit({
  hit,
  query,
  active,
  everywhere,
  onOpen,
}: {
  hit: SearchHit
  query: string
  active: boolean
  everywhere: boolean
  onOpen: () => void
}) {
  const formats = useFormats()
  const conversation = useMaybe(useClient().conversation(hit.conversation))
  return (
    <button type="button" className="hit" data-active={active ? '' : undefined} onClick={onOpen}>
      <UserAvatar id={hit.sender} size={32} />
      <span className="hit__words">
        <span className="hit__head">
          <UserName id={hit.sender} />
          {everywhere && conversation ? (
            <span className="hit__where">
              <ConversationName conversation={conversation} />
            </span>
          ) : null}
          <time dateTime={hit.at}>{formats.brief(hit.at)}</time>
        </span>
        <span className="hit__text" dir="auto">
          {cutOut(hit.text, query).map((piece, index) =>
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change their order
            piece.found ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
          )}
        </span>
      </span>
    </button>
  )
}
