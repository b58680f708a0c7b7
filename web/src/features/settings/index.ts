export { Page } from './Page.tsx'
export { SectionLink, SettingsList } from './SettingsList.tsx'
