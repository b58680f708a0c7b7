//! Messages as people see them: the message event with the later events about it folded in. The rules are those of `domain::fold` on the server.

use parlor_protocol::models::{Message, Reaction};
use parlor_types::event::Content;
use parlor_types::{Emoji, Event, EventBody, Seq, UserId};
use serde::{Deserialize, Serialize};

/// A message and how far its log is folded into it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldMessage {
    /// The message.
    pub message: Message,
    /// Every event about it up to this seq is folded in; earlier ones that come again change nothing.
    pub folded_seq: Seq,
}

impl HeldMessage {
    /// The message that this event is, if it is one.
    pub(super) fn from_event(event: &Event) -> Option<Self> {
        let EventBody::Message { content, reply_to } = &event.body else { return None };
        let message = Message {
            conversation: event.conversation,
            seq: event.seq,
            id: event.id,
            sender: event.sender,
            at: event.at,
            text: content.text.clone(),
            mentions: content.mentions.clone(),
            reply_to: *reply_to,
            edited_at: None,
            // The content goes only by a deletion, which stands later in the log.
            deleted: content.is_erased(),
            pinned: false,
            reactions: Vec::new(),
        };
        Some(Self { message, folded_seq: event.seq })
    }

    /// Folds in a later event about this message.
    pub(super) fn fold(&mut self, event: &Event) {
        if event.body.target() != Some(self.message.seq) || event.seq <= self.folded_seq {
            return;
        }
        self.folded_seq = event.seq;
        let message = &mut self.message;
        match &event.body {
            EventBody::Delete { .. } => erase(message),
            _ if message.deleted => {}
            EventBody::Edit { content, .. } if event.sender == message.sender && !content.is_erased() => {
                let Content { text, mentions } = content.clone();
                message.text = text;
                message.mentions = mentions;
                message.edited_at = Some(event.at);
            }
            EventBody::Reaction { emoji, on, .. } => react(&mut message.reactions, emoji, event.sender, *on),
            EventBody::Pin { on, .. } => message.pinned = *on,
            _ => {}
        }
    }
}

fn erase(message: &mut Message) {
    message.deleted = true;
    message.text = None;
    message.mentions.clear();
    message.edited_at = None;
    message.pinned = false;
    message.reactions.clear();
}

fn react(reactions: &mut Vec<Reaction>, emoji: &Emoji, user: UserId, on: bool) {
    let place = reactions.iter().position(|reaction| reaction.emoji == *emoji);
    match (place, on) {
        (Some(place), true) if reactions[place].users.contains(&user) => {}
        (Some(place), true) => reactions[place].users.push(user),
        (None, true) => reactions.push(Reaction { emoji: emoji.clone(), users: vec![user] }),
        (Some(place), false) => {
            reactions[place].users.retain(|other| *other != user);
            if reactions[place].users.is_empty() {
                reactions.remove(place);
            }
        }
        (None, false) => {}
    }
}
