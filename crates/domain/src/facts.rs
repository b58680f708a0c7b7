//! What the rules are told about the world. Stores give these values back; nobody else makes them.

use parlor_types::{
    ConversationId, ConversationKind, ConversationTitle, Description, HistoryVisibility, Position, Retention, Role, RulesVersion, Seq, Timestamp,
    UserId,
};

use crate::access::{Interval, Readable};

/// A conversation as its log has made it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Its kind.
    pub kind: ConversationKind,
    /// Its title; direct conversations have none.
    pub title: Option<ConversationTitle>,
    /// What it is about; never empty.
    pub description: Option<Description>,
    /// What newcomers may read.
    pub history: HistoryVisibility,
    /// How long events are kept.
    pub retention: Retention,
    /// The seq of the last event that changed rules.
    pub rules_version: RulesVersion,
    /// The head of the log.
    pub last_seq: Seq,
    /// Events up to here are gone.
    pub trimmed_seq: Seq,
    /// How many messages the log has had so far, trimmed and deleted ones included.
    pub message_count: u64,
    /// How many members it has.
    pub member_count: u64,
    /// The two of a direct conversation, lower id first (the same twice for a conversation with oneself).
    pub direct: Option<(UserId, UserId)>,
    /// Position of the last event.
    pub position: Position,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its last event was taken.
    pub updated_at: Timestamp,
}

impl Conversation {
    /// The other one of a direct conversation, seen from `user`.
    pub fn peer_of(&self, user: UserId) -> Option<UserId> {
        self.direct.map(|(low, high)| if low == user { high } else { low })
    }
}

/// How one user stands to one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub user: UserId,
    /// The role, for a member; `None` for who never was one or no longer is.
    pub role: Option<Role>,
    /// The seqs that membership gave, oldest first; the last one is open exactly while new events reach this user. In a direct conversation it is closed
    /// while this user blocks the other one.
    pub intervals: Vec<Interval>,
}

impl Standing {
    /// Somebody who never was a member.
    pub const fn stranger(user: UserId) -> Self {
        Self { user, role: None, intervals: Vec::new() }
    }

    /// True while new events reach this user as a member.
    pub fn receives(&self) -> bool {
        self.role.is_some() && self.intervals.last().is_some_and(|interval| interval.to.is_none())
    }

    /// What this user may read of the conversation. The only place where that is decided (G7).
    pub fn readable(&self, conversation: &Conversation) -> Readable {
        Readable::of(conversation, self)
    }
}

/// The message that an edit, a deletion, a reaction or a pin is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Its place.
    pub seq: Seq,
    /// Who wrote it.
    pub sender: UserId,
    /// Whether it was deleted for everyone.
    pub deleted: bool,
}
