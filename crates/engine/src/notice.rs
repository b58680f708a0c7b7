//! What the engine tells connections, before it has a form.

use bytes::Bytes;
use parlor_domain::contact::ContactState;
use parlor_store::{DeviceRow, HeadRow, Marked, ReceiptRow, UserRow};
use parlor_types::{ConversationId, DeviceId, Event, Position, Timestamp, UserId};

/// Something that connections must learn of.
#[derive(Debug, Clone)]
pub enum Notice {
    /// An entry of a log.
    Log(Event),
    /// A head of the receiver's is new or changed otherwise than by its log.
    Conversation(Box<HeadView>),
    /// More was missed than a resume sends; the head is current.
    Gap(Box<HeadView>),
    /// Somebody's watermarks rose.
    Receipt(ConversationId, ReceiptRow),
    /// The receiver's own standing changed.
    ReadState(ConversationId, Marked),
    /// Somebody types, or stopped.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        user: UserId,
        /// True while typing.
        on: bool,
    },
    /// Presence of users whom the receiver watches.
    Presence(Vec<PresenceView>),
    /// Somebody's profile changed.
    User(UserRow),
    /// The receiver's own account changed.
    Account(UserRow),
    /// A contact of the receiver's changed.
    Contact(UserRow, ContactState),
    /// The receiver blocked or unblocked somebody.
    Block(UserId, bool),
    /// The receiver's sessions changed. Each connection marks its own as current, so the device is part of it.
    Sessions(DeviceId, Vec<DeviceRow>),
    /// Everything up to here was handed over.
    Cursor(Position),
}

/// A head with the users that it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadView {
    /// The head, as the receiver may see it.
    pub head: HeadRow,
    /// Peer, and sender and mentioned users of the last message.
    pub users: Vec<UserRow>,
}

/// Whether somebody is there, as the receiver may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresenceState {
    /// Connected.
    Online,
    /// Connected, but not looking.
    Away,
    /// Not connected.
    Offline,
    /// Not to be known.
    Hidden,
}

/// The presence of one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresenceView {
    /// Whose.
    pub user: UserId,
    /// Whether they are there.
    pub state: PresenceState,
    /// When they were last connected, for who is offline.
    pub last_active_at: Option<Timestamp>,
}

/// Turns notices into frames. Called once per notice; the bytes are shared by all receivers. Implemented in `server`, over `protocol`.
pub trait Encode: Send + Sync + 'static {
    /// The whole frame as it goes onto a socket.
    fn encode(&self, notice: &Notice) -> Bytes;
}
