import { lazy, type ReactNode, Suspense, useEffect } from 'react'
import { useClient, useSource } from '../client/hooks.tsx'
import { useShortcuts } from '../features/actions/index.ts'
import { AdminList } from '../features/admin/index.ts'
import { ChannelDirectory } from '../features/channels/index.ts'
import { ConversationPane } from '../features/conversation/index.ts'
import { ConversationList } from '../features/conversations/index.ts'
import { DetailsPane } from '../features/details/index.ts'
import { JoinPage } from '../features/invites/index.ts'
import { navigate, type Route, useRoute } from '../features/navigation/index.ts'
import { NotificationAsk, useArrivals, useBadge } from '../features/notifications/index.ts'
import { PeopleList, Profile } from '../features/people/index.ts'
import { SettingsList } from '../features/settings/index.ts'
import { Welcome } from '../features/welcome/index.ts'
import { ConnectionLine } from './ConnectionLine.tsx'
import { Dialogs } from './Dialogs.tsx'
import './frame.css'
import { Rail } from './Rail.tsx'
import { Resizer } from './Resizer.tsx'
import { useActive } from './useActive.ts'

const SettingsPage = lazy(() => import('../features/settings/SettingsPage.tsx'))
const AdminPage = lazy(() => import('../features/admin/AdminPage.tsx'))

/** The frame of everything once one is in: rail, list, main pane, details. On a phone one of them at a time. */
export function Frame() {
  const route = useRoute()
  const server = useSource(useClient().server)
  useShortcuts()
  useArrivals()
  useBadge(server?.name ?? 'Parlor')
  useActive()
  useEffect(() => {
    // An invite to the server means nothing to who is in already.
    if (route.page === 'register') navigate({ page: 'chats' }, { replace: true })
  }, [route])
  const details = 'details' in route && route.details && route.conversation
  return (
    <div className="frame" data-pane={paneOf(route)} data-details={details ? '' : undefined}>
      <Rail route={route} />
      <div className="frame__list">
        <List route={route} />
        <NotificationAsk />
      </div>
      <main className="frame__main">
        <Resizer />
        <ConnectionLine />
        <Main route={route} />
      </main>
      {details ? (
        <div className="frame__details">
          <DetailsPane id={details} />
        </div>
      ) : null}
      <Dialogs />
    </div>
  )
}

/** What a phone shows. */
function paneOf(route: Route): 'list' | 'main' | 'details' {
  switch (route.page) {
    case 'chats':
    case 'channels':
      return route.details ? 'details' : route.conversation ? 'main' : 'list'
    case 'people':
      return route.user ? 'main' : 'list'
    case 'settings':
    case 'admin':
      return route.section ? 'main' : 'list'
    case 'join':
    case 'register':
      return 'main'
  }
}

function List({ route }: { route: Route }): ReactNode {
  switch (route.page) {
    case 'channels':
      return <ChannelDirectory />
    case 'people':
      return <PeopleList />
    case 'settings':
      return <SettingsList />
    case 'admin':
      return <AdminList />
    case 'chats':
    case 'join':
    case 'register':
      return <ConversationList />
  }
}

function Main({ route }: { route: Route }): ReactNode {
  switch (route.page) {
    case 'chats':
    case 'channels':
      return route.conversation ? <ConversationPane id={route.conversation} seq={route.seq} /> : <Welcome />
    case 'people':
      return route.user ? <Profile key={route.user} id={route.user} /> : <Welcome />
    case 'settings':
      return (
        <Suspense fallback={<section className="pane" />}>
          <SettingsPage key={route.section} section={route.section ?? 'profile'} />
        </Suspense>
      )
    case 'admin':
      return (
        <Suspense fallback={<section className="pane" />}>
          <AdminPage key={route.section} section={route.section ?? 'overview'} />
        </Suspense>
      )
    case 'join':
      return <JoinPage key={route.code} code={route.code} />
    case 'register':
      return null
  }
}
