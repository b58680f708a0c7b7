//! What the server says unasked, over every transport. An event's place in its log is all a client needs to drop one that came twice.

use parlor_types::{ConversationId, DeviceId, Epoch, Event, Limits, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Cursor;
use crate::models::{Account, Contact, Head, Presence, ReadState, Receipt, Session, User};

/// Something that happened. Told by the member `event`; a client must ignore names that it does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ServerEvent {
    /// An entry of a log: `event` is the name of an [`parlor_types::EventBody`].
    Log(Event),
    /// Anything else.
    Other(OtherEvent),
}

/// What is not in a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum OtherEvent {
    /// A conversation is new to me, or my head of it changed otherwise than by its log.
    Conversation {
        /// The head, whole.
        head: Box<Head>,
        /// The users that the head speaks of.
        users: Vec<User>,
    },
    /// More was missed in this conversation than a resume sends. The head is current; fetch what lies between by pages.
    Gap {
        /// The head, whole.
        head: Box<Head>,
        /// The users that the head speaks of.
        users: Vec<User>,
    },
    /// Somebody's watermarks rose. In channels nobody else's are told.
    Receipt {
        /// Where.
        conversation: ConversationId,
        /// Whose, and how far.
        #[serde(flatten)]
        receipt: Receipt,
    },
    /// My own standing changed, on whichever device. `unread` and `mentions` count up to the head of the log at that moment.
    ReadState {
        /// Where.
        conversation: ConversationId,
        /// The log's last seq that the counts speak of.
        last_seq: parlor_types::Seq,
        /// The standing, whole.
        #[serde(flatten)]
        read_state: ReadState,
    },
    /// Somebody types, or stopped. May get lost; forget it after 6 seconds.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        user: UserId,
        /// True while typing.
        on: bool,
    },
    /// The presence of users whom I watch changed.
    Presence {
        /// The new states.
        users: Vec<Presence>,
    },
    /// Somebody's profile changed.
    User {
        /// The profile, whole.
        user: User,
    },
    /// My own account or settings changed.
    Account {
        /// The account, whole.
        account: Account,
    },
    /// A contact or request changed.
    Contact {
        /// The contact, whole.
        contact: Contact,
    },
    /// I blocked or unblocked somebody.
    Block {
        /// Whom.
        user: UserId,
        /// True when blocked.
        blocked: bool,
    },
    /// My sessions changed.
    Sessions {
        /// All that live.
        sessions: Vec<Session>,
    },
    /// Everything up to this cursor was handed over on this connection.
    Cursor {
        /// Keep it.
        cursor: Cursor,
    },
    /// The connection ends soon. Come back between `reconnect_after_ms[0]` and `[1]` from now, at a random moment.
    Goodbye {
        /// The close code that follows.
        code: u16,
        /// Earliest and latest moment for coming back.
        reconnect_after_ms: [u64; 2],
    },
}

impl From<Event> for ServerEvent {
    fn from(event: Event) -> Self {
        Self::Log(event)
    }
}

impl From<OtherEvent> for ServerEvent {
    fn from(event: OtherEvent) -> Self {
        Self::Other(event)
    }
}

/// Where a client starts from: the answer to `hello`, and the first message of the other transports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// Who I am.
    pub user: UserId,
    /// Which of my devices this is.
    pub device: DeviceId,
    /// The incarnation of the server's data (G11).
    pub epoch: Epoch,
    /// Where this snapshot stands. Everything later follows as events.
    pub cursor: Cursor,
    /// True when the given cursor was good: `conversations`, `contacts` and `users` then hold only what changed since, and what was missed follows as events.
    /// False means resync: drop what you hold and take this snapshot instead (keep what waits to be sent).
    pub resumed: bool,
    /// Send something at least this often; a connection silent for two and a half times as long is dead.
    pub heartbeat_ms: u32,
    /// The limits of the server.
    pub limits: Limits,
    /// My account.
    pub account: Account,
    /// The heads of my conversations, newest first.
    pub conversations: Vec<Head>,
    /// My contacts and requests.
    pub contacts: Vec<Contact>,
    /// Whom I blocked; always the whole list.
    pub blocked: Vec<UserId>,
    /// The users that the heads speak of.
    pub users: Vec<User>,
}

/// One answer of the long poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PollAnswer {
    /// Where this answer ends; ask on from here.
    pub cursor: Cursor,
    /// Given when the request had no good cursor, or when heads changed while nobody listened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Box<Snapshot>>,
    /// What happened, in order.
    pub events: Vec<ServerEvent>,
}
