/** Where one is in the app, as a value and as an address. Secrets of invite links stand in the fragment, which no server sees. */

export type SettingsSection = 'profile' | 'devices' | 'privacy' | 'appearance' | 'notifications' | 'about'
export type AdminSection = 'overview' | 'users' | 'invites'

export type Route =
  | { page: 'chats'; conversation?: string | undefined; seq?: number | undefined; details?: boolean | undefined }
  | { page: 'channels'; conversation?: string | undefined; seq?: number | undefined; details?: boolean | undefined }
  | { page: 'people'; user?: string | undefined }
  | { page: 'settings'; section?: SettingsSection | undefined }
  | { page: 'admin'; section?: AdminSection | undefined }
  | { page: 'join'; code: string }
  | { page: 'register'; code: string }

const SETTINGS: readonly SettingsSection[] = ['profile', 'devices', 'privacy', 'appearance', 'notifications', 'about']
const ADMIN: readonly AdminSection[] = ['overview', 'users', 'invites']
const ID = /^[1-9][0-9]{0,18}$/

/** The route that an address means; what cannot be read means the list of chats. */
export function parseRoute(pathname: string, fragment: string): Route {
  const parts = pathname.split('/').filter(part => part !== '')
  const [page, second, third, fourth] = parts
  const code = fragment.replace(/^#/, '')
  if (page === 'join' && code) return { page: 'join', code }
  if (page === 'register') return { page: 'register', code }
  if (page === 'people') return { page: 'people', user: second && ID.test(second) ? second : undefined }
  if (page === 'settings') return { page: 'settings', section: SETTINGS.find(section => section === second) }
  if (page === 'admin') return { page: 'admin', section: ADMIN.find(section => section === second) }
  if ((page === 'c' || page === 'channels') && second && ID.test(second)) {
    const seq = third === 'm' && fourth && /^[0-9]{1,15}$/.test(fourth) ? Number(fourth) : undefined
    return { page: page === 'c' ? 'chats' : 'channels', conversation: second, seq, details: third === 'details' }
  }
  return { page: page === 'channels' ? 'channels' : 'chats' }
}

/** The address of a route. */
export function addressOf(route: Route): string {
  switch (route.page) {
    case 'chats':
    case 'channels': {
      const base = route.page === 'chats' ? '/c' : '/channels'
      if (!route.conversation) return route.page === 'chats' ? '/' : '/channels'
      const place = `${base}/${route.conversation}`
      if (route.details) return `${place}/details`
      return route.seq === undefined ? place : `${place}/m/${route.seq}`
    }
    case 'people':
      return route.user ? `/people/${route.user}` : '/people'
    case 'settings':
      return route.section ? `/settings/${route.section}` : '/settings'
    case 'admin':
      return route.section ? `/admin/${route.section}` : '/admin'
    case 'join':
      return `/join#${route.code}`
    case 'register':
      return route.code ? `/register#${route.code}` : '/register'
  }
}

/** The open conversation of a route, if any. */
export function conversationOf(route: Route): string | undefined {
  return route.page === 'chats' || route.page === 'channels' ? route.conversation : undefined
}
