//! What a client tells the program that it is part of.

use parlor_protocol::operations::Sent;
use parlor_protocol::{Problem, ServerEvent};
use parlor_types::{ConversationId, SendKey};

use crate::connection::ConnectionState;

/// Something that a program may want to show.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The connection stands otherwise.
    Connection(ConnectionState),
    /// A snapshot was loaded. When it did not resume, everything may look otherwise: read the replica afresh.
    Loaded {
        /// Whether what was held before still holds.
        resumed: bool,
    },
    /// Something happened that was not known before. It is in the replica already. Log events come in order of seq per conversation, each once.
    Event(Box<ServerEvent>),
    /// The server has a message of mine on stable storage (G1).
    Acknowledged {
        /// The message's key.
        key: SendKey,
        /// Where.
        conversation: ConversationId,
        /// Its place in the log.
        sent: Sent,
    },
    /// The server refused a message of mine for good. It is kept: [`crate::Client::retry`] or [`crate::Client::discard`] it.
    Refused {
        /// The message's key.
        key: SendKey,
        /// Where.
        conversation: ConversationId,
        /// Why.
        problem: Problem,
    },
}
