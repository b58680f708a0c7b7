//! A conversation's row and a member's row, whole: what the contract gives back and the running figures beside it, from which unread counts are subtracted
//! rather than counted.

use parlor_domain::{Conversation, Interval, Standing};
use parlor_store::MemberRow;
use parlor_types::{Position, Seq};

/// A row of `conversations`.
#[derive(Debug, Clone)]
pub(crate) struct ConversationState {
    /// What others see.
    pub(crate) row: Conversation,
    /// The newest message, zero without one.
    pub(crate) last_message_seq: Seq,
    /// Events up to here stand in `events`, those after it in `arrivals`.
    pub(crate) filed_seq: Seq,
    /// Messages at and below `trimmed_seq`.
    pub(crate) trimmed_count: u64,
    /// The highest watermark position of its members; zero for channels.
    pub(crate) receipt_position: Position,
    /// When it was last trimmed.
    pub(crate) trim_position: Position,
}

/// How many messages, own messages and mentions there were up to some seq.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) messages: u64,
    pub(crate) own: u64,
    pub(crate) mentions: u64,
}

/// A row of `members`.
#[derive(Debug, Clone)]
pub(crate) struct MemberState {
    /// What others see.
    pub(crate) row: MemberRow,
    /// When `delivered` or `read` last rose.
    pub(crate) watermark_position: Position,
    /// Own messages so far.
    pub(crate) own_count: u64,
    /// The last own message, zero without one.
    pub(crate) own_seq: Seq,
    /// Mentions so far.
    pub(crate) mention_count: u64,
    /// The last mention, zero without one.
    pub(crate) mention_seq: Seq,
    /// The figures at [`Self::base_seq`].
    pub(crate) base: Counts,
    /// Own messages and mentions at and below `trimmed_seq`.
    pub(crate) trimmed_own: u64,
    /// See `trimmed_own`.
    pub(crate) trimmed_mentions: u64,
}

impl MemberState {
    /// True while new events reach this member.
    pub(crate) fn receives(&self) -> bool {
        receives(&self.row)
    }

    /// The seq after which messages count as unread: the later of `read` and where the open interval begins to count.
    pub(crate) fn base_seq(&self) -> Seq {
        let opened = self.row.intervals.last().map_or(Seq::ZERO, |interval| interval.from.previous());
        self.row.read.max(self.row.joined_seq).max(opened)
    }

    /// Unread messages and how many of them mention this member.
    pub(crate) fn unread(&self, conversation: &ConversationState) -> (u64, u64) {
        if !self.receives() {
            return (0, 0);
        }
        // All three figures only rise with the seq, so the later of base and trimmed prefix has the higher ones.
        let messages = conversation.row.message_count.saturating_sub(self.base.messages.max(conversation.trimmed_count));
        let own = self.own_count.saturating_sub(self.base.own.max(self.trimmed_own));
        let mentions = self.mention_count.saturating_sub(self.base.mentions.max(self.trimmed_mentions));
        (messages.saturating_sub(own), mentions)
    }

    /// How this member stands.
    pub(crate) fn standing(&self) -> Standing {
        Standing { user: self.row.user, role: self.row.role, intervals: self.row.intervals.clone() }
    }
}

/// As [`Standing::receives`].
pub(crate) fn receives(row: &MemberRow) -> bool {
    row.role.is_some() && row.intervals.last().is_some_and(|interval: &Interval| interval.to.is_none())
}
