import { conversationOf, goBack, navigate } from '../navigation/index.ts'
import { closeOverlay, openCreate, openOverlay, openSearch } from '../overlays/index.ts'
import { changePreferences } from '../preferences/index.ts'
import type { Action, ActionContext } from './action.ts'
import { shortcut } from './shortcut.ts'

const always = () => true

/** Goes to a neighbour in the list. */
function move({ client, route }: ActionContext, by: 1 | -1, unreadOnly: boolean): void {
  const open = conversationOf(route)
  const all = client.conversations.get().filter(one => !one.archived || one.id === open)
  const at = all.findIndex(one => one.id === open)
  const order = by === 1 ? all.slice(at + 1) : all.slice(0, at < 0 ? all.length : at).reverse()
  const next = order.find(one => !unreadOnly || one.unread > 0 || one.markedUnread)
  if (next) navigate({ page: 'chats', conversation: next.id })
}

const ACTIONS: readonly Action[] = [
  {
    id: 'palette',
    group: 'go',
    label: () => 'palette.title',
    icon: 'search',
    shortcut: shortcut({ code: 'KeyK', command: true, name: 'K' }),
    enabled: always,
    perform: () => openOverlay({ kind: 'palette' }),
  },
  {
    id: 'next',
    group: 'go',
    label: () => 'action.next',
    icon: 'down',
    shortcut: shortcut({ code: 'ArrowDown', alt: true, name: '↓' }),
    enabled: always,
    perform: context => move(context, 1, false),
  },
  {
    id: 'previous',
    group: 'go',
    label: () => 'action.previous',
    icon: 'down',
    shortcut: shortcut({ code: 'ArrowUp', alt: true, name: '↑' }),
    enabled: always,
    perform: context => move(context, -1, false),
  },
  {
    id: 'next_unread',
    group: 'go',
    label: () => 'action.next_unread',
    icon: 'unread',
    shortcut: shortcut({ code: 'ArrowDown', alt: true, shift: true, name: '↓' }),
    enabled: always,
    perform: context => move(context, 1, true),
  },
  {
    id: 'search_all',
    group: 'go',
    label: () => 'search.everywhere',
    icon: 'search',
    shortcut: shortcut({ code: 'KeyF', command: true, shift: true, name: 'F' }),
    enabled: always,
    perform: () => openSearch(),
  },
  {
    id: 'new_direct',
    group: 'make',
    label: () => 'create.direct',
    icon: 'chat',
    shortcut: shortcut({ code: 'KeyN', alt: true, name: 'N' }),
    enabled: always,
    perform: () => openCreate('direct'),
  },
  { id: 'new_group', group: 'make', label: () => 'create.group', icon: 'group', enabled: always, perform: () => openCreate('group') },
  { id: 'new_channel', group: 'make', label: () => 'create.channel', icon: 'channel', enabled: always, perform: () => openCreate('channel') },
  { id: 'chats', group: 'go', label: () => 'nav.chats', icon: 'chat', enabled: always, perform: () => navigate({ page: 'chats' }) },
  { id: 'channels', group: 'go', label: () => 'nav.channels', icon: 'channel', enabled: always, perform: () => navigate({ page: 'channels' }) },
  { id: 'people', group: 'go', label: () => 'nav.people', icon: 'people', enabled: always, perform: () => navigate({ page: 'people' }) },
  {
    id: 'settings',
    group: 'go',
    label: () => 'nav.settings',
    icon: 'settings',
    shortcut: shortcut({ code: 'Comma', command: true, name: ',' }),
    enabled: always,
    perform: () => navigate({ page: 'settings', section: 'profile' }),
  },
  {
    id: 'admin',
    group: 'go',
    label: () => 'nav.admin',
    icon: 'shield',
    enabled: ({ client }) => client.account.get()?.role === 'admin',
    perform: () => navigate({ page: 'admin', section: 'overview' }),
  },
  { id: 'light', group: 'app', label: () => 'action.light', icon: 'palette', enabled: always, perform: () => changePreferences({ theme: 'light' }) },
  { id: 'dark', group: 'app', label: () => 'action.dark', icon: 'palette', enabled: always, perform: () => changePreferences({ theme: 'dark' }) },
  {
    id: 'system',
    group: 'app',
    label: () => 'action.system',
    icon: 'palette',
    enabled: always,
    perform: () => changePreferences({ theme: 'system' }),
  },
  {
    id: 'help',
    group: 'app',
    label: () => 'help.title',
    icon: 'keyboard',
    shortcut: shortcut({ key: '?', name: '?' }),
    enabled: always,
    perform: () => openOverlay({ kind: 'help' }),
  },
  {
    id: 'back',
    group: 'go',
    label: () => 'action.back',
    icon: 'back',
    shortcut: shortcut({ code: 'Escape', name: 'Esc' }),
    enabled: ({ route }) => 'details' in route && route.details === true,
    perform: ({ route }) => {
      closeOverlay()
      goBack({ page: route.page === 'channels' ? 'channels' : 'chats', conversation: conversationOf(route) })
    },
  },
]

export function appActions(): readonly Action[] {
  return ACTIONS
}
