//! Conversations and how users stand to them.

use parlor_domain::{Conversation, Standing};
use parlor_types::{ConversationId, Position, RulesVersion, Seq, Timestamp, UserId};
use rusqlite::{Connection, Row};

use crate::columns::{history, int, kind, maybe_name, maybe_raw, raw, retention, seq, text, time, truth, word};
use crate::failure::Outcome;
use crate::query;
use crate::sql::read as sql;
use crate::state::ConversationState;

/// How many columns [`decode`] takes.
pub(crate) const COLUMNS: usize = 21;

/// A row whose first columns are a conversation's.
pub(crate) fn decode(row: &Row<'_>) -> Outcome<ConversationState> {
    let low = maybe_raw(row, 11)?.map(UserId::from_raw);
    let high = maybe_raw(row, 12)?.map(UserId::from_raw);
    let conversation = Conversation {
        id: ConversationId::from_raw(raw(row, 0)?),
        kind: word(row, 1, kind)?,
        title: maybe_name(row, 2)?,
        description: maybe_name(row, 3)?,
        history: word(row, 4, history)?,
        retention: word(row, 5, retention)?,
        rules_version: RulesVersion(raw(row, 6)?),
        last_seq: seq(row, 7)?,
        trimmed_seq: seq(row, 8)?,
        message_count: raw(row, 9)?,
        member_count: raw(row, 10)?,
        direct: low.zip(high),
        position: Position(raw(row, 13)?),
        created_at: time(row, 14)?,
        updated_at: time(row, 15)?,
    };
    Ok(ConversationState {
        row: conversation,
        last_message_seq: seq(row, 16)?,
        trimmed_count: raw(row, 17)?,
        receipt_position: Position(raw(row, 18)?),
        trim_position: Position(raw(row, 19)?),
        filed_seq: seq(row, 20)?,
    })
}

pub(crate) fn find_state(connection: &Connection, conversation: ConversationId) -> Outcome<Option<ConversationState>> {
    query::find(connection, sql::FIND_CONVERSATION, [int(conversation.raw())], decode)
}

pub(crate) fn find(connection: &Connection, conversation: ConversationId) -> Outcome<Option<Conversation>> {
    Ok(find_state(connection, conversation)?.map(|state| state.row))
}

pub(crate) fn find_standing(connection: &Connection, conversation: ConversationId, user: UserId) -> Outcome<Option<(Conversation, Standing)>> {
    let Some(found) = find(connection, conversation)? else { return Ok(None) };
    let standing = super::member::find_state(connection, conversation, user)?.map_or_else(|| Standing::stranger(user), |member| member.standing());
    Ok(Some((found, standing)))
}

pub(crate) fn find_direct(connection: &Connection, one: UserId, other: UserId) -> Outcome<Option<ConversationId>> {
    let (low, high) = (one.min(other), one.max(other));
    query::find(connection, sql::FIND_DIRECT, (int(low.raw()), int(high.raw())), |row| Ok(ConversationId::from_raw(raw(row, 0)?)))
}

pub(crate) fn list_channels(
    connection: &Connection,
    user: UserId,
    text_sought: Option<&str>,
    after: Option<ConversationId>,
    limit: usize,
) -> Outcome<Vec<(Conversation, bool)>> {
    let sought = text_sought.map(str::to_ascii_lowercase);
    let place = match after {
        Some(channel) => query::find(connection, sql::CHANNEL_PLACE, [int(channel.raw())], |row| Ok((text(row, 0)?.to_owned(), row.get(1)?)))?,
        None => Some((String::new(), 0_i64)),
    };
    let Some((title, id)) = place else { return Ok(Vec::new()) };
    query::list(connection, sql::LIST_CHANNELS, (int(user.raw()), sought, title, id), limit, |row| Ok((decode(row)?.row, truth(row, COLUMNS)?)))
}

pub(crate) fn list_trimmable(connection: &Connection, after: Option<ConversationId>, limit: usize) -> Outcome<Vec<Conversation>> {
    let after = after.map_or(0, |conversation| int(conversation.raw()));
    query::list(connection, sql::LIST_TRIMMABLE, [after], limit, |row| Ok(decode(row)?.row))
}

pub(crate) fn find_last_before(connection: &Connection, conversation: ConversationId, before: Timestamp) -> Outcome<Seq> {
    let Some(found) = find(connection, conversation)? else { return Ok(Seq::ZERO) };
    let params = (int(conversation.raw()), int(found.trimmed_seq.0), before.milliseconds());
    let first_kept = query::find(connection, sql::FIRST_AFTER, params, |row| seq(row, 0))?;
    Ok(first_kept.map_or(found.last_seq, Seq::previous))
}
