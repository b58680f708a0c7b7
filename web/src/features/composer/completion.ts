/** Mentions while writing. Pure: which word is being completed, and who fits. */
import type { User } from '../../client/contract.ts'

export interface Query {
  /** Where the @ stands. */
  start: number
  text: string
}

/** The mention that the caret stands in, if any. */
export function mentionAt(text: string, caret: number): Query | undefined {
  const before = text.slice(0, caret)
  const match = /(?:^|[\s([{"'])@([\p{L}\p{N}._-]{0,32})$/u.exec(before)
  if (!match) return undefined
  const query = match[1] ?? ''
  return { start: caret - query.length - 1, text: query.toLocaleLowerCase() }
}

const SHOWN_MAX = 8

/** Those whose handle or name begins with the query, then those that contain it. */
export function matchUsers(users: readonly User[], query: string): User[] {
  const ranked = users.flatMap(user => {
    if (!user.handle || user.deleted) return []
    const name = user.display_name.toLocaleLowerCase()
    const words = [user.handle, name, ...name.split(/\s+/)]
    if (words.some(word => word.startsWith(query))) return [{ user, rank: 0 }]
    return words.some(word => word.includes(query)) ? [{ user, rank: 1 }] : []
  })
  return ranked
    .sort((first, second) => first.rank - second.rank || first.user.display_name.localeCompare(second.user.display_name))
    .slice(0, SHOWN_MAX)
    .map(entry => entry.user)
}

/** Puts a mention in place of what was typed. */
export function complete(text: string, query: Query, caret: number, handle: string): { text: string; caret: number } {
  const rest = text.slice(caret)
  const inserted = `@${handle}${/^\s/.test(rest) ? '' : ' '}`
  return { text: text.slice(0, query.start) + inserted + rest, caret: query.start + inserted.length }
}

/** Which of the chosen mentions still stand in the text. */
export function standing<Mention extends { handle: string }>(text: string, mentions: readonly Mention[]): Mention[] {
  const lower = text.toLowerCase()
  return mentions.filter(({ handle }) => {
    const at = lower.indexOf(`@${handle}`)
    if (at < 0) return false
    const after = lower[at + handle.length + 1]
    return after === undefined || !/[a-z0-9_-]/.test(after)
  })
}
