//! Copies the write-ahead log into the database file, beside the writer, so that nobody's commit waits for it.
//!
//! The log can begin anew only when all of it was copied, and under load there is always a commit more. So it goes in two steps: this thread copies what there is,
//! which takes long and keeps nobody waiting; then the writer copies the little that was added meanwhile, between two commits.
//!
//! SQLite's own automatic checkpoints are off: they run inside some commit, and they hide their errors, while a failed fsync must stop the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use parlor_store::StoreError;
use rusqlite::Connection;

use crate::failure::from_sqlite;
use crate::shared::Shared;

/// Nothing is being copied.
const IDLE: u8 = 0;
/// The thread copies.
const COPYING: u8 = 1;
/// The thread is done, the rest is for the writer.
const COPIED: u8 = 2;

/// The thread that copies.
pub(crate) struct Checkpointer {
    /// `None` only while it ends.
    wake: Option<SyncSender<()>>,
    phase: Arc<AtomicU8>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(crate) fn start(connection: Connection, shared: Arc<Shared>) -> std::io::Result<Self> {
        let (wake, woken) = sync_channel(1);
        let phase = Arc::new(AtomicU8::new(IDLE));
        let shown = phase.clone();
        let run = move || {
            while woken.recv().is_ok() {
                copy(&connection, &shared);
                shown.store(COPIED, Ordering::Release);
            }
        };
        let thread = std::thread::Builder::new().name("store-checkpoint".to_owned()).spawn(run)?;
        Ok(Self { wake: Some(wake), phase, thread: Some(thread) })
    }

    /// The log has grown enough to be copied: has it done, or does the writer's part of it. `writer` is the writer's own connection, between two transactions.
    pub(crate) fn advance(&self, writer: &Connection, shared: &Shared) {
        match self.phase.load(Ordering::Acquire) {
            IDLE => {
                self.phase.store(COPYING, Ordering::Release);
                // Full means that it is awake anyway.
                let _ = self.wake.as_ref().map(|wake| wake.try_send(()));
            }
            COPIED => {
                copy(writer, shared);
                self.phase.store(IDLE, Ordering::Release);
            }
            _ => {}
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that copies the write-ahead log panicked");
        }
    }
}

/// Copies as much as can be copied without waiting for anybody. Without room it waits for better times; the log holds everything.
pub(crate) fn copy(connection: &Connection, shared: &Shared) {
    let done = connection.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)").and_then(|mut statement| {
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
        Ok(())
    });
    match done.map_err(|error| from_sqlite(&error)) {
        Ok(()) => {}
        Err(StoreError::Damaged(what)) => shared.damaged(&what),
        Err(error) => tracing::warn!(cause = %error, "the write-ahead log could not be copied into the database; it is tried again later"),
    }
}
