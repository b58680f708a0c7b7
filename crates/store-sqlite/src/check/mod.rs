//! Verifies what is stored and names each violation in words.

use rusqlite::Connection;

use crate::columns::text;
use crate::failure::Outcome;
use crate::query;

pub(crate) fn check(connection: &Connection) -> Outcome<Vec<String>> {
    let mut found = query::all(connection, "PRAGMA integrity_check", [], |row| Ok(text(row, 0)?.to_owned()))?;
    found.retain(|line| line != "ok");
    Ok(found)
}
