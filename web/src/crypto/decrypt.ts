/**
 * The step between sync and store where content becomes readable. Today every body is plain, so it is the identity; an encrypted body will be opened here, by
 * an engine that is loaded only then. The store and the screen never see ciphertext.
 */

import type { LogEvent, Message } from '../api/wire.ts'

export interface Decrypt {
  /** May answer later; order is kept by whoever calls. */
  readonly event: (event: LogEvent) => LogEvent
  readonly message: (message: Message) => Message
}

export const PLAIN: Decrypt = { event: event => event, message: message => message }
