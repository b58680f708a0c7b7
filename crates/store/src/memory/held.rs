//! Commits that are slow or fail, for tests: what a database with several writers does by itself.

use std::collections::VecDeque;
use std::sync::Arc;

use parlor_types::{ConversationId, Position};
use tokio::sync::oneshot;

use super::state::State;
use super::{Inner, Shared};
use crate::{Result, StoreError, Write, Written};

/// What was planted, and the commits that were caught.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The number of the last plant.
    last: u64,
    plants: Vec<(u64, ConversationId)>,
    commits: Vec<HeldCommit>,
    failures: VecDeque<StoreError>,
    lost: VecDeque<StoreError>,
}

/// A commit that has its seqs and positions and is not visible yet.
#[derive(Debug)]
struct HeldCommit {
    number: u64,
    batch: Vec<Write>,
    touched: Vec<ConversationId>,
    /// Its first position.
    first: Position,
    /// What it came to when it was caught.
    written: Vec<Written>,
    answer: oneshot::Sender<Vec<Written>>,
}

/// What becomes of a commit that arrives.
pub(super) enum Admitted {
    /// It is over.
    Done(Result<Vec<Written>>),
    /// It is held; this comes when it lands.
    Slow(oneshot::Receiver<Vec<Written>>),
    /// A held one stands before it.
    Later,
}

impl Held {
    pub(super) fn plant(&mut self, conversation: ConversationId) -> u64 {
        self.last += 1;
        self.plants.push((self.last, conversation));
        self.last
    }

    pub(super) fn fail_next(&mut self, error: StoreError) {
        self.failures.push_back(error);
    }

    pub(super) fn lose_next(&mut self, error: StoreError) {
        self.lost.push_back(error);
    }
}

impl Inner {
    pub(super) fn admit(&mut self, batch: &[Write]) -> Admitted {
        if let Some(error) = self.held.failures.pop_front() {
            return Admitted::Done(Err(error));
        }
        let touched = self.state.touched_by(batch);
        if self.held.commits.iter().any(|held| held.touched.iter().any(|conversation| touched.contains(conversation))) {
            return Admitted::Later;
        }
        let plant = self.held.plants.iter().position(|(_, conversation)| touched.contains(conversation));
        if let Some(plant) = plant {
            let (number, _) = self.held.plants.remove(plant);
            return Admitted::Slow(self.hold(number, batch, touched));
        }
        let written = self.state.apply_all(batch.to_vec());
        Admitted::Done(self.held.lost.pop_front().map_or(Ok(written), Err))
    }

    fn hold(&mut self, number: u64, batch: &[Write], touched: Vec<ConversationId>) -> oneshot::Receiver<Vec<Written>> {
        let first = self.state.position.next();
        let mut trial = self.state.clone();
        let written = trial.apply_all(batch.to_vec());
        self.state.position = trial.position;
        let (answer, receiver) = oneshot::channel();
        self.held.commits.push(HeldCommit { number, batch: batch.to_vec(), touched, first, written, answer });
        receiver
    }

    /// Makes a held commit visible, at the positions that it took.
    fn land(&mut self, number: u64) {
        self.held.plants.retain(|(planted, _)| *planted != number);
        let Some(place) = self.held.commits.iter().position(|held| held.number == number) else { return };
        let held = self.held.commits.remove(place);
        let last = self.state.position;
        self.state.position = held.first.previous();
        let written = self.state.apply_all(held.batch);
        self.state.position = self.state.position.max(last);
        if !std::thread::panicking() {
            assert_eq!(written, held.written, "a commit changed what a held one depends on");
        }
        // Nobody waits any more when the commit's future was dropped; it happened all the same.
        drop(held.answer.send(written));
    }

    pub(super) fn horizon(&self) -> Position {
        self.held.commits.iter().map(|held| held.first.previous()).min().unwrap_or(self.state.position)
    }

    fn is_caught(&self, number: u64) -> bool {
        self.held.plants.iter().all(|(planted, _)| *planted != number)
    }
}

impl State {
    /// The conversations in whose rows a batch writes.
    fn touched_by(&self, batch: &[Write]) -> Vec<ConversationId> {
        let touched = |write: &Write| match write {
            Write::Append(write) => Some(write.conversation),
            Write::CreateConversation(write) => Some(write.id),
            Write::Mark(write) => Some(write.conversation),
            Write::SetPersonal(write) => Some(write.conversation),
            Write::SetBlock(write) => self.find_direct(write.user, write.other),
            Write::Trim(write) => Some(write.conversation),
            Write::CreateUser(_)
            | Write::UpdateUser(_)
            | Write::DeleteUser(_)
            | Write::CreateDevice(_)
            | Write::RevokeDevices(_)
            | Write::SetPassword(_)
            | Write::TouchDevice(_)
            | Write::SetContact(_)
            | Write::CreateInvite(_)
            | Write::RevokeInvite(_)
            | Write::SetSettings(_)
            | Write::ForgetKeys(_) => None,
        };
        batch.iter().filter_map(touched).collect()
    }
}

/// A guard over one slow commit, see [`super::MemoryStore::plant_slow_commit`]. Dropping it releases the commit, or takes the plant back when none was caught.
#[derive(Debug)]
pub struct SlowCommit {
    shared: Arc<Shared>,
    number: u64,
}

impl SlowCommit {
    pub(super) fn new(shared: Arc<Shared>, number: u64) -> Self {
        Self { shared, number }
    }

    /// Waits until a commit was caught. Cancel safe.
    pub async fn caught(&self) {
        loop {
            let changed = self.shared.changed.notified();
            if self.shared.inner.lock().is_caught(self.number) {
                return;
            }
            changed.await;
        }
    }

    /// Lets the commit land: it is visible when this returns.
    pub fn release(self) {
        drop(self);
    }
}

impl Drop for SlowCommit {
    fn drop(&mut self) {
        self.shared.inner.lock().land(self.number);
        self.shared.changed.notify_waiters();
    }
}
