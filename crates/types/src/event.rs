//! The vocabulary of a conversation's log. The same words stand in the store, in the rules and on the wire.
//!
//! Events are appended and never updated. The one exception is the erasure of content: when a message is deleted for everyone,
//! the text of it and of its edits is blanked where it stands, and the event stays.
//!
//! To add an event: add a variant to [`EventBody`] (its name is the wire name), say in `domain` who may cause it, in both stores what it
//! changes beside the log (`apply`), and in the reducers of the clients what it shows. docs/dev/adding-an-event.md has the list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{ConversationId, EventId, Seq, UserId};
use crate::names::{ConversationTitle, Description, Emoji};
use crate::time::Timestamp;

/// What sort of conversation it is. Fixed at creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    /// Two people, or one with themselves. Exactly one exists per pair.
    Direct,
    /// Invited members, bounded in number.
    Group,
    /// Listed, open to join, readable before joining, unbounded.
    Channel,
}

/// A member's standing in a conversation, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads and writes.
    Member,
    /// Also manages members, invites and details.
    Admin,
    /// Also manages admins. A group or channel that has members has exactly one.
    Owner,
}

/// How long the server keeps the events of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "keep", rename_all = "snake_case", deny_unknown_fields)]
pub enum Retention {
    /// Until someone deletes them.
    #[default]
    Forever,
    /// For this many days after they were sent.
    Days {
        /// 1 to 36500.
        #[schemars(range(min = 1, max = 36500))]
        days: u32,
    },
    /// Until every device of every member has them.
    UntilDelivered,
}

/// What someone who joins may read of the time before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryVisibility {
    /// Only what follows their joining.
    #[default]
    SinceJoined,
    /// Everything that is kept.
    All,
}

/// Why someone is no longer a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemovalReason {
    /// They went by themselves.
    Left,
    /// An admin removed them.
    Removed,
    /// Their account was deleted.
    AccountDeleted,
}

/// What happened. The tag `event` is the name on the wire and in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventBody {
    /// The conversation was made. Always seq 1.
    Created {
        /// Its kind.
        kind: ConversationKind,
        /// Its title; direct conversations have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<ConversationTitle>,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<Description>,
        /// What newcomers may read.
        history: HistoryVisibility,
        /// How long events are kept.
        retention: Retention,
    },
    /// Somebody wrote.
    Message {
        /// What was written; absent once it was deleted for everyone.
        #[serde(flatten)]
        content: Content,
        /// The message that this one answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
    },
    /// The sender put other content into an own message.
    Edit {
        /// The seq of the message.
        target: Seq,
        /// The new content, whole.
        #[serde(flatten)]
        content: Content,
    },
    /// A message was deleted for everyone. Its content and that of its edits is gone from the store.
    Delete {
        /// The seq of the message.
        target: Seq,
    },
    /// A reaction was added or taken back. The last event per (target, sender, emoji) counts.
    Reaction {
        /// The seq of the message.
        target: Seq,
        /// The reaction.
        emoji: Emoji,
        /// True when added.
        on: bool,
    },
    /// A message was pinned or unpinned for everyone.
    Pin {
        /// The seq of the message.
        target: Seq,
        /// True when pinned.
        on: bool,
    },
    /// Somebody became a member.
    MemberAdded {
        /// Who. The event's sender is who added them, or themselves when they joined.
        user: UserId,
        /// With which role.
        role: Role,
    },
    /// Somebody is no longer a member; nothing that follows reaches them (G7).
    MemberRemoved {
        /// Who.
        user: UserId,
        /// Why.
        reason: RemovalReason,
    },
    /// A member's role changed.
    RoleChanged {
        /// Who.
        user: UserId,
        /// The role from now on.
        role: Role,
    },
    /// Title or description changed; an absent one stayed as it was, an empty description takes it away.
    DetailsChanged {
        /// The new title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<ConversationTitle>,
        /// The new description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<Description>,
    },
    /// The retention rule changed.
    RetentionChanged {
        /// The rule from now on.
        retention: Retention,
    },
    /// What newcomers may read changed; it holds for those who join after this event.
    HistoryChanged {
        /// The rule from now on.
        history: HistoryVisibility,
    },
}

/// The content of a message: a typed variant, of which the server needs to read none to order, deliver, keep or archive it.
///
/// On the wire a variant is told by the field that is present: `{"text":"hi"}`, later `{"encrypted":{…}}`, and `{}` once it was erased.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Content {
    /// Plain text in the light Markdown that docs/api.md describes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<crate::names::MessageText>,
    /// The users whom the sender's client says the text mentions. At most [`crate::Limits::mentions_max`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
}

impl Content {
    /// Text without mentions.
    pub fn text(text: crate::names::MessageText) -> Self {
        Self { text: Some(text), mentions: Vec::new() }
    }

    /// True when nothing is left of it.
    pub const fn is_erased(&self) -> bool {
        self.text.is_none()
    }
}

impl EventBody {
    /// The seq of the message that this event is about, for edits, deletions, reactions and pins.
    pub const fn target(&self) -> Option<Seq> {
        match self {
            Self::Edit { target, .. } | Self::Delete { target } | Self::Reaction { target, .. } | Self::Pin { target, .. } => Some(*target),
            Self::Created { .. }
            | Self::Message { .. }
            | Self::MemberAdded { .. }
            | Self::MemberRemoved { .. }
            | Self::RoleChanged { .. }
            | Self::DetailsChanged { .. }
            | Self::RetentionChanged { .. }
            | Self::HistoryChanged { .. } => None,
        }
    }

    /// True when the event changes who may do what, so that decisions made before it are void (see [`crate::RulesVersion`]).
    pub const fn changes_rules(&self) -> bool {
        match self {
            Self::Created { .. }
            | Self::MemberAdded { .. }
            | Self::MemberRemoved { .. }
            | Self::RoleChanged { .. }
            | Self::RetentionChanged { .. }
            | Self::HistoryChanged { .. } => true,
            Self::Message { .. }
            | Self::Edit { .. }
            | Self::Delete { .. }
            | Self::Reaction { .. }
            | Self::Pin { .. }
            | Self::DetailsChanged { .. } => false,
        }
    }

    /// True for what counts as unread: messages, and nothing else.
    pub const fn is_message(&self) -> bool {
        matches!(self, Self::Message { .. })
    }
}

/// One entry of a log, as it is stored and as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// The log it stands in.
    pub conversation: ConversationId,
    /// Its place in that log.
    pub seq: Seq,
    /// Its opaque id.
    pub id: EventId,
    /// Who caused it.
    pub sender: UserId,
    /// When the server took it. For people; order is `seq`.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
}
