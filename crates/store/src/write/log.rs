//! Writes to logs: making a conversation and appending to it.

use parlor_types::{ConversationId, ConversationKind, EventBody, EventId, InviteId, RulesVersion, SendKey, Seq, Timestamp, UserId};

use crate::rows::StoredEvent;

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
/// - Each event takes one position, in order. A member row that an event changes carries the position of that event; a row that comes (back) counts as
///   having new watermarks then. Nothing else takes one.
/// - `MemberAdded` gives the role, sets `joined_seq` to its seq and opens an interval from there; when history is `all`, the one interval is from 1 on, in
///   place of all earlier ones. So it is for a founder: one before whom the log holds nothing but the creation and the coming of others. Who comes back keeps watermarks and choices, `archived` excepted.
/// - `MemberRemoved` closes the open interval, if there is one, at its own seq and takes the role.
/// - `RoleChanged` sets the role.
/// - `DetailsChanged` leaves alone what it does not name; an empty description takes it away (so does one in `Created`).
/// - `Delete` erases the content of the target and of its edits ([`Content::default`](parlor_types::event::Content)), where they stand, without new positions.
/// - `Edit`, `Reaction` and `Pin` of a message that was erased before lost a race, for deletions do not change the rules version: they are appended and
///   change nothing, and such an `Edit` is stored without its content.
/// - a message counts up `message_count`. Edits never change a count.
/// - the seq of the last event that [changes rules](EventBody::changes_rules) is the new rules version.
///
/// A retry after an error is safe: a send has its key, what changes rules is [`AppendOutcome::Stale`] then, and all else comes to the same when it is
/// appended twice.
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

/// What an append came to. Checked in the order in which they stand here, the key first: a retry is answered even when its sender has left since.
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
    /// The invite has ended, is used up (counted at `at`), was revoked, or belongs elsewhere.
    InviteSpent,
}

/// Makes a conversation with its first events, in the way of [`Append`].
#[derive(Debug, Clone)]
pub struct CreateConversation {
    /// Its id.
    pub id: ConversationId,
    /// Its kind.
    pub kind: ConversationKind,
    /// The pair of a direct conversation, lower id first. At most one conversation exists per pair. When one of the two blocks the other at that
    /// moment, the interval of who blocks is closed at the last of `events`, as [`crate::SetBlock`] would have done.
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
    /// It was there already: one with this id, else of this creator and key, else of this pair. Nothing was changed.
    Existing(ConversationId),
}
