//! Conversations and channels.

use parlor_types::{ConversationId, ConversationTitle, Description, HistoryVisibility, Retention, SendKey, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::models::{ChannelSummary, Head, User};

/// The heads of my conversations, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListConversations {}

/// Heads.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ConversationList {
    /// Newest first.
    pub conversations: Vec<Head>,
    /// The users that the heads speak of.
    pub users: Vec<User>,
}

/// One head.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetConversation {
    /// Which.
    pub conversation: ConversationId,
}

/// One head.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ConversationDetails {
    /// The head.
    pub head: Head,
    /// The users that it speaks of.
    pub users: Vec<User>,
}

/// Opens the direct conversation with a user (or with myself); makes it when there is none. Twice is once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenDirect {
    /// With whom.
    pub user: UserId,
}

/// What sort of conversation can be created by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewKind {
    /// Invited members.
    Group,
    /// Listed and open to join.
    Channel,
}

/// Makes a group or a channel, of which I become owner.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateConversation {
    /// Made by the client; a retry with the same key gives the same conversation.
    pub key: SendKey,
    /// Which sort.
    pub kind: NewKind,
    /// Its title.
    pub title: ConversationTitle,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// The first members beside me.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<UserId>,
    /// What newcomers may read; channels are readable by all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<HistoryVisibility>,
    /// How long events are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
}

/// Changes title, description, retention or what newcomers may read; absent members stay as they are.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateConversation {
    /// Which.
    pub conversation: ConversationId,
    /// The new title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<ConversationTitle>,
    /// The new description; empty takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// The new retention rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// What newcomers may read from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<HistoryVisibility>,
}

/// Changes what I chose for a conversation, on all my devices; absent members stay as they are.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateSettings {
    /// Which.
    pub conversation: ConversationId,
    /// No notifications until then; a time that has passed ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<Timestamp>,
    /// Keep it on top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
    /// Take it out of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// Mark it as unread, or take the mark away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked_unread: Option<bool>,
}

/// The channels of the server, by title.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListChannels {
    /// Only those whose title contains this, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100))]
    pub query: Option<String>,
    /// Go on after this channel, as `next` said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<ConversationId>,
    /// At most so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<u32>,
}

/// Channels.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ChannelList {
    /// By title.
    pub channels: Vec<ChannelSummary>,
    /// Where to go on; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<ConversationId>,
}

/// Joins a channel. Twice is once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinChannel {
    /// Which.
    pub conversation: ConversationId,
}
