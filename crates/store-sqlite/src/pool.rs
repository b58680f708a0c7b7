//! The connections that read. Each read runs on a thread of its own kind, inside one transaction, so that it sees one moment; as many at once as there are
//! connections, the others wait in line. A read that panics costs no connection.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_store::StoreError;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::failure::{Failure, Outcome};
use crate::open::{OpenError, open_reader};

/// Idle connections, and the right to take one.
#[derive(Debug)]
pub(crate) struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    turns: Arc<Semaphore>,
}

impl Pool {
    pub(crate) fn open(path: &Path, size: usize) -> Result<Arc<Self>, OpenError> {
        let size = size.max(1);
        let idle = (0..size).map(|_| open_reader(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::new(Self { path: path.to_owned(), idle: Mutex::new(idle), turns: Arc::new(Semaphore::new(size)) }))
    }

    /// Runs `read` when its turn has come. Cancel safe: a read that began goes on by itself and gives its connection back.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Failed> {
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| Failed::Over)?;
        let pool = self.clone();
        let work = move || {
            let _turn = turn;
            let lent = Lent { connection: Some(pool.take()?), pool };
            lent.run(read)
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Failed::Over)?.map_err(Failed::Read)
    }

    fn take(&self) -> Outcome<Connection> {
        if let Some(connection) = self.idle.lock().pop() {
            return Ok(connection);
        }
        // One was lost to a panic: a turn without a connection makes a new one.
        open_reader(&self.path).map_err(|error| Failure::Unreadable(error.to_string()))
    }
}

/// Why a read gave nothing.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The read itself failed.
    Read(Failure),
    /// The store is closing, or the read panicked.
    Over,
}

impl From<Failed> for StoreError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Read(failure) => failure.into(),
            Failed::Over => Self::Unavailable("the read did not come to its end".to_owned()),
        }
    }
}

/// A connection that goes back when its read is over.
struct Lent {
    connection: Option<Connection>,
    pool: Arc<Pool>,
}

impl Lent {
    fn run<T>(mut self, read: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        let Some(connection) = &self.connection else { return Err(Failure::Unreadable("a connection that was lent twice".to_owned())) };
        connection.prepare_cached("BEGIN")?.execute([])?;
        let found = read(connection);
        let ended = connection.prepare_cached("COMMIT")?.execute([]);
        if ended.is_ok()
            && let Some(connection) = self.connection.take()
        {
            self.pool.idle.lock().push(connection);
        }
        found
    }
}
