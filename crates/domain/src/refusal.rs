//! Why a wish is not granted. Mapped once, in `server`, to the codes of the wire.

/// A refusal, in words for the person who asked. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing, or the actor may not know of it: the two must answer alike.
    #[error("not found")]
    NotFound,
    /// The actor may know of it, but may not do this.
    #[error("{0}")]
    Forbidden(&'static str),
    /// It clashes with what is there.
    #[error("{0}")]
    Conflict(&'static str),
    /// The request makes no sense; the words say what would.
    #[error("{0}")]
    Invalid(&'static str),
    /// A named limit is reached.
    #[error("{what}: the limit is {limit}")]
    LimitReached {
        /// What there would be too many of.
        what: &'static str,
        /// How many there may be.
        limit: u64,
    },
}
