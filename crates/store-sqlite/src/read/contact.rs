//! How users stand to each other.

use parlor_store::ContactRow;
use parlor_types::{Position, UserId};
use rusqlite::{Connection, Row};

use crate::columns::{contact, int, raw, word};
use crate::failure::Outcome;
use crate::query;
use crate::sql::read as sql;

fn decode(row: &Row<'_>) -> Outcome<ContactRow> {
    Ok(ContactRow { other: UserId::from_raw(raw(row, 0)?), state: word(row, 1, contact)?, position: Position(raw(row, 2)?) })
}

pub(crate) fn list(connection: &Connection, user: UserId, since: Option<Position>) -> Outcome<Vec<ContactRow>> {
    let since = since.map(|since| int(since.0));
    query::list(connection, sql::LIST_CONTACTS, (int(user.raw()), since), usize::MAX, decode)
}

pub(crate) fn find(connection: &Connection, user: UserId, other: UserId) -> Outcome<Option<ContactRow>> {
    query::find(connection, sql::FIND_CONTACT, (int(user.raw()), int(other.raw())), decode)
}

pub(crate) fn list_blocked(connection: &Connection, user: UserId) -> Outcome<Vec<UserId>> {
    query::list(connection, sql::LIST_BLOCKED, [int(user.raw())], usize::MAX, |row| Ok(UserId::from_raw(raw(row, 0)?)))
}

/// Whether `user` blocks `other`.
pub(crate) fn blocks(connection: &Connection, user: UserId, other: UserId) -> Outcome<bool> {
    query::holds(connection, sql::IS_BLOCKED, (int(user.raw()), int(other.raw())))
}

pub(crate) fn list_blockers(connection: &Connection, user: UserId, others: &[UserId]) -> Outcome<Vec<UserId>> {
    let mut others = others.to_vec();
    others.sort_unstable();
    others.dedup();
    let mut found = Vec::new();
    for other in others {
        if blocks(connection, other, user)? {
            found.push(other);
        }
    }
    Ok(found)
}
