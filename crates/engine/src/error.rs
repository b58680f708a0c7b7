//! Why the engine did not do what it was asked. Mapped once, in `server`, to the codes of the wire.

use std::sync::Arc;

use parlor_domain::Refusal;
use parlor_store::StoreError;

/// A refusal or a fault. In every case but [`EngineError::Unavailable`] nothing was changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no valid session.
    #[error("log in first")]
    Unauthenticated,
    /// Handle or password is wrong; which of the two is not said.
    #[error("handle or password is wrong")]
    WrongCredentials,
    /// The right password, but an admin disabled the account.
    #[error("this account was disabled by an admin")]
    AccountDisabled,
    /// Somebody else has it.
    #[error("the handle belongs to somebody else; choose another")]
    HandleTaken,
    /// The words say what would be stronger.
    #[error("the password is too easy to guess: {0}")]
    WeakPassword(String),
    /// The server does not take new accounts this way.
    #[error("{0}")]
    RegistrationClosed(&'static str),
    /// The invite does not exist, has ended or is used up: the three answer alike.
    #[error("the invite does not exist, has ended or is used up; ask for a new one")]
    InvalidInvite,
    /// The key was used for another content.
    #[error("the key was used for another message; make a new key")]
    KeyReused,
    /// There is more to do than can be done in good time.
    #[error("the server has more to do than it can; try again")]
    Overloaded {
        /// When to try again.
        retry_after_ms: u64,
    },
    /// The store cannot take writes now. It is not known whether the change was made: try again with the same key.
    #[error("the store cannot take this now; try again")]
    Unavailable(Arc<StoreError>),
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(Arc::new(error))
    }
}

/// The one result type of the engine.
pub type Result<T> = std::result::Result<T, EngineError>;
