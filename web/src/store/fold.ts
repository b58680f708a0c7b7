/**
 * Messages as people see them: what follows a message in the log is folded into it. The same rules stand in the server's `domain::fold`: an edit counts when
 * it is the sender's own and no deletion came before it; a deletion is final; the last reaction per (message, sender, emoji) counts, and emoji and users
 * stand in the order in which they came; the last pin counts.
 */

import type { LogEvent, Message, Reaction, Seq, UserId } from '../api/wire.ts'

/** The events that are about a message. */
export type Follower = Extract<LogEvent, { target: Seq }>

export function isFollower(event: LogEvent): event is Follower {
  return 'target' in event
}

/** A message as its own event says it. */
export function messageOf(event: Extract<LogEvent, { event: 'message' }>): Message {
  const { conversation, seq, id, sender, at, text, mentions, reply_to } = event
  const message: Message = { conversation, seq, id, sender, at }
  if (text === undefined) message.deleted = true
  else message.text = text
  if (mentions !== undefined && mentions.length > 0) message.mentions = mentions
  if (reply_to !== undefined) message.reply_to = reply_to
  return message
}

/** The message after the event; the same object when nothing changed. */
export function fold(message: Message, event: Follower): Message {
  if (message.deleted === true) return message
  switch (event.event) {
    case 'edit': {
      if (event.sender !== message.sender || event.text === undefined) return message
      const { mentions: _, ...rest } = message
      const mentions = event.mentions !== undefined && event.mentions.length > 0 ? { mentions: event.mentions } : {}
      return { ...rest, ...mentions, text: event.text, edited_at: event.at }
    }
    case 'delete': {
      const { text: _text, mentions: _mentions, edited_at: _edited, pinned: _pinned, reactions: _reactions, ...rest } = message
      return { ...rest, deleted: true }
    }
    case 'reaction': {
      const reactions = react(message.reactions ?? [], event.emoji, event.sender, event.on)
      if (reactions === message.reactions) return message
      const { reactions: _, ...rest } = message
      return reactions.length === 0 ? rest : { ...rest, reactions }
    }
    case 'pin': {
      if ((message.pinned ?? false) === event.on) return message
      const { pinned: _, ...rest } = message
      return event.on ? { ...rest, pinned: true } : rest
    }
  }
}

/** Reactions after one was added or taken back; the same list when nothing changed. */
export function react(reactions: Reaction[], emoji: string, user: UserId, on: boolean): Reaction[] {
  const known = reactions.find(reaction => reaction.emoji === emoji)
  if (known === undefined) return on ? [...reactions, { emoji, users: [user] }] : reactions
  if (known.users.includes(user) === on) return reactions
  const users = on ? [...known.users, user] : known.users.filter(other => other !== user)
  return reactions.flatMap(reaction => (reaction !== known ? [reaction] : users.length === 0 ? [] : [{ emoji, users }]))
}
