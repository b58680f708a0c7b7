export { EmojiButton } from './EmojiButton.tsx'
export { EmojiPopover } from './EmojiPopover.tsx'
