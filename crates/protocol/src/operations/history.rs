//! Reading a log: folded messages for people, raw events for sync.

use parlor_types::{ConversationId, Event, Seq};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::models::{Message, User};

/// Messages with their edits, deletions, reactions and pins folded in. Give at most one of `before`, `after`, `around`; without any, the newest.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListMessages {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// Those before this seq, the nearest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    /// Those after this seq, the nearest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
    /// Those around this seq: half before, half from it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub around: Option<Seq>,
    /// At most so many; 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<u32>,
}

/// Messages.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MessagePage {
    /// By seq, rising. Seqs between them belong to other events.
    pub messages: Vec<Message>,
    /// The users that the messages speak of.
    pub users: Vec<User>,
    /// True when there are older ones that I may read.
    pub more_before: bool,
    /// True when there are newer ones that I may read.
    pub more_after: bool,
    /// The last seq of the log that is folded into this page.
    pub last_seq: Seq,
}

/// The pinned messages, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListPins {
    /// Of which conversation.
    pub conversation: ConversationId,
}

/// The raw events after a seq, for sync: everything that I may read, in order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListEvents {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// Those after this seq; 0 for the start.
    pub after: Seq,
    /// At most so many; 200 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<u32>,
}

/// Raw events.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EventPage {
    /// By seq, rising.
    pub events: Vec<Event>,
    /// Everything that I may read up to this seq is in this page or before it: go on after it.
    pub through: Seq,
    /// True when there is more after it.
    pub more: bool,
}
