//! Unread and mention counts. The server says them up to a seq; messages that come later are counted on top, and each is counted once however the two interleave.

use parlor_protocol::models::ReadState;
use parlor_types::{Event, EventBody, Seq, UserId};
use serde::{Deserialize, Serialize};

/// What came after the server last said the counts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// The server's counts speak of the log up to here.
    counted_seq: Seq,
    /// Messages of others after that: their seq, and whether they mention the user.
    later: Vec<(Seq, bool)>,
}

impl Counts {
    /// Counts as a head gave them.
    pub(super) const fn at(last_seq: Seq) -> Self {
        Self { counted_seq: last_seq, later: Vec::new() }
    }

    /// Counts a log event that was applied.
    pub(super) fn count(&mut self, user: UserId, event: &Event, state: &mut ReadState) {
        let EventBody::Message { content, .. } = &event.body else { return };
        if event.sender == user || event.seq <= self.counted_seq {
            return;
        }
        let mentioned = content.mentions.contains(&user);
        self.later.push((event.seq, mentioned));
        if event.seq > state.read {
            state.unread += 1;
            state.mentions += u64::from(mentioned);
        }
    }

    /// Takes the server's word on the own standing, which counts up to `last_seq`. False when it says nothing new.
    pub(super) fn take(&mut self, last_seq: Seq, said: &ReadState, state: &mut ReadState) -> bool {
        if said.read < state.read || (last_seq < self.counted_seq && said.read == state.read) {
            return false;
        }
        if last_seq >= self.counted_seq {
            self.counted_seq = last_seq;
            self.later.retain(|(seq, _)| *seq > last_seq);
        }
        let mut now = ReadState { delivered: state.delivered.max(said.delivered), ..said.clone() };
        for (_, mentioned) in self.later.iter().filter(|(seq, _)| *seq > last_seq && *seq > said.read) {
            now.unread += 1;
            now.mentions += u64::from(*mentioned);
        }
        let changed = now != *state;
        *state = now;
        changed
    }

    /// Who no longer receives has nothing unread.
    pub(super) fn clear(&mut self, seq: Seq, state: &mut ReadState) {
        *self = Self::at(seq);
        state.unread = 0;
        state.mentions = 0;
    }
}
