//! The embedded store: SQLite with one writer thread and group commit, and a pool of connections that read.
//!
//! The contract is that of [`parlor_store`]; this is how it is kept:
//!
//! - [`open`] locks the file, refuses what is foreign, newer or visibly damaged, and asserts `synchronous=FULL`;
//! - `writer` takes what queued up, runs it as one transaction of `write`s on the `working` set, and answers after `COMMIT`;
//! - `checkpoint` copies the write-ahead log into the file, beside the writer;
//! - `pool` runs `read`s on connections that cannot write, each at one moment;
//! - `sql` has every statement, `migrate` the schema, `failure` what to do about each error of SQLite;
//! - `check` verifies what is stored, [`backup`] copies a store in use, [`backup::restore`] puts a copy in its place under a new epoch.
//!
//! It must never acknowledge what is not on stable storage, never count rows to draw a list, and never go on after damage.

pub mod backup;
mod check;
mod checkpoint;
mod columns;
mod failure;
mod feed;
mod lock;
mod migrate;
pub mod open;
#[cfg(feature = "plant")]
mod plant;
mod pool;
mod query;
mod read;
mod shared;
mod sql;
mod state;
mod store;
mod working;
mod write;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use parlor_store::{Result, StoreError, Write, Written};
use parlor_types::Epoch;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

pub use open::{OpenError, OpenOptions};
#[cfg(feature = "plant")]
pub use plant::Plant;

use checkpoint::Checkpointer;
use failure::Outcome;
use lock::Lock;
use pool::Pool;
use shared::Shared;
use writer::Request;

/// A store in a file. One process at a time; shared by all its tasks.
///
/// Dropping it answers what is queued, writes everything into the database file, and releases the lock; that takes a moment, and blocks the thread.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    epoch: Epoch,
    shared: Arc<Shared>,
    pool: Arc<Pool>,
    /// `None` only while it is dropped.
    sender: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
    #[cfg(feature = "plant")]
    plant: Option<Plant>,
    /// The last field: the file is free only when everything else is closed.
    #[expect(dead_code, reason = "held, not asked")]
    lock: Lock,
}

impl SqliteStore {
    /// Opens the store, or makes it when that is asked for. Blocks for some milliseconds, whatever the size of the store; longer after a migration or when a
    /// process that died left a long write-ahead log.
    pub fn open(options: OpenOptions) -> std::result::Result<Self, OpenError> {
        let path = options.path.as_path();
        let unreadable = |failure: failure::Failure| OpenError::Damaged { path: path.to_owned(), detail: failure.to_string() };
        let lock = Lock::take(path)?;
        let connection = open::open_writer(&options)?;
        let pool = Pool::open(path, options.readers)?;
        let epoch = read::store::epoch(&connection).map_err(unreadable)?;
        let (position, _) = read::store::counters(&connection).map_err(unreadable)?;
        let shared = Arc::new(Shared::new(position));
        let io = |error| OpenError::Io { path: path.to_owned(), error };
        let checkpointer = Checkpointer::start(open::open_checkpointer(path)?, shared.clone()).map_err(io)?;
        let started = writer::start(
            connection,
            shared.clone(),
            checkpointer,
            #[cfg(feature = "plant")]
            options.plant,
        );
        let (sender, thread) = started.map_err(io)?;
        Ok(Self {
            path: options.path.clone(),
            epoch,
            shared,
            pool,
            sender: Some(sender),
            thread: Some(thread),
            #[cfg(feature = "plant")]
            plant: options.plant,
            lock,
        })
    }

    /// Everything that [`parlor_store::Store::check`] verifies, and what the rules promise beside: one owner to a conversation. For `parlor check`. Slow.
    pub async fn verify(&self) -> Result<Vec<String>> {
        self.read(|connection| check::check(connection, check::Scope::Rules)).await
    }

    /// Queues a batch for the writer and waits for its commit.
    async fn send(&self, batch: Vec<Write>) -> Result<Vec<Written>> {
        self.shared.refuse_if_damaged()?;
        let gone = || StoreError::Damaged("the thread that writes is gone".to_owned());
        #[cfg(feature = "plant")]
        let seen = self.see_seqs(&batch).await?;
        let (answer, written) = oneshot::channel();
        let request = Request {
            batch,
            answer,
            #[cfg(feature = "plant")]
            seen,
        };
        let sender = self.sender.as_ref().ok_or_else(gone)?;
        sender.send(request).await.map_err(|_| gone())?;
        written.await.map_err(|_| gone())?
    }

    /// Runs a read on a connection of the pool.
    async fn read<T: Send + 'static>(&self, read: impl FnOnce(&Connection) -> Outcome<T> + Send + 'static) -> Result<T> {
        self.shared.refuse_if_damaged()?;
        self.pool.read(read).await.map_err(|failed| {
            let error = StoreError::from(failed);
            if let StoreError::Damaged(what) = &error {
                self.shared.damaged(what);
            }
            error
        })
    }

    /// The planted bug reads the heads before it queues.
    #[cfg(feature = "plant")]
    async fn see_seqs(&self, batch: &[Write]) -> Result<Vec<(parlor_types::ConversationId, parlor_types::Seq)>> {
        let mut seen = Vec::new();
        for write in batch {
            if let (Some(Plant::SeqWithoutLock), Write::Append(append)) = (self.plant, write) {
                let conversation = append.conversation;
                let found = self.read(move |connection| read::conversation::find(connection, conversation)).await?;
                seen.extend(found.map(|found| (conversation, found.last_seq)));
            }
        }
        Ok(seen)
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that writes the store panicked");
        }
    }
}
