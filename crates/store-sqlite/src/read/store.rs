//! The store as a whole.

use parlor_domain::Conversation;
use parlor_store::{ServerSettings, StoreFigures};
use parlor_types::{ConversationId, Epoch, Position};
use rusqlite::Connection;

use crate::columns::{int, raw, registration, truth, unreadable};
use crate::failure::Outcome;
use crate::query;
use crate::sql::read as sql;

pub(crate) fn epoch(connection: &Connection) -> Outcome<Epoch> {
    query::get(connection, sql::EPOCH, [], |row| Ok(Epoch(raw(row, 0)?)))
}

/// The last position and the last id that were given.
pub(crate) fn counters(connection: &Connection) -> Outcome<(Position, u64)> {
    query::get(connection, sql::COUNTERS, [], |row| Ok((Position(raw(row, 0)?), raw(row, 1)?)))
}

pub(crate) fn settings(connection: &Connection) -> Outcome<ServerSettings> {
    query::get(connection, sql::SETTINGS, [], |row| {
        let mode: Option<i64> = row.get(1)?;
        let registration = mode.map(|number| registration(number).ok_or_else(|| unreadable(row, 1))).transpose()?;
        Ok(ServerSettings { name: row.get(0)?, registration, empty: truth(row, 2)? })
    })
}

pub(crate) fn figures(connection: &Connection) -> Outcome<StoreFigures> {
    let bytes = query::get(connection, sql::PAGES, [], |row| raw(row, 0))?;
    query::get(connection, sql::FIGURES, [], |row| {
        Ok(StoreFigures { users: raw(row, 0)?, conversations: raw(row, 1)?, messages: raw(row, 2)?, bytes })
    })
}

/// The conversations with events in `(after, through]`, by walking all of them: for who has been away for longer than [`crate::feed::Feed`] remembers.
pub(crate) fn list_changed(connection: &Connection, after: Position, through: Position, limit: usize) -> Outcome<Vec<(ConversationId, Position)>> {
    let changed = query::list(connection, sql::CHANGED_CONVERSATIONS, [int(after.0)], usize::MAX, |row| {
        Ok((ConversationId::from_raw(raw(row, 0)?), Position(raw(row, 1)?)))
    })?;
    let mut found = Vec::with_capacity(changed.len().min(limit));
    for (conversation, position) in changed {
        let position = if position <= through { Some(position) } else { last_through(connection, conversation, through)? };
        found.extend(position.filter(|position| *position > after).map(|position| (conversation, position)));
    }
    found.sort_unstable_by_key(|(_, position)| *position);
    found.truncate(limit);
    Ok(found)
}

fn last_through(connection: &Connection, conversation: ConversationId, through: Position) -> Outcome<Option<Position>> {
    let Some(Conversation { trimmed_seq, last_seq, .. }) = super::conversation::find(connection, conversation)? else { return Ok(None) };
    let seq = super::event::last_at_or_below(connection, conversation, trimmed_seq, last_seq, through)?;
    let place = (int(conversation.raw()), int(seq.0));
    let found = query::find(connection, sql::PLACE_AT_OR_AFTER, place, |row| Ok((raw(row, 0)?, Position(raw(row, 1)?))))?;
    Ok(found.filter(|(found, _)| *found == seq.0).map(|(_, position)| position))
}
