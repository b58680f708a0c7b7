/** Fetches the events of a page's range that are no messages (somebody joined, the title changed), because pages hold only messages. */

import type { ConversationId } from '../api/wire.ts'
import type { PageRange } from '../store/log.ts'
import type { Engine } from './engine.ts'

/** A range with very many reactions is left without its notices rather than fetched whole. */
const REQUESTS_MAX = 3
const PAGE = 200

/** Best effort: what fails is missing in the timeline and nothing else. */
export async function fetchNotices(engine: Engine, conversation: ConversationId, range: PageRange, messages: number): Promise<void> {
  if (range.to - range.from + 1 <= messages) return
  let after = range.from - 1
  for (let requests = 0; requests < REQUESTS_MAX && after < range.to; requests++) {
    const page = await engine.ask('event.list', { conversation, after, limit: PAGE }).catch(() => undefined)
    if (page === undefined) return
    engine.dispatch({ type: 'notices', conversation, events: page.events.filter(event => event.seq <= range.to) })
    if (!page.more || page.through <= after) return
    after = page.through
  }
}
