//! Messages with what happened to them folded in.

use parlor_domain::{FoldedMessage, Readable, fold};
use parlor_types::{ConversationId, Event, Seq};
use rusqlite::Connection;

use super::event::decode;
use crate::columns::{int, seq};
use crate::failure::Outcome;
use crate::query;
use crate::sql::read as sql;

pub(crate) fn list(
    connection: &Connection,
    conversation: ConversationId,
    readable: &Readable,
    from: Seq,
    to: Seq,
    newest: bool,
    limit: usize,
) -> Outcome<Vec<FoldedMessage>> {
    let mut pieces = readable.within(from, to);
    if newest {
        pieces.reverse();
    }
    let text = if newest { sql::LIST_MESSAGES_BACKWARDS } else { sql::LIST_MESSAGES };
    let mut messages: Vec<Event> = Vec::new();
    for (first, last) in pieces {
        let wanted = limit - messages.len();
        if wanted == 0 {
            break;
        }
        let found = query::list(connection, text, (int(conversation.raw()), int(first.0), int(last.0)), wanted, decode)?;
        messages.extend(found.into_iter().map(|stored| stored.event));
    }
    if newest {
        messages.reverse();
    }
    fold_in(connection, conversation, readable, messages)
}

pub(crate) fn find(connection: &Connection, conversation: ConversationId, readable: &Readable, seq: Seq) -> Outcome<Option<FoldedMessage>> {
    if !readable.contains(seq) {
        return Ok(None);
    }
    let message = super::event::find(connection, conversation, seq)?;
    Ok(fold_in(connection, conversation, readable, message.into_iter().collect())?.pop())
}

/// Folds what may be read of what happened to `messages` into them.
fn fold_in(connection: &Connection, conversation: ConversationId, readable: &Readable, messages: Vec<Event>) -> Outcome<Vec<FoldedMessage>> {
    let (Some(first), Some(last)) = (messages.first(), messages.last()) else { return Ok(Vec::new()) };
    let params = (int(conversation.raw()), int(first.seq.0), int(last.seq.0));
    let mut followers = query::list(connection, sql::LIST_FOLLOWERS, params, usize::MAX, |row| Ok(decode(row)?.event))?;
    followers.retain(|event| readable.contains(event.seq));
    followers.sort_unstable_by_key(|event| event.seq);
    Ok(fold::fold(messages, followers))
}

pub(crate) fn list_pins(connection: &Connection, conversation: ConversationId) -> Outcome<Vec<Seq>> {
    query::list(connection, sql::LIST_PINS, [int(conversation.raw())], usize::MAX, |row| seq(row, 0))
}
