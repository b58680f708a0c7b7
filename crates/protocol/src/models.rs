//! The things that answers and events carry.

use parlor_types::{
    ConversationId, ConversationKind, ConversationTitle, Description, DeviceId, DeviceName, DisplayName, Emoji, EventId, Handle, HistoryVisibility,
    InviteId, MessageText, RegistrationMode, Retention, Role, Seq, ServerRole, Timestamp, UserId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What everybody may know of a user whom they may know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// The unique name; absent once the account was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<Handle>,
    /// What to call them.
    pub display_name: DisplayName,
    /// True once the account was deleted; what they wrote stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// A user's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// The profile that others see.
    pub user: User,
    /// What the user may do to the server.
    pub role: ServerRole,
    /// Whether others learn what this user has read.
    pub send_read_receipts: bool,
    /// Whether contacts and fellow members see presence and last activity.
    pub share_presence: bool,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// One live session: a device with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// The device's id; revoke it by this.
    pub device: DeviceId,
    /// Its name.
    pub name: DeviceName,
    /// When it logged in.
    pub created_at: Timestamp,
    /// When it was last connected.
    pub last_seen_at: Timestamp,
    /// True for the session that asks.
    pub current: bool,
}

/// The answer to a log-in: the only moment at which the token is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewSession {
    /// The bearer token. Keep it secret; it lives until the session is revoked.
    pub token: String,
    /// The device that it belongs to.
    pub device: DeviceId,
    /// The account.
    pub account: Account,
}

/// How two users stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactState {
    /// Nothing; also said when a contact or request was taken back.
    None,
    /// I asked, they have not answered.
    Requested,
    /// They asked, I have not answered.
    Pending,
    /// Both agreed.
    Accepted,
}

/// One contact of mine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// The other user.
    pub user: User,
    /// How we stand.
    pub state: ContactState,
}

/// One watermark pair of a member (G6: both only rise, delivered is never below read).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// Whose.
    pub user: UserId,
    /// Everything up to here is on a device of theirs, because the device said so.
    pub delivered: Seq,
    /// Everything up to here was seen. Stays 0 for who does not send read receipts.
    pub read: Seq,
}

/// My own standing in a conversation, equal on all my devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadState {
    /// My delivered watermark.
    pub delivered: Seq,
    /// My read watermark.
    pub read: Seq,
    /// Messages of others after `read`.
    pub unread: u64,
    /// How many of those mention me.
    pub mentions: u64,
    /// I marked it as unread by hand; reading on takes the mark away.
    pub marked_unread: bool,
}

/// What I chose for a conversation of mine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct PersonalSettings {
    /// No notifications until then; a time in the far future means for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<Timestamp>,
    /// Kept on top of my list.
    pub pinned: bool,
    /// Out of my list until I take it back, whatever comes meanwhile.
    pub archived: bool,
}

/// Seqs that I may read, both ends included; without `to` it is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// First.
    pub from: Seq,
    /// Last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Seq>,
}

/// All that a client needs to draw a conversation in its list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    /// The conversation's id.
    pub id: ConversationId,
    /// Its kind.
    pub kind: ConversationKind,
    /// Its title; direct conversations have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<ConversationTitle>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// The other one in a direct conversation (oneself in a conversation with oneself).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<UserId>,
    /// The other one's watermarks in a direct conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer_receipt: Option<Receipt>,
    /// My role; absent when I am no (longer a) member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// How many members it has.
    pub member_count: u64,
    /// The last seq of the log, or the last that I may read.
    pub last_seq: Seq,
    /// Events up to here are gone by the retention rule.
    pub trimmed_seq: Seq,
    /// The seqs that I may read, oldest first. Holes between them are no gap.
    pub readable: Vec<Interval>,
    /// My watermarks and counts.
    #[serde(flatten)]
    pub read_state: ReadState,
    /// What I chose.
    #[serde(flatten)]
    pub settings: PersonalSettings,
    /// How long events are kept.
    pub retention: Retention,
    /// What newcomers may read.
    pub history: HistoryVisibility,
    /// The newest message that I may read; absent too where a long list would become too heavy by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_message: Option<Message>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its last event was taken: what a list is sorted by.
    pub updated_at: Timestamp,
}

/// A message with its edits, deletion, reactions and pin folded in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// The log it stands in.
    pub conversation: ConversationId,
    /// Its place there.
    pub seq: Seq,
    /// Its opaque id.
    pub id: EventId,
    /// Who wrote it.
    pub sender: UserId,
    /// When the server took it.
    pub at: Timestamp,
    /// The text as it stands after edits; absent once deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<MessageText>,
    /// Whom it mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// True once it was deleted for everyone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// True while it is pinned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// Reactions, in the order in which each emoji first came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

/// One emoji under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reaction {
    /// The emoji.
    pub emoji: Emoji,
    /// Who reacted with it, in the order in which they came.
    pub users: Vec<UserId>,
}

/// A member of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// Who.
    pub user: User,
    /// With which role.
    pub role: Role,
    /// Since which seq.
    pub joined_seq: Seq,
}

/// A link that lets its holder into a conversation, or onto the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Invite {
    /// Its id; revoke it by this.
    pub id: InviteId,
    /// The secret to pass on. Shown only to those who may make invites.
    pub code: String,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// How often it may be used; absent means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses_max: Option<u32>,
    /// How often it was used.
    pub uses: u32,
}

/// A channel, as it is listed to who is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelSummary {
    /// The conversation's id.
    pub id: ConversationId,
    /// Its title.
    pub title: ConversationTitle,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// How many members it has.
    pub member_count: u64,
    /// Whether I am one.
    pub joined: bool,
}

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// Connected.
    Online,
    /// Connected, but not looking.
    Away,
    /// Not connected.
    Offline,
    /// You may not know, or there is nobody to know of.
    Hidden,
}

/// The presence of one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Presence {
    /// Whose.
    pub user: UserId,
    /// Whether they are there.
    pub state: PresenceState,
    /// When they were last connected, for who is offline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_active_at: Option<Timestamp>,
}

/// What a server says of itself before log-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServerInfo {
    /// The server's name.
    pub name: String,
    /// The version of the software.
    pub version: String,
    /// Who may make an account.
    pub registration: RegistrationMode,
    /// True while there is no account: whoever registers first becomes admin.
    pub empty: bool,
    /// The limits.
    pub limits: parlor_types::Limits,
}

/// A user, as admins of the server see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdminUser {
    /// The profile.
    pub user: User,
    /// What the user may do to the server.
    pub role: ServerRole,
    /// True when an admin disabled the account.
    pub disabled: bool,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the last device went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_active_at: Option<Timestamp>,
}

/// Figures of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Figures {
    /// Accounts that are neither deleted nor disabled.
    pub users: u64,
    /// Conversations.
    pub conversations: u64,
    /// Messages that are kept.
    pub messages: u64,
    /// Live connections of this node.
    pub connections: u64,
    /// Bytes that the store takes.
    pub store_bytes: u64,
}
