import { useMemo, useState } from 'react'
import { Virtualizer } from 'virtua'
import type { ConversationView } from '../../client/contract.ts'
import { useClient, useSource } from '../../client/hooks.tsx'
import { type MessageKey, useTranslation } from '../../i18n/index.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Menu, MenuItem } from '../../ui/Menu.tsx'
import { EmptyState, SkeletonRows } from '../../ui/Surface.tsx'
import { useLeaving } from '../actions/index.ts'
import { conversationOf, useRoute } from '../navigation/index.ts'
import { openCreate } from '../overlays/index.ts'
import { usePresenceWatch } from '../people/index.ts'
import './conversations.css'
import { titleOf } from '../identity/index.ts'
import { ConversationRow } from './ConversationRow.tsx'

type Filter = 'all' | 'unread' | 'direct' | 'groups' | 'archived'

const FILTERS: readonly { id: Filter; label: MessageKey; keeps: (conversation: ConversationView) => boolean }[] = [
  { id: 'all', label: 'list.all', keeps: conversation => !conversation.archived },
  { id: 'unread', label: 'list.unread', keeps: ({ archived, unread, markedUnread }) => !archived && (unread > 0 || markedUnread) },
  { id: 'direct', label: 'list.direct', keeps: conversation => !conversation.archived && conversation.kind === 'direct' },
  { id: 'groups', label: 'list.groups', keeps: conversation => !conversation.archived && conversation.kind !== 'direct' },
  { id: 'archived', label: 'list.archived', keeps: conversation => conversation.archived },
]

const WATCHED_MAX = 60

/** All conversations, newest first, with a filter. */
export function ConversationList() {
  const { t } = useTranslation()
  const client = useClient()
  const session = useSource(client.session)
  const leaving = useLeaving()
  const held = useSource(client.conversations)
  const all = useMemo(() => (leaving.size === 0 ? held : held.filter(one => !leaving.has(one.id))), [held, leaving])
  const open = conversationOf(useRoute())
  const [filter, setFilter] = useState<Filter>('all')
  const [query, setQuery] = useState('')
  const wanted = query.trim().toLocaleLowerCase()
  const chosen = FILTERS.find(candidate => candidate.id === filter)
  const shown = useMemo(
    () =>
      all.filter(conversation => {
        // The open one stays where it is while its unread messages are read.
        if (wanted === '' && conversation.id === open && filter === 'unread' && !conversation.archived) return true
        return (wanted !== '' || (chosen?.keeps(conversation) ?? true)) && titleOf(conversation, t).toLocaleLowerCase().includes(wanted)
      }),
    [all, chosen, filter, wanted, open, t],
  )
  usePresenceWatch(shown.slice(0, WATCHED_MAX).flatMap(conversation => (conversation.peer && !conversation.withSelf ? [conversation.peer] : [])))
  const loaded = session.phase === 'logged_in' && session.loaded
  return (
    <section className="list-pane" aria-label={t('nav.chats')}>
      <header className="list-header">
        <h1 className="list-header__title">{t('nav.chats')}</h1>
        <Menu button={<IconButton icon="filter" label={t('list.filter')} pressed={filter !== 'all'} />} label={t('list.filter')}>
          {FILTERS.map(one => (
            <MenuItem key={one.id} checked={one.id === filter} onClick={() => setFilter(one.id)}>
              {t(one.label)}
            </MenuItem>
          ))}
        </Menu>
        <NewMenu />
      </header>
      <div className="list-search">
        <Icon name="search" size={16} />
        <input
          type="search"
          value={query}
          onChange={event => setQuery(event.currentTarget.value)}
          placeholder={t('list.search')}
          aria-label={t('list.search')}
        />
      </div>
      {filter === 'all' || wanted !== '' ? null : (
        <p className="list-filter">
          {t(chosen?.label ?? 'list.all')}
          <button type="button" onClick={() => setFilter('all')}>
            {t('list.show_all')}
          </button>
        </p>
      )}
      <nav className="list-scroll" aria-label={t('nav.chats')} onKeyDown={event => moveInList(event.nativeEvent)}>
        {!loaded && all.length === 0 ? (
          <SkeletonRows rows={7} />
        ) : shown.length === 0 ? (
          <Nothing searching={wanted !== ''} filter={filter} empty={all.length === 0} />
        ) : (
          <Virtualizer bufferSize={400} as="ul" item="li">
            {shown.map(conversation => (
              <ConversationRow key={conversation.id} conversation={conversation} selected={conversation.id === open} />
            ))}
          </Virtualizer>
        )}
      </nav>
    </section>
  )
}

function NewMenu() {
  const { t } = useTranslation()
  return (
    <Menu button={<IconButton icon="add" label={t('create.title')} />} label={t('create.title')}>
      <MenuItem icon="chat" onClick={() => openCreate('direct')}>
        {t('create.direct')}
      </MenuItem>
      <MenuItem icon="group" onClick={() => openCreate('group')}>
        {t('create.group')}
      </MenuItem>
      <MenuItem icon="channel" onClick={() => openCreate('channel')}>
        {t('create.channel')}
      </MenuItem>
    </Menu>
  )
}

function Nothing({ searching, filter, empty }: { searching: boolean; filter: Filter; empty: boolean }) {
  const { t } = useTranslation()
  if (searching) return <EmptyState title={t('list.none_found')}>{t('list.none_found_text')}</EmptyState>
  if (!empty) return <EmptyState title={t(filter === 'unread' ? 'list.all_read' : 'list.none_here')} />
  return (
    <EmptyState
      icon="chat"
      title={t('list.empty')}
      action={
        <Button look="primary" onClick={() => openCreate('direct')}>
          {t('create.direct')}
        </Button>
      }
    >
      {t('list.empty_text')}
    </EmptyState>
  )
}

/** The arrow keys go through the rows. */
function moveInList(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const list = event.currentTarget
  if (!(list instanceof HTMLElement)) return
  const rows = [...list.querySelectorAll<HTMLElement>('a')]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)]
  if (!next) return
  event.preventDefault()
  next.focus()
}
