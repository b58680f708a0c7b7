//! Accounts, and who knows whom.

use parlor_store::UserRow;
use parlor_types::{Handle, Position, UserId};
use rusqlite::{Connection, Row};

use crate::columns::{int, maybe_name, maybe_time, name, raw, server_role, text, time, truth, word};
use crate::failure::Outcome;
use crate::query;
use crate::sql::read as sql;

/// An account whose columns begin at `at`.
pub(crate) fn decode(row: &Row<'_>, at: usize) -> Outcome<UserRow> {
    Ok(UserRow {
        id: UserId::from_raw(raw(row, at)?),
        handle: maybe_name(row, at + 1)?,
        display_name: name(row, at + 2)?,
        password_hash: text(row, at + 3)?.to_owned(),
        role: word(row, at + 4, server_role)?,
        send_read_receipts: truth(row, at + 5)?,
        share_presence: truth(row, at + 6)?,
        disabled: truth(row, at + 7)?,
        deleted: truth(row, at + 8)?,
        created_at: time(row, at + 9)?,
        last_active_at: maybe_time(row, at + 10)?,
        position: Position(raw(row, at + 11)?),
    })
}

pub(crate) fn find(connection: &Connection, user: UserId) -> Outcome<Option<UserRow>> {
    query::find(connection, sql::FIND_USER, [int(user.raw())], |row| decode(row, 0))
}

pub(crate) fn find_by_handle(connection: &Connection, handle: &Handle) -> Outcome<Option<UserRow>> {
    query::find(connection, sql::FIND_USER_BY_HANDLE, [handle.as_str()], |row| decode(row, 0))
}

pub(crate) fn list(connection: &Connection, users: &[UserId]) -> Outcome<Vec<UserRow>> {
    let mut users = users.to_vec();
    users.sort_unstable();
    users.dedup();
    let mut found = Vec::with_capacity(users.len());
    for user in users {
        found.extend(query::list(connection, sql::FIND_USER, [int(user.raw())], 1, |row| decode(row, 0))?);
    }
    Ok(found)
}

pub(crate) fn search(connection: &Connection, text: Option<&str>, after: Option<UserId>, limit: usize) -> Outcome<Vec<UserRow>> {
    let text = text.map(str::to_ascii_lowercase);
    let after = after.map_or(0, |user| int(user.raw()));
    query::list(connection, sql::SEARCH_USERS, (after, text), limit, |row| decode(row, 0))
}

fn is_acquainted(connection: &Connection, user: UserId, other: UserId) -> Outcome<bool> {
    query::holds(connection, sql::IS_ACQUAINTED, (int(user.raw()), int(other.raw())))
}

pub(crate) fn list_acquainted(connection: &Connection, user: UserId, others: &[UserId]) -> Outcome<Vec<UserId>> {
    list_related(connection, user, others, sql::IS_ACQUAINTED)
}

pub(crate) fn list_companions(connection: &Connection, user: UserId, others: &[UserId]) -> Outcome<Vec<UserId>> {
    list_related(connection, user, others, sql::IS_COMPANION)
}

/// Those of `others` of whom the statement `relation` says yes, and `user` themselves.
fn list_related(connection: &Connection, user: UserId, others: &[UserId], relation: &'static str) -> Outcome<Vec<UserId>> {
    let mut others = others.to_vec();
    others.sort_unstable();
    others.dedup();
    let mut found = Vec::new();
    for other in others {
        let known = if other == user {
            query::holds(connection, sql::IS_USER, [int(user.raw())])?
        } else {
            query::holds(connection, relation, (int(user.raw()), int(other.raw())))?
        };
        if known {
            found.push(other);
        }
    }
    Ok(found)
}

pub(crate) fn list_changed(connection: &Connection, user: UserId, since: Position, limit: usize) -> Outcome<Vec<UserRow>> {
    query::list_where(
        connection,
        sql::CHANGED_USERS,
        [int(since.0)],
        limit,
        |row| decode(row, 0),
        |row| Ok(row.id != user && is_acquainted(connection, user, row.id)?),
    )
}
