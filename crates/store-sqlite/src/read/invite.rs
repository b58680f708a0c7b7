//! Invites.

use parlor_store::InviteRow;
use parlor_types::{ConversationId, InviteId, Timestamp, UserId};
use rusqlite::{Connection, Row};

use crate::columns::{int, maybe_raw, maybe_time, raw, text, time};
use crate::failure::Outcome;
use crate::query;
use crate::sql::read as sql;

fn decode(row: &Row<'_>) -> Outcome<InviteRow> {
    Ok(InviteRow {
        id: InviteId::from_raw(raw(row, 0)?),
        code: text(row, 1)?.to_owned(),
        conversation: maybe_raw(row, 2)?.map(ConversationId::from_raw),
        created_by: UserId::from_raw(raw(row, 3)?),
        created_at: time(row, 4)?,
        expires_at: maybe_time(row, 5)?,
        uses_max: row.get(6)?,
        uses: row.get(7)?,
    })
}

pub(crate) fn find(connection: &Connection, code: &str) -> Outcome<Option<InviteRow>> {
    query::find(connection, sql::FIND_INVITE, [code], decode)
}

pub(crate) fn find_by_id(connection: &Connection, invite: InviteId) -> Outcome<Option<InviteRow>> {
    query::find(connection, sql::FIND_INVITE_BY_ID, [int(invite.raw())], decode)
}

pub(crate) fn list(connection: &Connection, conversation: Option<ConversationId>, now: Timestamp) -> Outcome<Vec<InviteRow>> {
    let conversation = conversation.map(|conversation| int(conversation.raw()));
    let mut found = query::list(connection, sql::LIST_INVITES, [conversation], usize::MAX, decode)?;
    found.retain(|invite| invite.is_live(now));
    Ok(found)
}
