export { InviteManager } from './InviteManager.tsx'
export { JoinPage } from './JoinPage.tsx'
