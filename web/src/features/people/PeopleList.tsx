import { useState } from 'react'
import type { Contact } from '../../client/contract.ts'
import { useClient, useCommands, useSource } from '../../client/hooks.tsx'
import { useTranslation } from '../../i18n/index.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { EmptyState } from '../../ui/Surface.tsx'
import { Link, useRoute } from '../navigation/index.ts'
import { openCreate } from '../overlays/index.ts'
import { useAttempt } from '../refusal/index.ts'
import { Handle, nameOf } from './names.tsx'
import { useByHandle } from './PersonPicker.tsx'
import { PresenceText } from './PresenceText.tsx'
import './people.css'
import { UserAvatar } from './UserAvatar.tsx'
import { usePresenceWatch } from './usePresenceWatch.ts'

/** Contacts and requests. */
export function PeopleList() {
  const { t } = useTranslation()
  const client = useClient()
  const contacts = useSource(client.contacts)
  const [query, setQuery] = useState('')
  const wanted = query.trim().replace(/^@/, '').toLocaleLowerCase()
  const found = useByHandle(wanted)
  const fits = (contact: Contact) =>
    (contact.user.handle?.includes(wanted) ?? false) || contact.user.display_name.toLocaleLowerCase().includes(wanted)
  const of = (state: Contact['state']) =>
    contacts
      .filter(contact => contact.state === state && fits(contact))
      .sort((first, second) => first.user.display_name.localeCompare(second.user.display_name))
  const pending = of('pending')
  const requested = of('requested')
  const accepted = of('accepted')
  const stranger = found.user && !contacts.some(contact => contact.user.id === found.user?.id && contact.state !== 'none') ? found.user : undefined
  usePresenceWatch(accepted.slice(0, 100).map(contact => contact.user.id))
  return (
    <section className="list-pane" aria-label={t('nav.people')}>
      <header className="list-header">
        <h1 className="list-header__title">{t('nav.people')}</h1>
        <IconButton icon="chat" label={t('create.direct')} onClick={() => openCreate('direct')} />
      </header>
      <div className="list-search">
        <Icon name="search" size={16} />
        <input
          type="search"
          value={query}
          autoCapitalize="none"
          onChange={event => setQuery(event.currentTarget.value)}
          placeholder={t('people.find_placeholder')}
          aria-label={t('people.find_placeholder')}
        />
      </div>
      <div className="list-scroll">
        {stranger ? (
          <Group title={t('people.found')}>
            <PersonRow id={stranger.id} name={nameOf(stranger, t)} handle={stranger.handle} />
          </Group>
        ) : null}
        {pending.length > 0 ? (
          <Group title={t('people.requests')}>
            {pending.map(contact => (
              <Request key={contact.user.id} contact={contact} />
            ))}
          </Group>
        ) : null}
        {accepted.length > 0 ? (
          <Group title={t('people.contacts')}>
            {accepted.map(contact => (
              <PersonRow key={contact.user.id} id={contact.user.id} name={nameOf(contact.user, t)} handle={contact.user.handle} presence />
            ))}
          </Group>
        ) : null}
        {requested.length > 0 ? (
          <Group title={t('people.asked')}>
            {requested.map(contact => (
              <PersonRow key={contact.user.id} id={contact.user.id} name={nameOf(contact.user, t)} handle={contact.user.handle} />
            ))}
          </Group>
        ) : null}
        {pending.length + accepted.length + requested.length === 0 && !stranger ? (
          wanted === '' ? (
            <EmptyState icon="people" title={t('people.empty')}>
              {t('people.empty_text')}
            </EmptyState>
          ) : (
            <EmptyState title={t(found.asking ? 'people.looking' : 'people.nobody')}>{found.asking ? null : t('people.nobody_text')}</EmptyState>
          )
        ) : null}
      </div>
    </section>
  )
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <h2 className="list-group">{title}</h2>
      {children}
    </section>
  )
}

function PersonRow({ id, name, handle, presence }: { id: string; name: string; handle: string | undefined; presence?: boolean }) {
  const route = useRoute()
  const selected = route.page === 'people' && route.user === id
  return (
    <Link
      to={{ page: 'people', user: id }}
      className={`conversation${selected ? ' conversation--selected' : ''}`}
      aria-current={selected ? 'page' : undefined}
    >
      <UserAvatar id={id} presence={presence ?? false} />
      <span className="conversation__words">
        <bdi className="name">{name}</bdi>
        <span className="conversation__last">{presence ? <PresenceText id={id} /> : <Handle handle={handle} />}</span>
      </span>
    </Link>
  )
}

function Request({ contact }: { contact: Contact }) {
  const { t } = useTranslation()
  const commands = useCommands()
  const attempt = useAttempt('toast')
  const { id } = contact.user
  return (
    <div className="request">
      <PersonRow id={id} name={nameOf(contact.user, t)} handle={contact.user.handle} />
      <div className="request__answers">
        <Button look="primary" busy={attempt.busy} onClick={() => void attempt.run(() => commands.acceptContact(id))}>
          {t('people.accept')}
        </Button>
        <Button disabled={attempt.busy} onClick={() => void attempt.run(() => commands.declineContact(id))}>
          {t('people.decline')}
        </Button>
      </div>
    </div>
  )
}
