export { ConversationAvatar, ConversationName, titleOf } from './look.tsx'
