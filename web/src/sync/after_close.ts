/** What a close code asks of the client. The range says it, so that codes which this version does not know are understood too. */

export type AfterClose =
  /** Reconnect and resume with the cursor. */
  | 'resume'
  /** Reconnect without a cursor. */
  | 'restart'
  /** The session has ended: the person must log in. */
  | 'log_in'
  /** Do not reconnect by yourself. */
  | 'stay_away'

/** Close codes with a meaning beyond their range. */
export const CLOSE = { unauthenticated: 4200, revoked: 4201 } as const

export function afterClose(code: number | undefined): AfterClose {
  if (code === undefined) return 'resume'
  if (code === CLOSE.unauthenticated || code === CLOSE.revoked) return 'log_in'
  if (code >= 4100 && code <= 4199) return 'restart'
  if ((code >= 4200 && code <= 4299) || code === 1002 || code === 1003 || (code >= 1007 && code <= 1009)) return 'stay_away'
  return 'resume'
}
