//! Members, their watermarks, and what they receive.

use parlor_store::{MemberRow, ReceiptRow};
use parlor_types::{ConversationId, ConversationKind, ConversationTitle, Position, Seq, Timestamp, UserId};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use crate::columns::{int, intervals, maybe_role, maybe_time, raw, seq, text, truth, unreadable};
use crate::failure::Outcome;
use crate::query;
use crate::sql::read as sql;
use crate::state::{Counts, MemberState};

/// How many columns [`decode`] takes.
pub(crate) const COLUMNS: usize = 23;

/// A member whose columns begin at `at`.
pub(crate) fn decode(row: &Row<'_>, at: usize) -> Outcome<MemberState> {
    let member = MemberRow {
        user: UserId::from_raw(raw(row, at)?),
        role: maybe_role(row, at + 1)?,
        joined_seq: seq(row, at + 2)?,
        intervals: intervals(text(row, at + 3)?).ok_or_else(|| unreadable(row, at + 3))?,
        delivered: seq(row, at + 4)?,
        read: seq(row, at + 5)?,
        marked_unread: truth(row, at + 6)?,
        muted_until: maybe_time(row, at + 7)?,
        pinned: truth(row, at + 8)?,
        archived: truth(row, at + 9)?,
        left: left(row, at + 21)?,
        position: Position(raw(row, at + 10)?),
    };
    Ok(MemberState {
        row: member,
        watermark_position: Position(raw(row, at + 11)?),
        own_count: raw(row, at + 12)?,
        own_seq: seq(row, at + 13)?,
        mention_count: raw(row, at + 14)?,
        mention_seq: seq(row, at + 15)?,
        base: Counts { messages: raw(row, at + 16)?, own: raw(row, at + 17)?, mentions: raw(row, at + 18)? },
        trimmed_own: raw(row, at + 19)?,
        trimmed_mentions: raw(row, at + 20)?,
    })
}

/// The title and the moment of leaving.
fn left(row: &Row<'_>, at: usize) -> Outcome<Option<(Option<ConversationTitle>, Timestamp)>> {
    let Some(moment) = maybe_time(row, at + 1)? else { return Ok(None) };
    let title = match row.get_ref(at)? {
        ValueRef::Null => None,
        _ => Some(text(row, at)?.parse().map_err(|_| unreadable(row, at))?),
    };
    Ok(Some((title, moment)))
}

fn decode_receipt(row: &Row<'_>) -> Outcome<ReceiptRow> {
    Ok(ReceiptRow { user: UserId::from_raw(raw(row, 0)?), delivered: seq(row, 1)?, read: seq(row, 2)?, sends_read: truth(row, 3)? })
}

fn decode_id(row: &Row<'_>) -> Outcome<ConversationId> {
    Ok(ConversationId::from_raw(raw(row, 0)?))
}

pub(crate) fn find_state(connection: &Connection, conversation: ConversationId, user: UserId) -> Outcome<Option<MemberState>> {
    query::find(connection, sql::FIND_MEMBER, (int(conversation.raw()), int(user.raw())), |row| decode(row, 0))
}

pub(crate) fn list(connection: &Connection, conversation: ConversationId, after: Option<UserId>, limit: usize) -> Outcome<Vec<MemberRow>> {
    let after = after.map_or(0, |user| int(user.raw()));
    query::list(connection, sql::LIST_MEMBERS, (int(conversation.raw()), after), limit, |row| Ok(decode(row, 0)?.row))
}

pub(crate) fn list_receipts(connection: &Connection, conversation: ConversationId, since: Option<Position>) -> Outcome<Vec<ReceiptRow>> {
    let Some(found) = super::conversation::find_state(connection, conversation)? else { return Ok(Vec::new()) };
    if found.row.kind == ConversationKind::Channel || since.is_some_and(|since| found.receipt_position <= since) {
        return Ok(Vec::new());
    }
    match since {
        Some(since) => query::list(connection, sql::LIST_RECEIPTS, (int(conversation.raw()), int(since.0)), usize::MAX, decode_receipt),
        None => query::list(connection, sql::LIST_ALL_RECEIPTS, [int(conversation.raw())], usize::MAX, decode_receipt),
    }
}

pub(crate) fn find_receipt(connection: &Connection, conversation: ConversationId, user: UserId) -> Outcome<Option<ReceiptRow>> {
    query::find(connection, sql::FIND_RECEIPT, (int(conversation.raw()), int(user.raw())), decode_receipt)
}

pub(crate) fn list_receipt_changes(connection: &Connection, user: UserId, since: Position) -> Outcome<Vec<(ConversationId, Vec<ReceiptRow>)>> {
    let changed = query::list(connection, sql::LIST_RECEIVED_WITH_RECEIPTS, (int(user.raw()), int(since.0)), usize::MAX, decode_id)?;
    let mut found = Vec::with_capacity(changed.len());
    for conversation in changed {
        let receipts = query::list(connection, sql::LIST_RECEIPTS, (int(conversation.raw()), int(since.0)), usize::MAX, decode_receipt)?;
        // The one whose watermarks changed may have left since.
        if !receipts.is_empty() {
            found.push((conversation, receipts));
        }
    }
    Ok(found)
}

pub(crate) fn list_received(connection: &Connection, user: UserId) -> Outcome<Vec<ConversationId>> {
    query::list(connection, sql::LIST_RECEIVED, [int(user.raw())], usize::MAX, decode_id)
}

pub(crate) fn find_heir(connection: &Connection, conversation: ConversationId, without: UserId) -> Outcome<Option<UserId>> {
    query::find(connection, sql::FIND_HEIR, (int(conversation.raw()), int(without.raw())), |row| Ok(UserId::from_raw(raw(row, 0)?)))
}

pub(crate) fn list_device_watermarks(connection: &Connection, conversation: ConversationId) -> Outcome<Vec<Seq>> {
    query::all(connection, sql::LIST_DEVICE_WATERMARKS, [int(conversation.raw())], |row| seq(row, 0))
}
