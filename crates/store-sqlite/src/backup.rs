//! Copies of a store: made while it is in use, and put in its place when it was lost.
//!
//! A copy is one ordinary database file, of one moment: everything that was acknowledged before it was asked for is in it. A copy that is put back is another
//! incarnation of the data: it gets a new epoch (G11), or devices that had seen more would take new messages for old ones.

use std::fs::File;
use std::path::{Path, PathBuf};

use parlor_store::StoreError;
use parlor_types::{Epoch, Random};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::check::{self, Scope};
use crate::failure::{Failure, from_sqlite};
use crate::lock::{Lock, beside};
use crate::open::{self, OpenError};
use crate::{SqliteStore, migrate};

/// How many tries a copy makes when the database is busy for a moment.
const TRIES_MAX: usize = 100;

/// Why no copy was made, or none was put back. The words say what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is a file already.
    #[error("{} exists and is not overwritten; choose another name, or say that it may be replaced", .0.display())]
    Exists(PathBuf),
    /// The copy cannot be used, or the place is in use.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The copy holds what cannot be right.
    #[error("the backup {} is not sound, nothing was changed; try an older one. First finding: {}", path.display(), findings.first().map_or("", String::as_str))]
    Unsound {
        /// The copy.
        path: PathBuf,
        /// What is wrong, in words.
        findings: Vec<String>,
    },
    /// The operating system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SqliteStore {
    /// Copies the store into a new file at `path`, consistent and complete as of the begin of the copy, and on stable storage when this returns. Writes and
    /// reads go on meanwhile. An existing file is never overwritten; after an error there is no file.
    pub async fn backup(&self, path: impl Into<PathBuf>) -> Result<(), BackupError> {
        self.shared.refuse_if_damaged()?;
        let (source, path) = (self.path.clone(), path.into());
        let copied = tokio::task::spawn_blocking(move || copy(&source, &path));
        copied.await.map_err(|_| StoreError::Unavailable("the copy did not come to its end".to_owned()))?
    }
}

/// Copies the store at `source` as [`SqliteStore::backup`] does, whether or not a process, this one or another, has it in use.
pub fn copy(source: &Path, path: &Path) -> Result<(), BackupError> {
    open::look_at_file(source, false)?;
    let source = open::open_reader(source)?;
    let reserved = Reserved::take(path)?;
    let partial = beside(path, ".partial");
    write_copy(&source, &partial, |_| Ok(()))?;
    move_into_place(&partial, path)?;
    reserved.keep();
    Ok(())
}

/// Puts the backup at `backup` in place as the store at `target`, under a new epoch, which it returns. The backup is verified first, and left as it is.
///
/// An existing store is replaced only with `overwrite`; it must not be in use. Until the last step, a rename, the existing store stays as it was, but
/// for its write-ahead log, which goes just before: a crash between the two leaves an old store that lacks its last seconds.
pub fn restore(backup: &Path, target: &Path, overwrite: bool, random: &dyn Random) -> Result<Epoch, BackupError> {
    let source = open_copy(backup)?;
    let _lock = Lock::take(target)?;
    let existing = std::fs::metadata(target).is_ok_and(|file| file.len() > 0);
    if existing && !overwrite {
        return Err(BackupError::Exists(target.to_owned()));
    }
    let partial = beside(target, ".partial");
    let epoch = open::new_epoch(random);
    write_copy(&source, &partial, |copy| {
        let sqlite = |error| BackupError::Open(OpenError::of_sqlite(backup, error));
        migrate::migrate(copy).map_err(sqlite)?;
        let findings = check::check(copy, Scope::Store).map_err(|failure| unusable(backup, failure))?;
        if !findings.is_empty() {
            return Err(BackupError::Unsound { path: backup.to_owned(), findings });
        }
        copy.execute("UPDATE store SET epoch = ?1 WHERE id = 1", [epoch.0 as i64]).map_err(sqlite)?;
        Ok(())
    })?;
    // A log that belongs to the old file would be played into the new one.
    for suffix in ["-wal", "-shm"] {
        remove_if_there(&beside(target, suffix))?;
    }
    move_into_place(&partial, target)?;
    Ok(epoch)
}

/// Opens a copy to read it, and refuses what is no store or newer than this build.
fn open_copy(path: &Path) -> Result<Connection, BackupError> {
    open::look_at_file(path, false)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| OpenError::of_sqlite(path, error))?;
    if open::check_identity(&connection, path)? {
        return Err(OpenError::Foreign(path.to_owned()).into());
    }
    Ok(connection)
}

/// Copies a database into a new file of its own, lets `change` work on it, and brings it to stable storage. After an error there is no file.
fn write_copy(source: &Connection, partial: &Path, change: impl FnOnce(&mut Connection) -> Result<(), BackupError>) -> Result<(), BackupError> {
    remove_if_there(partial)?;
    let written = copy_all(source, partial).and_then(|mut copy| {
        change(&mut copy)?;
        copy.close().map_err(|(_, error)| BackupError::Store(from_sqlite(&error)))
    });
    let written = written.and_then(|()| sync(partial));
    if written.is_err() {
        // The error that led here says more than one about its leftovers.
        let _ = std::fs::remove_file(partial);
    }
    written
}

fn copy_all(source: &Connection, partial: &Path) -> Result<Connection, BackupError> {
    let sqlite = |error| BackupError::Store(from_sqlite(&error));
    let mut copy = Connection::open(partial).map_err(sqlite)?;
    {
        let backup = Backup::new(source, &mut copy).map_err(sqlite)?;
        // All pages in one step: one moment, and commits beside it do not make it begin again.
        let mut tries = 0;
        loop {
            match backup.step(-1).map_err(sqlite)? {
                StepResult::Done => break,
                _ if tries < TRIES_MAX => tries += 1,
                _ => return Err(StoreError::Unavailable("the database stayed busy".to_owned()).into()),
            }
        }
    }
    // One file, without a write-ahead log beside it.
    copy.pragma_update(None, "journal_mode", "DELETE").map_err(sqlite)?;
    Ok(copy)
}

fn unusable(path: &Path, failure: Failure) -> BackupError {
    OpenError::Damaged { path: path.to_owned(), detail: failure.to_string() }.into()
}

fn move_into_place(partial: &Path, path: &Path) -> Result<(), BackupError> {
    let moved = std::fs::rename(partial, path).map_err(|error| BackupError::Io { path: path.to_owned(), error });
    moved?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync(folder)
}

fn sync(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| BackupError::Io { path: path.to_owned(), error })
}

fn remove_if_there(path: &Path) -> Result<(), BackupError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(BackupError::Io { path: path.to_owned(), error }),
        _ => Ok(()),
    }
}

/// An empty file that keeps a name free from others until the copy takes its place.
struct Reserved {
    path: PathBuf,
    kept: bool,
}

impl Reserved {
    fn take(path: &Path) -> Result<Self, BackupError> {
        match File::create_new(path) {
            Ok(_) => Ok(Self { path: path.to_owned(), kept: false }),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(BackupError::Exists(path.to_owned())),
            Err(error) => Err(BackupError::Io { path: path.to_owned(), error }),
        }
    }

    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if !self.kept {
            // It is empty and ours; what cannot be removed is only in the way of the same name.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
