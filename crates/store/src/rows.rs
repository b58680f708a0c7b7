//! What reads give back.

use parlor_domain::contact::ContactState;
use parlor_domain::{Conversation, FoldedMessage, Interval, Standing};
use parlor_types::{
    ConversationId, ConversationTitle, DeviceId, DeviceName, DisplayName, Event, Handle, InviteId, Position, RegistrationMode, Role, Seq, ServerRole,
    Timestamp, UserId,
};

/// The SHA-256 of a session token. The token itself is never stored.
pub type TokenDigest = [u8; 32];

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Its id.
    pub id: UserId,
    /// The unique name; `None` once deleted.
    pub handle: Option<Handle>,
    /// What to call them.
    pub display_name: DisplayName,
    /// The password's hash in PHC form; empty once deleted.
    pub password_hash: String,
    /// What the user may do to the server.
    pub role: ServerRole,
    /// Whether others learn what this user has read.
    pub send_read_receipts: bool,
    /// Whether others see presence and last activity.
    pub share_presence: bool,
    /// Whether an admin disabled the account.
    pub disabled: bool,
    /// Whether the account was deleted.
    pub deleted: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the last device went.
    pub last_active_at: Option<Timestamp>,
    /// When profile, settings, role or state last changed.
    pub position: Position,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its id.
    pub id: DeviceId,
    /// Whose.
    pub user: UserId,
    /// Its name.
    pub name: DeviceName,
    /// When it logged in.
    pub created_at: Timestamp,
    /// When it was last connected.
    pub last_seen_at: Timestamp,
}

/// How one user sees another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// The other one.
    pub other: UserId,
    /// How they stand.
    pub state: ContactState,
    /// When that last changed.
    pub position: Position,
}

/// One user's row in one conversation, kept after they left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// Who.
    pub user: UserId,
    /// The role; `None` for former members.
    pub role: Option<Role>,
    /// The seq of the event that last made them a member.
    pub joined_seq: Seq,
    /// What membership gave them to read, see [`parlor_domain::Standing`].
    pub intervals: Vec<Interval>,
    /// Everything up to here is on a device of theirs.
    pub delivered: Seq,
    /// Everything up to here was seen.
    pub read: Seq,
    /// Marked as unread by hand.
    pub marked_unread: bool,
    /// No notifications until then.
    pub muted_until: Option<Timestamp>,
    /// Kept on top.
    pub pinned: bool,
    /// Out of the list.
    pub archived: bool,
    /// The title when they last left, and when that was: all that a former member may know of what the conversation is called (G7).
    pub left: Option<(Option<ConversationTitle>, Timestamp)>,
    /// When anything of this row last changed.
    pub position: Position,
}

/// A member's watermarks, as stored; whether others may see `read` is decided above.
///
/// The store keeps with it when they last changed (or their member came or came back), apart from [`MemberRow::position`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Whose.
    pub user: UserId,
    /// Everything up to here is on a device of theirs.
    pub delivered: Seq,
    /// Everything up to here was seen.
    pub read: Seq,
    /// Whether the user lets others know what was read.
    pub sends_read: bool,
}

/// All that a conversation list shows of one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadRow {
    /// The conversation.
    pub conversation: Conversation,
    /// The user's own row.
    pub member: Option<MemberRow>,
    /// In a direct conversation with somebody else: their watermarks, if they have a row.
    pub peer: Option<ReceiptRow>,
    /// How many messages of others are unread: those that are not trimmed, with a seq after `read`, after `joined_seq`, and in the open interval. Zero
    /// for who does not [receive](parlor_domain::Standing::receives) the conversation. Deleted messages count until they are read.
    pub unread: u64,
    /// How many of those mention the user, as they were sent: an edit does not count, and an erased message mentions nobody.
    pub mentions: u64,
    /// The newest message that the user may read, folded with the events that they may read.
    pub last_message: Option<FoldedMessage>,
}

impl HeadRow {
    /// How `user`, whose head this is, stands to the conversation.
    pub fn standing(&self, user: UserId) -> Standing {
        match &self.member {
            Some(member) => Standing { user, role: member.role, intervals: member.intervals.clone() },
            None => Standing::stranger(user),
        }
    }

    /// The other one of a direct conversation (oneself in a conversation with oneself).
    pub fn peer_user(&self) -> Option<UserId> {
        let (low, high) = self.conversation.direct?;
        Some(if self.member.as_ref().is_some_and(|member| member.user == low) { high } else { low })
    }
}

/// An event with its place in the change feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// The event.
    pub event: Event,
    /// Its place.
    pub position: Position,
}

/// An invitation to a conversation or to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteRow {
    /// Its id.
    pub id: InviteId,
    /// The secret.
    pub code: String,
    /// Into which conversation; `None` for the server.
    pub conversation: Option<ConversationId>,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// How often it may be used.
    pub uses_max: Option<u32>,
    /// How often it was used.
    pub uses: u32,
}

impl InviteRow {
    /// Whether it still lets somebody in.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end) && self.uses_max.is_none_or(|most| self.uses < most)
    }
}

/// Settings that admins change while the server runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// The server's name; `None` until an admin gave one.
    pub name: Option<String>,
    /// Who may register; `None` until an admin chose.
    pub registration: Option<RegistrationMode>,
    /// True while there is no account, deleted ones aside.
    pub empty: bool,
}

/// Figures of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoreFigures {
    /// Accounts that are neither deleted nor disabled.
    pub users: u64,
    /// Conversations.
    pub conversations: u64,
    /// Messages that are kept: not trimmed, deleted ones included.
    pub messages: u64,
    /// Bytes on the disk; zero for a store in memory.
    pub bytes: u64,
}
