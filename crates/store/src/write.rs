//! Every write of a store, as a value, with its outcomes.
//!
//! Each write type has an associated outcome ([`Commit::Outcome`]); [`Write`] and [`Written`] are the unions that a batch is made of.

use parlor_domain::Interval;
use parlor_domain::contact::{ContactAction, ContactState};
use parlor_types::{
    ConversationId, ConversationKind, DeviceId, DeviceName, DisplayName, EventBody, EventId, Handle, InviteId, Position, RegistrationMode,
    RulesVersion, SendKey, Seq, ServerRole, Timestamp, UserId,
};

use crate::rows::{DeviceRow, InviteRow, StoredEvent, TokenDigest, UserRow};

/// A single write: knows its outcome type and its place in the unions.
pub trait Commit: Sized {
    /// What committing it can come to.
    type Outcome;
    /// Into the union.
    fn into_write(self) -> Write;
    /// Out of the union. Panics when the store answered another write's outcome, which breaks the contract of [`crate::Store::commit`].
    fn outcome(written: Written) -> Self::Outcome;
}

macro_rules! writes {
    ($($(#[$doc:meta])* $name:ident => $outcome:ty;)*) => {
        /// Any write.
        #[derive(Debug, Clone)]
        pub enum Write { $($(#[$doc])* $name($name),)* }

        /// The outcome of any write, under the write's name.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Written { $($(#[$doc])* $name($outcome),)* }

        $(impl Commit for $name {
            type Outcome = $outcome;
            fn into_write(self) -> Write { Write::$name(self) }
            fn outcome(written: Written) -> Self::Outcome {
                match written {
                    Written::$name(outcome) => outcome,
                    other => panic!(concat!("the store answered ", stringify!($name), " with {:?}"), other),
                }
            }
        })*
    };
}

writes! {
    /// Events for a log.
    Append => AppendOutcome;
    /// A new conversation.
    CreateConversation => CreateConversationOutcome;
    /// Watermarks of a member.
    Mark => MarkOutcome;
    /// What a member chose.
    SetPersonal => SetPersonalOutcome;
    /// A new account.
    CreateUser => CreateUserOutcome;
    /// Changes of an account.
    UpdateUser => UpdateUserOutcome;
    /// The end of an account.
    DeleteUser => DeleteUserOutcome;
    /// A new session.
    CreateDevice => CreateDeviceOutcome;
    /// The end of sessions.
    RevokeDevices => RevokeDevicesOutcome;
    /// A new password.
    SetPassword => RevokeDevicesOutcome;
    /// A device was there.
    TouchDevice => ();
    /// A step between two users.
    SetContact => SetContactOutcome;
    /// A block set or lifted.
    SetBlock => SetBlockOutcome;
    /// A new invite.
    CreateInvite => CreateInviteOutcome;
    /// The end of an invite.
    RevokeInvite => ();
    /// Settings of the server.
    SetSettings => ();
    /// A prefix of a log goes.
    Trim => TrimOutcome;
    /// Old send keys go.
    ForgetKeys => u64;
}

/// An event to be: its seq and position are given when it is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Its id.
    pub id: EventId,
    /// What happens.
    pub body: EventBody,
}

/// The key of a send with the digest of what was sent (G2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedSend {
    /// The client's key, unique per sender and conversation.
    pub key: SendKey,
    /// A digest of the content: the first 16 bytes of a SHA-256.
    pub digest: [u8; 16],
}

/// Appends events of one sender to one log, all or none, and applies what they change beside the log: title, description, retention, history; members, roles, intervals, member count;
/// erasure. In detail:
///
/// - `MemberAdded` opens an interval from its own seq, or from 1 when history is `all`; `joined_seq` is its seq; unread counts begin after it. Who comes back keeps watermarks and choices,
///   `archived` excepted.
/// - `MemberRemoved` closes the open interval at its own seq and takes the role.
/// - `Delete` erases the content of the target and of its edits, where they stand.
/// - a message counts up `message_count`; mentions of members other than the sender count for them.
#[derive(Debug, Clone)]
pub struct Append {
    /// The log.
    pub conversation: ConversationId,
    /// The version under which this was decided.
    pub expected: RulesVersion,
    /// Who causes the events.
    pub sender: UserId,
    /// When.
    pub at: Timestamp,
    /// What happens; at least one.
    pub events: Vec<NewEvent>,
    /// The key, for a send; `events` then is that one message.
    pub key: Option<KeyedSend>,
    /// An invite of which this takes one use.
    pub invite: Option<InviteId>,
}

/// What an append came to. Checked in this order: the key first (a retry is answered even by who has left since), then the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppendOutcome {
    /// The events, as they stand in the log.
    Appended(Vec<StoredEvent>),
    /// The same key and digest were committed before: this is what it came to then. Known also when the message itself was erased or trimmed, for as long as keys are kept.
    Repeated {
        /// Its place.
        seq: Seq,
        /// Its id.
        id: EventId,
        /// When it was taken.
        at: Timestamp,
    },
    /// The key was committed before with another digest.
    KeyReused,
    /// There is no such conversation.
    NoConversation,
    /// The rules changed since: read the facts and decide again.
    Stale,
    /// The invite has ended, is used up (counted at `at`) or revoked.
    InviteSpent,
}

/// Makes a conversation with its first events, in the way of [`Append`].
#[derive(Debug, Clone)]
pub struct CreateConversation {
    /// Its id.
    pub id: ConversationId,
    /// Its kind.
    pub kind: ConversationKind,
    /// The pair of a direct conversation, lower id first. At most one conversation exists per pair.
    pub direct: Option<(UserId, UserId)>,
    /// Who makes it: the sender of the events.
    pub creator: UserId,
    /// The creator's key; at most one conversation exists per creator and key.
    pub key: Option<SendKey>,
    /// When.
    pub at: Timestamp,
    /// `Created`, then the members.
    pub events: Vec<NewEvent>,
}

/// What the making of a conversation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateConversationOutcome {
    /// Its first events.
    Created(Vec<StoredEvent>),
    /// It was there already.
    Existing(ConversationId),
}

/// Raises watermarks of a current member. Values below the stored ones change nothing (G6). `read` raises `delivered` to at least itself. The device's own
/// delivered watermark is kept too, for `until_delivered`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub conversation: ConversationId,
    /// Whose.
    pub user: UserId,
    /// Which device says so.
    pub device: DeviceId,
    /// Everything up to here is on the device.
    pub delivered: Option<Seq>,
    /// Everything up to here was seen; takes the hand-made unread mark away when it rises to the head or is repeated.
    pub read: Option<Seq>,
}

/// What marking came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkOutcome {
    /// The watermarks and counts from now on.
    Marked(Marked),
    /// There is no such conversation, or the user is no current member.
    NotMember,
    /// A value was past the head: nothing was changed.
    PastHead,
}

/// Watermarks and counts after a [`Mark`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marked {
    /// The delivered watermark.
    pub delivered: Seq,
    /// The read watermark.
    pub read: Seq,
    /// As in [`crate::HeadRow::unread`].
    pub unread: u64,
    /// As in [`crate::HeadRow::mentions`].
    pub mentions: u64,
    /// The hand-made mark.
    pub marked_unread: bool,
    /// The head that the counts speak of.
    pub last_seq: Seq,
    /// Whether watermarks changed, so that others must be told.
    pub raised: bool,
    /// Whether anything changed.
    pub changed: bool,
    /// The row's position.
    pub position: Position,
}

/// Changes what a member (also a former one) chose; `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Personal {
    /// No notifications until then; `Some(None)` ends it.
    pub muted_until: Option<Option<Timestamp>>,
    /// Kept on top.
    pub pinned: Option<bool>,
    /// Out of the list.
    pub archived: Option<bool>,
    /// Marked as unread by hand.
    pub marked_unread: Option<bool>,
}

/// Changes what a member chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetPersonal {
    /// Where.
    pub conversation: ConversationId,
    /// Whose.
    pub user: UserId,
    /// What.
    pub personal: Personal,
}

/// What that came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetPersonalOutcome {
    /// Whether anything changed.
    Set {
        /// True when it did.
        changed: bool,
    },
    /// There is no row of that user.
    NotMember,
}

/// Who lets a new account in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Everybody may, or an admin makes it.
    Free,
    /// Only while the server is empty.
    FirstOnly,
    /// An invite to the server, of which this takes one use (on an empty server none is needed or used).
    Invite(InviteId),
}

/// Makes an account. On an empty server it becomes admin, whatever `role` and `admission` say.
#[derive(Debug, Clone)]
pub struct CreateUser {
    /// Its id.
    pub id: UserId,
    /// The unique name.
    pub handle: Handle,
    /// What to call them.
    pub display_name: DisplayName,
    /// The password's hash in PHC form.
    pub password_hash: String,
    /// What the user may do to the server.
    pub role: ServerRole,
    /// Who lets them in.
    pub admission: Admission,
    /// When.
    pub at: Timestamp,
}

/// What the making of an account came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateUserOutcome {
    /// The account.
    Created(UserRow),
    /// The handle belongs to somebody else.
    HandleTaken,
    /// The invite has ended, is used up or was revoked; or the server is not empty and nothing else lets them in.
    NotAdmitted,
}

/// Changes an account that is not deleted; `None` stays. Disabling revokes every device.
#[derive(Debug, Clone)]
pub struct UpdateUser {
    /// Which.
    pub user: UserId,
    /// What to call them.
    pub display_name: Option<DisplayName>,
    /// Whether others learn what this user has read.
    pub send_read_receipts: Option<bool>,
    /// Whether others see presence and last activity.
    pub share_presence: Option<bool>,
    /// What the user may do to the server.
    pub role: Option<ServerRole>,
    /// Whether the account is disabled.
    pub disabled: Option<bool>,
}

/// What that came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdateUserOutcome {
    /// The account from now on, and the devices that were revoked.
    Updated {
        /// The account.
        user: UserRow,
        /// Revoked devices.
        revoked: Vec<DeviceId>,
    },
    /// There is no such account.
    NotFound,
    /// It would leave the server without an admin who is neither disabled nor deleted.
    LastAdmin,
}

/// Ends an account: handle, name ("Deleted account"), hash, contacts, blocks, devices go; the row stays. Memberships were ended before, by events.
#[derive(Debug, Clone)]
pub struct DeleteUser {
    /// Which.
    pub user: UserId,
}

/// What that came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeleteUserOutcome {
    /// The devices that were revoked, and the users whose contact with this one ended.
    Deleted {
        /// Revoked devices.
        revoked: Vec<DeviceId>,
        /// Former contacts, whose rows changed.
        contacts: Vec<UserId>,
    },
    /// There is no such account.
    NotFound,
    /// It would leave a server that has other accounts without an admin.
    LastAdmin,
}

/// Makes a session.
#[derive(Debug, Clone)]
pub struct CreateDevice {
    /// Its id.
    pub id: DeviceId,
    /// Whose.
    pub user: UserId,
    /// Its name.
    pub name: DeviceName,
    /// The digest of its token.
    pub token: TokenDigest,
    /// The hash of the password that let it in; when the account has another by now, the password was changed meanwhile.
    pub password_hash: String,
    /// When.
    pub at: Timestamp,
    /// How many live devices the user may have with it.
    pub devices_max: u32,
}

/// What the making of a session came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateDeviceOutcome {
    /// The session.
    Created(DeviceRow),
    /// The account is deleted or disabled, or its password is another by now.
    NotAllowed,
    /// The user has as many as allowed.
    TooMany,
}

/// Which sessions of a user end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(DeviceId),
    /// All but this one.
    AllExcept(DeviceId),
    /// All.
    All,
}

/// Ends sessions of a user.
#[derive(Debug, Clone)]
pub struct RevokeDevices {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub which: Which,
}

/// Which sessions ended; those that had ended before are not named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RevokeDevicesOutcome {
    /// The devices.
    pub revoked: Vec<DeviceId>,
}

/// Sets a password and ends sessions with it.
#[derive(Debug, Clone)]
pub struct SetPassword {
    /// Whose.
    pub user: UserId,
    /// The password's hash in PHC form.
    pub password_hash: String,
    /// Which sessions end; at least all others.
    pub revoke: Which,
}

/// Notes that a device was there.
#[derive(Debug, Clone)]
pub struct TouchDevice {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub device: DeviceId,
    /// When.
    pub at: Timestamp,
    /// Whether it was the user's last device that went: sets `last_active_at`.
    pub last: bool,
}

/// A step between two users, by [`parlor_domain::contact::step`], on the states as they are inside the transaction.
#[derive(Debug, Clone)]
pub struct SetContact {
    /// Who acts.
    pub user: UserId,
    /// With whom.
    pub other: UserId,
    /// What.
    pub action: ContactAction,
    /// How many contacts and requests a user may have, on either side.
    pub contacts_max: u32,
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetContactOutcome {
    /// The states from now on.
    Set {
        /// Seen from who acts.
        mine: ContactState,
        /// Seen from the other.
        theirs: ContactState,
        /// Whether the actor's state changed.
        mine_changed: bool,
        /// Whether the other's state changed.
        theirs_changed: bool,
    },
    /// The step is not possible.
    Refused(parlor_domain::Refusal),
    /// There is no such live user.
    NotFound,
}

/// Blocks or unblocks. Blocking ends contact by [`ContactAction::Block`] and closes the blocker's open interval in the direct conversation of the two at its head; unblocking opens a
/// new one after the head. Neither is an event of the log: the other one is not told.
#[derive(Debug, Clone)]
pub struct SetBlock {
    /// Who blocks.
    pub user: UserId,
    /// Whom.
    pub other: UserId,
    /// True to block, false to unblock.
    pub blocked: bool,
}

/// What that came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetBlockOutcome {
    /// It is so now.
    Set {
        /// Whether it was otherwise before.
        changed: bool,
        /// The direct conversation of the two, if there is one, with the blocker's intervals from now on.
        direct: Option<(ConversationId, Vec<Interval>)>,
        /// The contact states from now on: the blocker's and the other's, with whether the other's changed.
        theirs: ContactState,
        /// Whether the other's contact state changed.
        theirs_changed: bool,
    },
    /// There is no such user, or it is oneself.
    NotFound,
}

/// Makes an invite.
#[derive(Debug, Clone)]
pub struct CreateInvite {
    /// The invite; `uses` is zero.
    pub invite: InviteRow,
    /// How many live invites (at `created_at`) the conversation, or the server, may have with it.
    pub invites_max: u32,
}

/// What that came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateInviteOutcome {
    /// It stands.
    Created,
    /// There are as many as allowed.
    TooMany,
}

/// Ends an invite. One that belongs elsewhere than said is left alone.
#[derive(Debug, Clone)]
pub struct RevokeInvite {
    /// Which.
    pub invite: InviteId,
    /// Where it must belong; `None` for the server.
    pub conversation: Option<ConversationId>,
}

/// Changes settings of the server; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct SetSettings {
    /// The server's name.
    pub name: Option<String>,
    /// Who may register.
    pub registration: Option<RegistrationMode>,
}

/// Takes away the events of a log up to a seq. Their send keys are kept until [`ForgetKeys`]; watermarks and counts hold on.
#[derive(Debug, Clone)]
pub struct Trim {
    /// Which log.
    pub conversation: ConversationId,
    /// The last seq to go; never past the head.
    pub through: Seq,
}

/// What trimming came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrimOutcome {
    /// The trimmed watermark from now on.
    pub trimmed_seq: Seq,
    /// How many events went.
    pub removed: u64,
}

/// Forgets keys of sends whose message is gone (erased or trimmed) and was taken before a moment. The outcome is how many went.
#[derive(Debug, Clone)]
pub struct ForgetKeys {
    /// The moment.
    pub before: Timestamp,
}
