//! Puts records into the outbox's store, off the task, in order: whatever queued up while the last write ran goes into the next.

use std::io;

use tokio::task::{JoinError, JoinSet};

use super::Reply;
use crate::outbox::{OutboxRecord, OutboxStore};

/// So many records may wait; then no new ones are taken.
const WAITING_MAX: usize = 1_024;

/// Records that were written, or could not be.
pub(super) struct Kept {
    pub(super) records: Vec<(OutboxRecord, Option<Reply>)>,
    pub(super) error: Option<io::Error>,
}

type Written = (Box<dyn OutboxStore>, Kept);

/// The store, and what waits for it.
pub(super) struct Keeper {
    /// Absent while a write runs.
    store: Option<Box<dyn OutboxStore>>,
    running: JoinSet<Written>,
    waiting: Vec<(OutboxRecord, Option<Reply>)>,
}

impl Keeper {
    pub(super) fn new(store: Box<dyn OutboxStore>) -> Self {
        Self { store: Some(store), running: JoinSet::new(), waiting: Vec::new() }
    }

    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < WAITING_MAX
    }

    /// Takes a record; it is written as soon as the store is free.
    pub(super) fn keep(&mut self, record: OutboxRecord, reply: Option<Reply>) {
        self.waiting.push((record, reply));
        self.write();
    }

    /// The next write that ended. Safe to cancel.
    pub(super) async fn next(&mut self) -> Kept {
        match self.running.join_next().await {
            Some(written) => self.written(written),
            None => std::future::pending().await,
        }
    }

    /// Waits for what is still to be written; `None` when nothing is.
    pub(super) async fn finish(&mut self) -> Option<Kept> {
        let written = self.running.join_next().await?;
        Some(self.written(written))
    }

    fn written(&mut self, written: Result<Written, JoinError>) -> Kept {
        let (store, kept) = written.expect("writing the outbox does not panic");
        self.store = Some(store);
        self.write();
        kept
    }

    fn write(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let Some(mut store) = self.store.take() else { return };
        let records = std::mem::take(&mut self.waiting);
        self.running.spawn_blocking(move || {
            let plain: Vec<OutboxRecord> = records.iter().map(|(record, _)| record.clone()).collect();
            let error = store.keep(&plain).err();
            (store, Kept { records, error })
        });
    }
}
