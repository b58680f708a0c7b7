//! The schema, brought forward in place: numbered SQL files, each in its own transaction together with its number in `PRAGMA user_version`.
//!
//! Forty lines of our own rather than a library of migrations: the number stands in the file's header, so that a store of a newer version is told from a
//! damaged one before any table is read, and there is no table of history that could disagree with it. A file that was released is never changed;
//! what a new version needs is a new file. There is no way back but a backup.

use rusqlite::{Connection, TransactionBehavior};

/// Marks a file as a store of Parlor: `PRLR`.
pub(crate) const APPLICATION_ID: i32 = 0x5052_4C52;

const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_log_with_watermarks.sql")];

/// The version that this build reads and writes.
pub(crate) const VERSION: i32 = MIGRATIONS.len() as i32;

/// What an open file says of itself: application id and version.
pub(crate) fn identity(connection: &Connection) -> rusqlite::Result<(i32, i32)> {
    let application = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok((application, version))
}

/// Whether the file holds nothing at all yet.
pub(crate) fn is_blank(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)", [], |row| row.get(0))
}

/// Brings a blank or older store to [`VERSION`]. The caller has refused newer ones.
pub(crate) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let (_, version) = identity(connection)?;
    let done = usize::try_from(version).unwrap_or(0);
    for (place, text) in MIGRATIONS.iter().enumerate().skip(done) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(text)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", place as i32 + 1)?;
        transaction.commit()?;
        tracing::info!(version = place + 1, "the store's schema was brought forward");
    }
    Ok(())
}
