/** Finds the messages that others answer, for the line above a reply: in memory, else in the storage, else on the server. Each is looked for once. */

import type { ConversationId, Message, Seq } from '../api/wire.ts'
import type { ReplyView } from '../client/contract.ts'
import { findEntry, type Log } from '../store/log.ts'
import type { Engine } from './engine.ts'

const SHOWN_CHARACTERS = 200
const CACHE_MAX = 500

export interface Replies {
  readonly view: (conversation: ConversationId, log: Log, seq: Seq) => ReplyView
}

/** `onFound` is called when one that was shown as unknown is known. */
export function makeReplies(engine: Engine, onFound: () => void): Replies {
  const found = new Map<string, ReplyView>()
  const looking = new Set<string>()

  const look = async (conversation: ConversationId, seq: Seq): Promise<Message | undefined> => {
    const [stored] = await engine
      .storage()
      .entries(conversation, { from: seq, to: seq }, 1, 'first')
      .catch(() => [])
    if (stored?.type === 'message') return stored.message
    if (!engine.isLive()) return undefined
    const page = await engine.ask('message.list', { conversation, after: seq - 1, limit: 1 }).catch(() => undefined)
    return page?.messages.find(message => message.seq === seq)
  }

  return {
    view: (conversation, log, seq) => {
      const entry = findEntry(log, seq)
      const key = `${conversation}.${seq}`
      if (entry?.type === 'message') return memo(found, key, replyView(entry.message))
      const known = found.get(key)
      if (known !== undefined) return known
      if (!looking.has(key)) {
        looking.add(key)
        void look(conversation, seq).then(message => {
          if (message === undefined) return
          looking.delete(key)
          memo(found, key, replyView(message))
          const [oldest] = found.keys()
          if (found.size > CACHE_MAX && oldest !== undefined) found.delete(oldest)
          onFound()
        })
      }
      return { seq, deleted: false }
    },
  }
}

function replyView({ seq, sender, text, deleted }: Message): ReplyView {
  return { seq, sender, text: text?.slice(0, SHOWN_CHARACTERS), deleted: deleted ?? false }
}

/** Keeps the identity of a view that did not change. */
function memo(found: Map<string, ReplyView>, key: string, view: ReplyView): ReplyView {
  const known = found.get(key)
  if (known !== undefined && known.sender === view.sender && known.text === view.text && known.deleted === view.deleted) return known
  found.set(key, view)
  return view
}
