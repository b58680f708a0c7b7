//! Conversations in the writer's working set.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use parlor_types::{ConversationId, ConversationKind, ConversationTitle, Description};
use rusqlite::{Connection, params};

use crate::columns::{history_number, int, retention_number};
use crate::failure::Outcome;
use crate::query;
use crate::read;
use crate::sql::write as sql;
use crate::state::ConversationState;

/// How many rows are remembered between transactions: some hundred bytes each.
const ROWS_MAX: usize = 20_000;

/// How much of a row changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Changed {
    /// Nothing.
    Nothing,
    /// What an ordinary event changes: head, counts, positions.
    Head,
    /// Anything.
    Whole,
}

/// A row in the working set.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) state: ConversationState,
    changed: Changed,
    /// Whether it stands in the list of this transaction's rows.
    listed: bool,
}

impl Held {
    pub(crate) fn changed(&mut self, how: Changed) {
        self.changed = self.changed.max(how);
    }
}

#[derive(Debug, Default)]
pub(crate) struct Conversations {
    rows: HashMap<ConversationId, Held>,
    /// The rows that this transaction asked for.
    asked: Vec<ConversationId>,
}

impl Conversations {
    /// A conversation, to read or to change.
    pub(crate) fn find(&mut self, connection: &Connection, conversation: ConversationId) -> Outcome<Option<&mut Held>> {
        let held = match self.rows.entry(conversation) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(place) => match read::conversation::find_state(connection, conversation)? {
                Some(state) => place.insert(Held { state, changed: Changed::Nothing, listed: false }),
                None => return Ok(None),
            },
        };
        if !held.listed {
            held.listed = true;
            self.asked.push(conversation);
        }
        Ok(Some(held))
    }

    pub(super) fn save(&mut self, connection: &Connection) -> Outcome<()> {
        for conversation in self.asked.drain(..) {
            let Some(held) = self.rows.get_mut(&conversation) else { continue };
            held.listed = false;
            match std::mem::replace(&mut held.changed, Changed::Nothing) {
                Changed::Nothing => {}
                Changed::Head => save_head(connection, &held.state)?,
                Changed::Whole => save_whole(connection, &held.state)?,
            }
        }
        Ok(())
    }

    pub(super) fn shrink(&mut self) {
        if self.rows.len() > ROWS_MAX {
            self.clear();
        }
    }

    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.asked.clear();
    }
}

fn save_head(connection: &Connection, state: &ConversationState) -> Outcome<()> {
    let row = &state.row;
    query::execute(
        connection,
        sql::SAVE_CONVERSATION_HEAD,
        params![
            int(row.id.raw()),
            int(row.last_seq.0),
            int(state.last_message_seq.0),
            int(row.message_count),
            int(row.position.0),
            int(state.receipt_position.0),
            row.updated_at.milliseconds(),
            int(state.filed_seq.0),
        ],
    )?;
    Ok(())
}

fn save_whole(connection: &Connection, state: &ConversationState) -> Outcome<()> {
    let row = &state.row;
    query::execute(
        connection,
        sql::SAVE_CONVERSATION,
        params![
            int(row.id.raw()),
            int(row.last_seq.0),
            int(state.last_message_seq.0),
            int(row.message_count),
            int(row.position.0),
            int(state.receipt_position.0),
            row.updated_at.milliseconds(),
            int(state.filed_seq.0),
            row.title.as_ref().map(ConversationTitle::as_str),
            title_key(state),
            row.description.as_ref().map(Description::as_str),
            history_number(row.history),
            retention_number(row.retention),
            int(row.rules_version.0),
            int(row.trimmed_seq.0),
            int(state.trimmed_count),
            int(row.member_count),
            int(state.trim_position.0),
        ],
    )?;
    Ok(())
}

/// What channels are listed by.
pub(crate) fn title_key(state: &ConversationState) -> Option<String> {
    let title = state.row.title.as_ref().map(|title| title.as_str().to_ascii_lowercase());
    (state.row.kind == ConversationKind::Channel).then(|| title.unwrap_or_default())
}
