//! Reading logs, and trimming them.

use parlor_domain::{FoldedMessage, Readable};
use parlor_types::{ConversationId, Event, EventBody, Position, Seq, Timestamp};

use super::state::{Log, State};
use crate::{ForgetKeys, StoredEvent, Trim, TrimOutcome};

impl State {
    fn events(&self, conversation: ConversationId) -> impl Iterator<Item = &StoredEvent> {
        self.logs.get(&conversation).into_iter().flat_map(|log| log.events.values())
    }

    pub(super) fn list_events(&self, conversation: ConversationId, after: Seq, through: Seq, limit: usize) -> Vec<StoredEvent> {
        let wanted = |stored: &&StoredEvent| after < stored.event.seq && stored.event.seq <= through;
        self.events(conversation).filter(wanted).take(limit).cloned().collect()
    }

    pub(super) fn list_events_since(&self, conversation: ConversationId, since: Position, limit: usize) -> Vec<StoredEvent> {
        self.events(conversation).filter(|stored| stored.position > since).take(limit).cloned().collect()
    }

    pub(super) fn find_event(&self, conversation: ConversationId, seq: Seq) -> Option<Event> {
        self.logs.get(&conversation)?.events.get(&seq).map(|stored| stored.event.clone())
    }

    pub(super) fn list_messages(
        &self,
        conversation: ConversationId,
        readable: &Readable,
        from: Seq,
        to: Seq,
        newest: bool,
        limit: usize,
    ) -> Vec<FoldedMessage> {
        let mut messages = self.logs.get(&conversation).map(|log| log.messages(readable)).unwrap_or_default();
        messages.retain(|message| from <= message.seq && message.seq <= to);
        if newest {
            messages.split_off(messages.len().saturating_sub(limit))
        } else {
            messages.truncate(limit);
            messages
        }
    }

    pub(super) fn find_message(&self, conversation: ConversationId, readable: &Readable, seq: Seq) -> Option<FoldedMessage> {
        self.logs.get(&conversation)?.messages(readable).into_iter().find(|message| message.seq == seq)
    }

    /// Pins are the same for everybody, so they are folded over the whole log.
    pub(super) fn list_pins(&self, conversation: ConversationId) -> Vec<Seq> {
        let events: Vec<Event> = self.events(conversation).map(|stored| stored.event.clone()).collect();
        let messages = parlor_domain::fold::fold(events.clone(), events);
        messages.into_iter().filter(|message| message.pinned).map(|message| message.seq).collect()
    }

    pub(super) fn find_last_before(&self, conversation: ConversationId, before: Timestamp) -> Seq {
        let Some(log) = self.logs.get(&conversation) else { return Seq::ZERO };
        let first_kept_back = log.events.values().find(|stored| stored.event.at >= before);
        first_kept_back.map_or(log.conversation.last_seq, |stored| stored.event.seq.previous())
    }

    pub(super) fn trim(&mut self, trim: &Trim) -> TrimOutcome {
        let next = self.position.next();
        let Some(log) = self.logs.get_mut(&trim.conversation) else { return TrimOutcome { trimmed_seq: Seq::ZERO, removed: 0 } };
        let through = trim.through.min(log.conversation.last_seq);
        if through <= log.conversation.trimmed_seq {
            return TrimOutcome { trimmed_seq: log.conversation.trimmed_seq, removed: 0 };
        }
        let before = log.events.len();
        log.events.retain(|seq, _| *seq > through);
        log.conversation.trimmed_seq = through;
        log.trim_position = next;
        self.position = next;
        TrimOutcome { trimmed_seq: through, removed: (before - log.events.len()) as u64 }
    }

    pub(super) fn forget_keys(&mut self, forget: &ForgetKeys) -> u64 {
        let mut forgotten = 0;
        for log in self.logs.values_mut() {
            let events = &log.events;
            let before = log.keys.len();
            log.keys.retain(|_, sent| sent.at >= forget.before || has_content(events.get(&sent.seq)));
            forgotten += (before - log.keys.len()) as u64;
        }
        forgotten
    }
}

/// Whether a message still stands, neither trimmed nor erased.
fn has_content(stored: Option<&StoredEvent>) -> bool {
    stored.is_some_and(|stored| matches!(&stored.event.body, EventBody::Message { content, .. } if !content.is_erased()))
}

impl Log {
    /// All messages that may be read, folded with the events that may be read.
    pub(super) fn messages(&self, readable: &Readable) -> Vec<FoldedMessage> {
        let events: Vec<Event> =
            self.events.values().filter(|stored| readable.contains(stored.event.seq)).map(|stored| stored.event.clone()).collect();
        parlor_domain::fold::fold(events.clone(), events)
    }
}
