export { Composer } from './Composer.tsx'
export { forgetWritings, replyTo, startEditing, wishFocus } from './writing.ts'
