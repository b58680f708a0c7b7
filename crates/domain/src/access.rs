//! Which seqs somebody may read: one function for REST, socket, media and search (G7).

use parlor_types::{ConversationKind, Seq};

use crate::facts::{Conversation, Standing};

/// Seqs from `from` to `to`, both included; open at the end without `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// First.
    pub from: Seq,
    /// Last.
    pub to: Option<Seq>,
}

impl Interval {
    /// Everything from `from` on.
    pub const fn since(from: Seq) -> Self {
        Self { from, to: None }
    }

    /// Whether it holds `seq`.
    pub fn contains(self, seq: Seq) -> bool {
        self.from <= seq && self.to.is_none_or(|to| seq <= to)
    }
}

/// Disjoint intervals of seqs, rising, cut to what is still kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readable {
    intervals: Vec<Interval>,
    last_seq: Seq,
}

impl Readable {
    /// What `standing` may read of `conversation`.
    pub fn of(conversation: &Conversation, standing: &Standing) -> Self {
        let first_kept = conversation.trimmed_seq.next();
        let given = match conversation.kind {
            ConversationKind::Channel => vec![Interval::since(Seq(1))],
            ConversationKind::Direct | ConversationKind::Group => standing.intervals.clone(),
        };
        let intervals = given
            .into_iter()
            .map(|interval| Interval { from: interval.from.max(first_kept), to: interval.to })
            .filter(|interval| interval.to.is_none_or(|to| interval.from <= to))
            .collect();
        Self { intervals, last_seq: conversation.last_seq }
    }

    /// True when there is nothing to know of: the conversation then answers "not found".
    pub fn is_nothing(&self) -> bool {
        self.intervals.is_empty()
    }

    /// Whether `seq` may be read.
    pub fn contains(&self, seq: Seq) -> bool {
        seq <= self.last_seq && self.intervals.iter().any(|interval| interval.contains(seq))
    }

    /// The intervals, oldest first.
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// The last seq that may be read, zero when there is none.
    pub fn last_seq(&self) -> Seq {
        self.intervals.last().map_or(Seq::ZERO, |interval| interval.to.map_or(self.last_seq, |to| to.min(self.last_seq)))
    }

    /// The first seq after `seq` that may be read, if the log has one.
    pub fn first_after(&self, seq: Seq) -> Option<Seq> {
        let next =
            self.intervals.iter().filter(|interval| interval.to.is_none_or(|to| to > seq)).map(|interval| interval.from.max(seq.next())).next()?;
        (next <= self.last_seq).then_some(next)
    }

    /// The readable pieces between two seqs, both included, oldest first.
    pub fn within(&self, from: Seq, to: Seq) -> Vec<(Seq, Seq)> {
        let to = to.min(self.last_seq);
        self.intervals
            .iter()
            .map(|interval| (interval.from.max(from), interval.to.map_or(to, |end| end.min(to))))
            .filter(|(first, last)| first <= last)
            .collect()
    }
}
