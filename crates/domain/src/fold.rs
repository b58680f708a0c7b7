//! Messages as people see them: a log's message events with the later events about them folded in.
//!
//! The rules, which every client's reducer shares: an edit counts when it is the message's sender's and no deletion came before it; a deletion is final; the last
//! reaction event per (message, sender, emoji) counts, and emoji and users stand in the order in which they (last) came; the last pin event counts.

use std::collections::HashMap;

use parlor_types::event::Content;
use parlor_types::{ConversationId, Emoji, Event, EventBody, EventId, Seq, Timestamp, UserId};

/// A message with what happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldedMessage {
    /// The log it stands in.
    pub conversation: ConversationId,
    /// Its place there.
    pub seq: Seq,
    /// Its opaque id.
    pub id: EventId,
    /// Who wrote it.
    pub sender: UserId,
    /// When the server took it.
    pub at: Timestamp,
    /// The content as it stands after edits; erased once deleted.
    pub content: Content,
    /// The message that it answers.
    pub reply_to: Option<Seq>,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// Whether it was deleted for everyone.
    pub deleted: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Reactions, in the order in which each emoji came.
    pub reactions: Vec<FoldedReaction>,
}

/// One emoji under a message; never without users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldedReaction {
    /// The emoji.
    pub emoji: Emoji,
    /// Who reacted with it, in the order in which they came.
    pub users: Vec<UserId>,
}

/// Folds `followers` (the events about these messages, by seq, rising) into `messages` (events by seq; those that are no messages are left out).
pub fn fold(messages: impl IntoIterator<Item = Event>, followers: impl IntoIterator<Item = Event>) -> Vec<FoldedMessage> {
    let mut folded: Vec<FoldedMessage> = messages.into_iter().filter_map(start).collect();
    let places: HashMap<Seq, usize> = folded.iter().enumerate().map(|(place, message)| (message.seq, place)).collect();
    for event in followers {
        if let Some(place) = event.body.target().and_then(|target| places.get(&target)) {
            apply(&mut folded[*place], event);
        }
    }
    folded
}

fn start(event: Event) -> Option<FoldedMessage> {
    let EventBody::Message { content, reply_to } = event.body else { return None };
    let deleted = content.is_erased();
    Some(FoldedMessage {
        conversation: event.conversation,
        seq: event.seq,
        id: event.id,
        sender: event.sender,
        at: event.at,
        content,
        reply_to,
        edited_at: None,
        deleted,
        pinned: false,
        reactions: Vec::new(),
    })
}

fn apply(message: &mut FoldedMessage, event: Event) {
    match event.body {
        EventBody::Edit { content, .. } if event.sender == message.sender && !message.deleted && !content.is_erased() => {
            message.content = content;
            message.edited_at = Some(event.at);
        }
        EventBody::Delete { .. } => {
            message.deleted = true;
            message.content = Content::default();
            message.edited_at = None;
            message.pinned = false;
            message.reactions.clear();
        }
        EventBody::Reaction { emoji, on, .. } if !message.deleted => react(&mut message.reactions, emoji, event.sender, on),
        EventBody::Pin { on, .. } if !message.deleted => message.pinned = on,
        _ => {}
    }
}

fn react(reactions: &mut Vec<FoldedReaction>, emoji: Emoji, user: UserId, on: bool) {
    let place = reactions.iter().position(|reaction| reaction.emoji == emoji);
    match (place, on) {
        (Some(place), true) => {
            if !reactions[place].users.contains(&user) {
                reactions[place].users.push(user);
            }
        }
        (None, true) => reactions.push(FoldedReaction { emoji, users: vec![user] }),
        (Some(place), false) => {
            reactions[place].users.retain(|other| *other != user);
            if reactions[place].users.is_empty() {
                reactions.remove(place);
            }
        }
        (None, false) => {}
    }
}
