//! The memory store: the model of every store, as simple and as obviously right as it can be. It counts where others keep counts, folds whole logs, and
//! looks through everything to find one row. Tests stand on it, and several engines may share one, as nodes share a database.
//!
//! It must never become clever, nor keep anything that follows from something else.
//!
//! `State` is what reads see; the other files are its functions by subject. `held` makes commits slow or makes them fail, for tests.

mod accounts;
mod heads;
mod held;
mod invites;
mod log;
mod members;
mod messages;
mod reads;
mod relations;
mod soundness;
mod state;

use std::sync::Arc;

use parking_lot::{MappedMutexGuard, Mutex, MutexGuard};
use parlor_types::{ConversationId, Epoch};
use tokio::sync::Notify;

pub use held::SlowCommit;

use held::{Admitted, Held};
use state::State;

use crate::{Result, StoreError, Write, Written};

/// A store that forgets everything when it is dropped.
#[derive(Debug)]
pub struct MemoryStore {
    epoch: Epoch,
    shared: Arc<Shared>,
}

/// What the store shares with the guards of slow commits.
#[derive(Debug, Default)]
struct Shared {
    inner: Mutex<Inner>,
    /// A slow commit was caught or landed.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    state: State,
    held: Held,
}

impl MemoryStore {
    /// An empty store.
    pub fn new(epoch: Epoch) -> Self {
        Self { epoch, shared: Arc::default() }
    }

    /// Makes the next commit that touches `conversation` slow: it takes its seqs and positions at once, but its future does not complete and no read sees
    /// it until the guard is released, and [`crate::Store::horizon`] stays below its first position. Later commits that touch the same conversation wait, as
    /// they would for the row's lock; all others go on and become visible. So commits land out of order, as those of several nodes on one database do.
    ///
    /// A commit may touch several conversations and is held as a whole. Commits that meanwhile change anything else that it depends on (an account, an
    /// invite) are not kept back; a test that does so is wrong, and the release panics.
    pub fn plant_slow_commit(&self, conversation: ConversationId) -> SlowCommit {
        let number = self.shared.inner.lock().held.plant(conversation);
        SlowCommit::new(self.shared.clone(), number)
    }

    /// Makes the next commit fail: nothing of it happens. Said twice, the next two fail.
    pub fn fail_next_commit(&self, error: StoreError) {
        self.shared.inner.lock().held.fail_next(error);
    }

    /// Makes the next commit happen and fail nevertheless, as when the connection to a database goes before the answer comes. Said twice, so do the next two.
    pub fn lose_next_answer(&self, error: StoreError) {
        self.shared.inner.lock().held.lose_next(error);
    }

    fn read(&self) -> MappedMutexGuard<'_, State> {
        MutexGuard::map(self.shared.inner.lock(), |inner| &mut inner.state)
    }

    async fn commit_batch(&self, batch: Vec<Write>) -> Result<Vec<Written>> {
        loop {
            // Made before the look, so that no change between the look and the wait is missed.
            let changed = self.shared.changed.notified();
            let admitted = self.shared.inner.lock().admit(&batch);
            match admitted {
                Admitted::Done(result) => return result,
                Admitted::Slow(answer) => {
                    self.shared.changed.notify_waiters();
                    return answer.await.map_err(|_| StoreError::Unavailable("the held commit could not land".to_owned()));
                }
                Admitted::Later => changed.await,
            }
        }
    }
}
