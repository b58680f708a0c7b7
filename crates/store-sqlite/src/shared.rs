//! What the writer tells everybody else: how far commits are visible, what changed lately, and whether the store may still be used.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use parlor_store::StoreError;
use parlor_types::Position;

use crate::feed::Feed;

/// Shared by the writer and everybody who reads.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The last committed position. One writer commits in order, so it is the horizon.
    horizon: AtomicU64,
    /// Set once, never cleared: a damaged store is not used again by this process.
    damage: OnceLock<String>,
    /// What the writer appended lately.
    pub(crate) feed: Mutex<Feed>,
}

impl Shared {
    pub(crate) fn new(position: Position) -> Self {
        Self { horizon: AtomicU64::new(position.0), damage: OnceLock::new(), feed: Mutex::new(Feed::new(position)) }
    }

    pub(crate) fn horizon(&self) -> Position {
        Position(self.horizon.load(Ordering::Acquire))
    }

    pub(crate) fn set_horizon(&self, position: Position) {
        self.horizon.store(position.0, Ordering::Release);
    }

    /// From now on everything is refused.
    pub(crate) fn damaged(&self, what: &str) {
        if self.damage.set(what.to_owned()).is_ok() {
            tracing::error!(cause = %what, "the store is damaged and is not used any more; keep a copy, run `parlor check`, then `parlor restore`");
        }
    }

    pub(crate) fn refuse_if_damaged(&self) -> Result<(), StoreError> {
        self.damage.get().map_or(Ok(()), |what| Err(StoreError::Damaged(what.clone())))
    }
}
