//! Accounts, and what belongs to nothing.

use parlor_types::Position;
use rusqlite::Connection;

use super::{Findings, Positions, readable};
use crate::columns::raw;
use crate::failure::Outcome;
use crate::query;
use crate::read;
use crate::sql::check as sql;

/// Statements that find rows which belong to nothing, with what to say of their first two columns.
const STRAYS: &[(&str, &str, &str)] = &[
    (sql::STRAY_MEMBERS, "conversation {1}: the member {2}", "is no user, or the conversation is missing"),
    (sql::STRAY_ARRIVALS, "conversation {1}: it is missing, and a message of user {2}", "waits to be filed"),
    (sql::STRAY_MENTIONS, "conversation {1}: a mention of user {2}", "is noted, who never was a member"),
    (sql::STRAY_PINS, "conversation {1}: the pin of message {2}", "belongs to no conversation"),
    (sql::STRAY_KEYS, "conversation {1}: a key of user {2}", "belongs to no conversation"),
    (sql::STRAY_DEVICES, "the device {1} of user {2}", "belongs to no user who may log in"),
    (sql::STRAY_DEVICE_MARKS, "the watermark of device {1} in conversation {2}", "belongs to no device, or to no conversation"),
    (sql::DEVICES_AHEAD, "the watermark of device {1} in conversation {2}", "is ahead of its user's"),
    (sql::STRAY_CONTACTS, "the contact of user {1} with user {2}", "is not between two users"),
    (sql::STRAY_BLOCKS, "the block of user {2} by user {1}", "is not between two live users"),
    (sql::STRAY_INVITES, "the invite {1} of user {2}", "belongs to no conversation"),
    (sql::OVERUSED_INVITES, "the invite {1}, used {2} times", "was used too often"),
];

/// Looks at everything but logs and members; gives back the highest id there is.
pub(super) fn check(connection: &Connection, findings: &mut Findings, positions: &mut Positions) -> Outcome<u64> {
    let mut statement = connection.prepare(sql::ALL_USERS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(user) = readable(findings, read::user::decode(row, 0))? else { continue };
        findings.unless(user.handle.is_some() != user.deleted, || format!("user {} has no handle, or still has one though deleted", user.id));
        if let Err(problem) = positions.take(user.position) {
            findings.say(format!("user {} {problem}", user.id));
        }
    }
    let contacts = query::all(connection, sql::ALL_CONTACT_POSITIONS, [], |row| Ok((raw(row, 0)?, raw(row, 1)?, Position(raw(row, 2)?))))?;
    for (user, other, position) in contacts {
        if let Err(problem) = positions.take(position) {
            findings.say(format!("the contact of user {user} with user {other} {problem}"));
        }
    }
    for log in query::all(connection, sql::LOGS_WITHOUT_CONVERSATION, [], |row| raw(row, 0))? {
        findings.say(format!("conversation {log}: it is missing, and its log is there"));
    }
    for (text, subject, problem) in STRAYS {
        for (first, second) in query::all(connection, text, [], |row| Ok((raw(row, 0)?, raw(row, 1)?)))? {
            let subject = subject.replace("{1}", &first.to_string()).replace("{2}", &second.to_string());
            findings.say(format!("{subject} {problem}"));
        }
    }
    query::get(connection, sql::HIGHEST_ID, [], |row| raw(row, 0))
}
