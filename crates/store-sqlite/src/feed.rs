//! The newest stretch of the change feed, in memory: which conversations got events lately. Nodes that follow the feed ask about the last seconds; an index for
//! them on disk would cost every send a page. Who asks about an older stretch is answered by walking the conversations.

use std::collections::{HashMap, VecDeque};

use parlor_types::{ConversationId, Position, Seq};

/// How many events are remembered: about two seconds of the fastest sending, minutes of an ordinary day, 2 MiB.
const EVENTS_MAX: usize = 65_536;

/// An event's place in the feed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) position: Position,
    pub(crate) conversation: ConversationId,
    pub(crate) seq: Seq,
}

/// The remembered stretch: every kept event with a position after `begin`.
#[derive(Debug)]
pub(crate) struct Feed {
    begin: Position,
    entries: VecDeque<Entry>,
}

impl Feed {
    /// Remembers nothing yet, of a store whose last position is `begin`.
    pub(crate) fn new(begin: Position) -> Self {
        Self { begin, entries: VecDeque::new() }
    }

    /// Takes what a transaction made, positions rising.
    pub(crate) fn extend(&mut self, entries: impl IntoIterator<Item = Entry>) {
        self.entries.extend(entries);
        let surplus = self.entries.len().saturating_sub(EVENTS_MAX);
        if let Some(last) = self.entries.drain(..surplus).next_back() {
            self.begin = last.position;
        }
    }

    /// Forgets events that were trimmed.
    pub(crate) fn trim(&mut self, conversation: ConversationId, through: Seq) {
        self.entries.retain(|entry| entry.conversation != conversation || entry.seq > through);
    }

    /// As [`parlor_store::Store::list_changed_conversations`]; `None` when `after` is before the remembered stretch.
    pub(crate) fn list_changed(&self, after: Position, through: Position, limit: usize) -> Option<Vec<(ConversationId, Position)>> {
        if after < self.begin {
            return None;
        }
        let first = self.entries.partition_point(|entry| entry.position <= after);
        let last_positions: HashMap<ConversationId, Position> =
            self.entries.range(first..).take_while(|entry| entry.position <= through).map(|entry| (entry.conversation, entry.position)).collect();
        let mut changed: Vec<_> = last_positions.into_iter().collect();
        changed.sort_unstable_by_key(|(_, position)| *position);
        changed.truncate(limit);
        Some(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(position: u64, conversation: u64) -> Entry {
        Entry { position: Position(position), conversation: ConversationId::from_raw(conversation), seq: Seq(position) }
    }

    #[test]
    fn who_asks_for_more_than_is_remembered_is_sent_away() {
        let mut feed = Feed::new(Position(10));
        assert_eq!(feed.list_changed(Position(9), Position(20), 9), None);
        feed.extend((0..EVENTS_MAX as u64 + 5).map(|place| entry(11 + place, 1)));
        assert_eq!(feed.list_changed(Position(14), Position(20), 9), None);
        assert_eq!(feed.list_changed(Position(15), Position(20), 9), Some(vec![(ConversationId::from_raw(1), Position(20))]));
    }

    #[test]
    fn each_conversation_comes_once_with_its_last_position_in_the_stretch() {
        let mut feed = Feed::new(Position::ZERO);
        feed.extend([entry(1, 1), entry(2, 2), entry(4, 1), entry(7, 3)]);
        let (one, two, three) = (ConversationId::from_raw(1), ConversationId::from_raw(2), ConversationId::from_raw(3));
        assert_eq!(feed.list_changed(Position(0), Position(9), 9), Some(vec![(two, Position(2)), (one, Position(4)), (three, Position(7))]));
        assert_eq!(feed.list_changed(Position(0), Position(3), 9), Some(vec![(one, Position(1)), (two, Position(2))]));
        assert_eq!(feed.list_changed(Position(2), Position(9), 1), Some(vec![(one, Position(4))]));
        feed.trim(one, Seq(4));
        assert_eq!(feed.list_changed(Position(0), Position(9), 9), Some(vec![(two, Position(2)), (three, Position(7))]));
    }
}
