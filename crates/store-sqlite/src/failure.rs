//! What goes wrong with SQLite, sorted once by what the process must do about it (fault 11, fault 12).

use parlor_store::StoreError;
use rusqlite::{ErrorCode, ffi};

/// Why a piece of work on the database did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// SQLite said so.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// A row is there, but no value of ours: somebody else wrote it. It costs its readers that row and nothing more (fault 23).
    #[error("{0} cannot be read; run `parlor check`")]
    Unreadable(String),
    /// What is stored contradicts itself in a way that going on would make worse.
    #[error("{0}")]
    Impossible(String),
}

pub(crate) type Outcome<T> = Result<T, Failure>;

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Sqlite(error) => from_sqlite(&error),
            Failure::Unreadable(_) => Self::Unavailable(failure.to_string()),
            Failure::Impossible(what) => Self::Damaged(what),
        }
    }
}

/// The three ways out of an error of SQLite: no room, damage, or try again.
pub(crate) fn from_sqlite(error: &rusqlite::Error) -> StoreError {
    let words = error.to_string();
    let rusqlite::Error::SqliteFailure(cause, _) = error else { return StoreError::Unavailable(words) };
    match (cause.code, cause.extended_code) {
        // The shared index of the log grows with the log: a full disk shows here too.
        (ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_SHMSIZE) => StoreError::Full(words),
        // Memory, open files, locks of the operating system: nothing was lost, and it passes.
        (
            _,
            ffi::SQLITE_IOERR_NOMEM
            | ffi::SQLITE_IOERR_SHMOPEN
            | ffi::SQLITE_IOERR_SHMMAP
            | ffi::SQLITE_IOERR_SHMLOCK
            | ffi::SQLITE_IOERR_LOCK
            | ffi::SQLITE_IOERR_RDLOCK
            | ffi::SQLITE_IOERR_UNLOCK
            | ffi::SQLITE_IOERR_CHECKRESERVEDLOCK
            | ffi::SQLITE_IOERR_GETTEMPPATH,
        ) => StoreError::Unavailable(words),
        (ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => StoreError::Damaged(words),
        _ => StoreError::Unavailable(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(extended: i32) -> StoreError {
        from_sqlite(&rusqlite::Error::SqliteFailure(ffi::Error::new(extended), None))
    }

    #[test]
    fn errors_are_sorted_by_what_must_be_done() {
        for full in [ffi::SQLITE_FULL, ffi::SQLITE_IOERR_SHMSIZE] {
            assert!(matches!(sorted(full), StoreError::Full(_)), "{full}");
        }
        for damaged in [
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_IOERR_DIR_FSYNC,
            ffi::SQLITE_IOERR_READ,
            ffi::SQLITE_IOERR_SHORT_READ,
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_CORRUPT,
            ffi::SQLITE_CORRUPT_INDEX,
            ffi::SQLITE_NOTADB,
        ] {
            assert!(matches!(sorted(damaged), StoreError::Damaged(_)), "{damaged}");
        }
        for passing in [ffi::SQLITE_BUSY, ffi::SQLITE_NOMEM, ffi::SQLITE_CANTOPEN, ffi::SQLITE_IOERR_NOMEM, ffi::SQLITE_CONSTRAINT_UNIQUE] {
            assert!(matches!(sorted(passing), StoreError::Unavailable(_)), "{passing}");
        }
    }
}
