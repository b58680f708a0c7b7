export { ConversationList } from './ConversationList.tsx'
