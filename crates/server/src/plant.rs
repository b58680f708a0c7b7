//! Bugs that can be planted, by the names that the crash harness gives them. Only in builds with the feature `plant`.

use std::str::FromStr;

use parlor_store_sqlite::Plant as StorePlant;

/// Which promise is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// One of the store's.
    Store(StorePlant),
    /// The engine publishes events before they are committed.
    PublishBeforeCommit,
}

impl FromStr for Plant {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "ack-before-commit" => Ok(Self::Store(StorePlant::AckBeforeCommit)),
            "keys-in-memory" => Ok(Self::Store(StorePlant::KeysInMemory)),
            "seq-without-lock" => Ok(Self::Store(StorePlant::SeqWithoutLock)),
            "publish-before-commit" => Ok(Self::PublishBeforeCommit),
            _ => Err("must be ack-before-commit, keys-in-memory, seq-without-lock or publish-before-commit"),
        }
    }
}
