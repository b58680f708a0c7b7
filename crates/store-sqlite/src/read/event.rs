//! Events, as they stand in the log.

use parlor_store::StoredEvent;
use parlor_types::{ConversationId, Event, EventId, Position, Seq, UserId};
use rusqlite::{Connection, Row};

use crate::columns::{int, raw, seq, text, time};
use crate::failure::{Failure, Outcome};
use crate::query;
use crate::sql::read as sql;

pub(crate) fn decode(row: &Row<'_>) -> Outcome<StoredEvent> {
    let (conversation, seq) = (ConversationId::from_raw(raw(row, 0)?), seq(row, 1)?);
    let body = serde_json::from_str(text(row, 6)?).map_err(|_| Failure::Unreadable(format!("the event {seq} of the conversation {conversation}")))?;
    let event = Event { conversation, seq, id: EventId::from_raw(raw(row, 3)?), sender: UserId::from_raw(raw(row, 4)?), at: time(row, 5)?, body };
    Ok(StoredEvent { event, position: Position(raw(row, 2)?) })
}

pub(crate) fn list(connection: &Connection, conversation: ConversationId, after: Seq, through: Seq, limit: usize) -> Outcome<Vec<StoredEvent>> {
    let through = through.0.min(i64::MAX as u64);
    let after = after.0.min(i64::MAX as u64);
    query::list(connection, sql::LIST_EVENTS, (int(conversation.raw()), int(after), int(through)), limit, decode)
}

pub(crate) fn list_since(connection: &Connection, conversation: ConversationId, since: Position, limit: usize) -> Outcome<Vec<StoredEvent>> {
    let Some(found) = super::conversation::find(connection, conversation)? else { return Ok(Vec::new()) };
    if found.position <= since {
        return Ok(Vec::new());
    }
    let after = last_at_or_below(connection, conversation, found.trimmed_seq, found.last_seq, since)?;
    list(connection, conversation, after, found.last_seq, limit)
}

/// The last seq in `(trimmed, last]` with a position at or below `since`, or `trimmed`. Positions rise with seqs within a log, so this takes a few looks
/// however long the log is.
pub(crate) fn last_at_or_below(connection: &Connection, conversation: ConversationId, trimmed: Seq, last: Seq, since: Position) -> Outcome<Seq> {
    let (mut below, mut above) = (trimmed.0, last.0 + 1);
    while above - below > 1 {
        let middle = below + (above - below) / 2;
        let found = query::find(connection, sql::PLACE_AT_OR_AFTER, (int(conversation.raw()), int(middle)), |row| Ok((raw(row, 0)?, raw(row, 1)?)))?;
        match found {
            // A seq that is missing is no reason to stop here; `check` names it.
            Some((seq, position)) if position <= since.0 && seq < above => below = seq,
            _ => above = middle,
        }
    }
    Ok(Seq(below))
}

pub(crate) fn find(connection: &Connection, conversation: ConversationId, seq: Seq) -> Outcome<Option<Event>> {
    let Ok(place) = i64::try_from(seq.0) else { return Ok(None) };
    let found = query::list(connection, sql::FIND_EVENT, (int(conversation.raw()), place), 1, decode)?;
    Ok(found.into_iter().next().map(|stored| stored.event))
}
