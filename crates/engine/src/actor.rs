//! Who asks.

use parlor_types::{DeviceId, ServerRole, UserId};

use crate::error::EngineError;

/// Who asks for a change or a read. Made where a token was checked, and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Nobody we know: may register and log in.
    Anonymous,
    /// A live session.
    Session(Session),
    /// Who holds the machine: the `parlor admin` command. An admin without an account.
    Operator,
}

/// A live session of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Session {
    /// Whose.
    pub user: UserId,
    /// On which device.
    pub device: DeviceId,
    /// What the user may do to the server.
    pub role: ServerRole,
}

/// Stands as maker where the operator makes something. No account ever has this id.
pub const OPERATOR: UserId = UserId::from_raw(1);

impl Actor {
    /// The session, for what only users do.
    pub fn session(&self) -> Result<Session, EngineError> {
        match self {
            Self::Session(session) => Ok(*session),
            Self::Anonymous | Self::Operator => Err(EngineError::Unauthenticated),
        }
    }

    /// The user who administers the server, or [`OPERATOR`].
    pub fn admin(&self) -> Result<UserId, EngineError> {
        match self {
            Self::Operator => Ok(OPERATOR),
            Self::Session(session) if session.role == ServerRole::Admin => Ok(session.user),
            Self::Session(_) => Err(parlor_domain::Refusal::Forbidden("only admins of the server may do this").into()),
            Self::Anonymous => Err(EngineError::Unauthenticated),
        }
    }
}
