import { useEffect, useState } from 'react'
import type { ChannelSummary, Refusal } from '../../client/contract.ts'
import { isRefusal } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button, IconButton } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { EmptyState, SkeletonRows } from '../../ui/Surface.tsx'
import { conversationOf, Link, useRoute } from '../navigation/index.ts'
import { openCreate } from '../overlays/index.ts'
import { RefusalNotice } from '../refusal/index.ts'

const ASK_AFTER_MS = 250

/** Every channel of the server. One can read before joining. */
export function ChannelDirectory() {
  const { t } = useTranslation()
  const { commands, conversations } = useClient()
  const joined = useSource(conversations).filter(conversation => conversation.kind === 'channel').length
  const [query, setQuery] = useState('')
  const [asked, setAsked] = useState(0)
  const [channels, setChannels] = useState<readonly ChannelSummary[] | undefined>()
  const [next, setNext] = useState<string | undefined>()
  const [problem, setProblem] = useState<Refusal | undefined>()

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew when one joined or left, and on wish
  useEffect(() => {
    let gone = false
    const timer = setTimeout(
      () => {
        commands.listChannels(query.trim() ? { query: query.trim() } : {}).then(
          page => {
            if (gone) return
            setChannels(page.channels)
            setNext(page.next)
            setProblem(undefined)
          },
          cause => gone || setProblem(isRefusal(cause) ? cause : undefined),
        )
      },
      query === '' ? 0 : ASK_AFTER_MS,
    )
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [commands, query, joined, asked])

  const more = () =>
    commands.listChannels({ ...(query.trim() ? { query: query.trim() } : {}), ...(next ? { after: next } : {}) }).then(
      page => {
        setChannels([...(channels ?? []), ...page.channels])
        setNext(page.next)
      },
      () => undefined,
    )

  return (
    <section className="list-pane" aria-label={t('nav.channels')}>
      <header className="list-header">
        <h1 className="list-header__title">{t('nav.channels')}</h1>
        <IconButton icon="add" label={t('create.channel')} onClick={() => openCreate('channel')} />
      </header>
      <div className="list-search">
        <Icon name="search" size={16} />
        <input
          type="search"
          value={query}
          onChange={event => setQuery(event.currentTarget.value)}
          placeholder={t('channels.search')}
          aria-label={t('channels.search')}
        />
      </div>
      <nav className="list-scroll" aria-label={t('nav.channels')}>
        {problem ? (
          <RefusalNotice
            refusal={problem}
            action={
              <Button look="plain" onClick={() => setAsked(asked + 1)}>
                {t('try_again')}
              </Button>
            }
          />
        ) : channels === undefined ? (
          <SkeletonRows rows={5} />
        ) : channels.length === 0 ? (
          <EmptyState
            icon="channel"
            title={t(query ? 'list.none_found' : 'channels.empty')}
            action={query ? undefined : <Button onClick={() => openCreate('channel')}>{t('create.channel')}</Button>}
          >
            {query ? null : t('channels.empty_text')}
          </EmptyState>
        ) : (
          <>
            {channels.map(channel => (
              <ChannelRow key={channel.id} channel={channel} />
            ))}
            {next ? (
              <Button look="plain" wide onClick={() => void more()}>
                {t('show_more')}
              </Button>
            ) : null}
          </>
        )}
      </nav>
    </section>
  )
}

function ChannelRow({ channel }: { channel: ChannelSummary }) {
  const { t } = useTranslation()
  const selected = conversationOf(useRoute()) === channel.id
  return (
    <Link
      to={{ page: 'channels', conversation: channel.id }}
      className={`conversation${selected ? ' conversation--selected' : ''}`}
      aria-current={selected ? 'page' : undefined}
    >
      <Avatar id={channel.id} name={channel.title} icon="channel" />
      <span className="conversation__words">
        <span className="conversation__line">
          <span className="conversation__name">
            <bdi className="name">{channel.title}</bdi>
          </span>
          {channel.joined ? <span className="conversation__time">{t('channels.joined')}</span> : null}
        </span>
        <span className="conversation__last">
          {t('conversation.members', { count: channel.member_count })}
          {channel.description ? (
            <>
              {' · '}
              <bdi>{channel.description}</bdi>
            </>
          ) : null}
        </span>
      </span>
    </Link>
  )
}
