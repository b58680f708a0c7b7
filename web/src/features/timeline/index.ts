export { lastOwnMessage } from './rows.ts'
export { TimelineList } from './TimelineList.tsx'
