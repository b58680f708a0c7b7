//! What a conversation list shows. A few looks per conversation, however long its log: nothing is counted here.

use parlor_domain::{FoldedMessage, Readable, Standing};
use parlor_store::HeadRow;
use parlor_types::{ConversationId, ConversationKind, Position, Seq, UserId};
use rusqlite::Connection;

use crate::columns::{int, seq};
use crate::failure::Outcome;
use crate::query;
use crate::read::{conversation, member, message};
use crate::sql::read as sql;
use crate::state::{ConversationState, MemberState};

pub(crate) fn list(connection: &Connection, user: UserId, since: Option<Position>) -> Outcome<Vec<HeadRow>> {
    let decode = |row: &rusqlite::Row<'_>| Ok((conversation::decode(row)?, member::decode(row, conversation::COLUMNS)?));
    let rows = match since {
        Some(since) => query::list(connection, sql::LIST_CHANGED_HEADS, (int(user.raw()), int(since.0)), usize::MAX, decode)?,
        None => query::list(connection, sql::LIST_HEADS, [int(user.raw())], usize::MAX, decode)?,
    };
    rows.into_iter().map(|(conversation, member)| head(connection, user, conversation, Some(member))).collect()
}

pub(crate) fn find(connection: &Connection, conversation: ConversationId, user: UserId) -> Outcome<Option<HeadRow>> {
    let Some(found) = conversation::find_state(connection, conversation)? else { return Ok(None) };
    let member = member::find_state(connection, conversation, user)?;
    if member.is_none() && found.row.kind != ConversationKind::Channel {
        return Ok(None);
    }
    head(connection, user, found, member).map(Some)
}

fn head(connection: &Connection, user: UserId, conversation: ConversationState, member: Option<MemberState>) -> Outcome<HeadRow> {
    let standing = member.as_ref().map_or_else(|| Standing::stranger(user), MemberState::standing);
    let readable = standing.readable(&conversation.row);
    let peer = match conversation.row.peer_of(user).filter(|peer| *peer != user) {
        Some(peer) => member::find_receipt(connection, conversation.row.id, peer)?,
        None => None,
    };
    let (unread, mentions) = member.as_ref().map_or((0, 0), |member| member.unread(&conversation));
    let last_message = last_message(connection, &conversation, &readable)?;
    Ok(HeadRow { conversation: conversation.row, member: member.map(|member| member.row), peer, unread, mentions, last_message })
}

/// Each event knows the newest message up to itself, so the last readable seq tells the last readable message.
fn last_message(connection: &Connection, conversation: &ConversationState, readable: &Readable) -> Outcome<Option<FoldedMessage>> {
    for interval in readable.intervals().iter().rev() {
        let last = interval.to.map_or(conversation.row.last_seq, |to| to.min(conversation.row.last_seq));
        let newest = if last == conversation.row.last_seq {
            Some(conversation.last_message_seq)
        } else {
            query::find(connection, sql::FIGURES_AT, (int(conversation.row.id.raw()), int(last.0)), |row| seq(row, 0))?
        };
        if let Some(newest) = newest.filter(|newest| *newest != Seq::ZERO && *newest >= interval.from) {
            let found = message::find(connection, conversation.row.id, readable, newest)?;
            if found.is_some() {
                return Ok(found);
            }
            // It cannot be read: the newest one that can, then.
            return Ok(message::list(connection, conversation.row.id, readable, Seq(1), newest, true, 1)?.pop());
        }
    }
    Ok(None)
}
