export { Link } from './Link.tsx'
export { currentRoute, goBack, navigate, useRoute } from './navigate.ts'
export { type AdminSection, addressOf, conversationOf, parseRoute, type Route, type SettingsSection } from './route.ts'
