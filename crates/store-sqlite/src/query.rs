//! Asking one statement: for one row, for all, or for those that can be read.

use rusqlite::{Connection, Params, Row};

use crate::failure::{Failure, Outcome};

/// The first row, if there is one.
pub(crate) fn find<T>(connection: &Connection, sql: &str, params: impl Params, decode: impl FnOnce(&Row<'_>) -> Outcome<T>) -> Outcome<Option<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(decode).transpose()
}

/// The one row that an aggregate or an `EXISTS` always has.
pub(crate) fn get<T>(connection: &Connection, sql: &str, params: impl Params, decode: impl FnOnce(&Row<'_>) -> Outcome<T>) -> Outcome<T> {
    find(connection, sql, params, decode)?.ok_or_else(|| Failure::Sqlite(rusqlite::Error::QueryReturnedNoRows))
}

/// A truth.
pub(crate) fn holds(connection: &Connection, sql: &str, params: impl Params) -> Outcome<bool> {
    get(connection, sql, params, |row| crate::columns::truth(row, 0))
}

/// All rows, or the failure of the first that cannot be read: for the writer, which must not decide on half of the facts.
pub(crate) fn all<T>(connection: &Connection, sql: &str, params: impl Params, mut decode: impl FnMut(&Row<'_>) -> Outcome<T>) -> Outcome<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(decode(row)?);
    }
    Ok(found)
}

/// At most `limit` of the rows that are `wanted`, in the way of [`list`].
pub(crate) fn list_where<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    limit: usize,
    mut decode: impl FnMut(&Row<'_>) -> Outcome<T>,
    mut wanted: impl FnMut(&T) -> Outcome<bool>,
) -> Outcome<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while found.len() < limit
        && let Some(row) = rows.next()?
    {
        match decode(row) {
            Ok(value) if wanted(&value)? => found.push(value),
            Ok(_) => {}
            Err(Failure::Unreadable(what)) => tracing::error!(row = %what, "a stored row cannot be read and is passed over; run `parlor check`"),
            Err(failure) => return Err(failure),
        }
    }
    Ok(found)
}

/// At most `limit` rows. One that cannot be read is passed over with a word in the log, and does not take a place of the page (fault 23).
pub(crate) fn list<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    limit: usize,
    decode: impl FnMut(&Row<'_>) -> Outcome<T>,
) -> Outcome<Vec<T>> {
    list_where(connection, sql, params, limit, decode, |_| Ok(true))
}

/// Changes rows; says how many.
pub(crate) fn execute(connection: &Connection, sql: &str, params: impl Params) -> Outcome<usize> {
    Ok(connection.prepare_cached(sql)?.execute(params)?)
}
