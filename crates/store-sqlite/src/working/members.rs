//! Members in the writer's working set.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use parlor_domain::Interval;
use parlor_store::MemberRow;
use parlor_types::{ConversationId, ConversationTitle, Position, Seq, UserId};
use rusqlite::{Connection, params};

use crate::columns::{int, intervals_text, role_number};
use crate::failure::{Failure, Outcome};
use crate::query;
use crate::read;
use crate::sql::{read as sql_read, write as sql};
use crate::state::{ConversationState, Counts, MemberState};

/// How many rows are remembered between transactions: some hundred bytes each.
const ROWS_MAX: usize = 40_000;

/// How much of a row changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Changed {
    /// Nothing.
    Nothing,
    /// What an own message changes.
    Own,
    /// Watermarks, choices and counts.
    Marks,
    /// Anything; or the row is new.
    Whole,
}

/// A row in the working set.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) state: MemberState,
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
pub(crate) struct Members {
    rows: HashMap<(ConversationId, UserId), Held>,
    /// The rows that this transaction asked for.
    asked: Vec<(ConversationId, UserId)>,
}

impl Members {
    /// A member or former member, to read or to change.
    pub(crate) fn find(&mut self, connection: &Connection, conversation: ConversationId, user: UserId) -> Outcome<Option<&mut Held>> {
        let held = match self.rows.entry((conversation, user)) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(place) => match read::member::find_state(connection, conversation, user)? {
                Some(state) => place.insert(Held { state, changed: Changed::Nothing, listed: false }),
                None => return Ok(None),
            },
        };
        if !held.listed {
            held.listed = true;
            self.asked.push((conversation, user));
        }
        Ok(Some(held))
    }

    /// The same, made when there is none.
    pub(crate) fn find_or_make(&mut self, connection: &Connection, conversation: ConversationId, user: UserId) -> Outcome<&mut Held> {
        if self.find(connection, conversation, user)?.is_none() {
            self.rows.insert((conversation, user), Held { state: stranger(user), changed: Changed::Whole, listed: true });
            self.asked.push((conversation, user));
        }
        self.find(connection, conversation, user)?.ok_or_else(|| Failure::Impossible(format!("the member {user} was made and is not there")))
    }

    pub(super) fn save(&mut self, connection: &Connection) -> Outcome<()> {
        for (conversation, user) in self.asked.drain(..) {
            let Some(held) = self.rows.get_mut(&(conversation, user)) else { continue };
            held.listed = false;
            match std::mem::replace(&mut held.changed, Changed::Nothing) {
                Changed::Nothing => {}
                Changed::Own => save_own(connection, conversation, &held.state)?,
                Changed::Marks => save_marks(connection, conversation, &held.state)?,
                Changed::Whole => save_whole(connection, conversation, &held.state)?,
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

/// The figures of a member up to the seq after which their unread messages begin. To be taken whenever that seq moves.
pub(crate) fn counts_at_base(connection: &Connection, conversation: &ConversationState, member: &MemberState) -> Outcome<Counts> {
    let (id, user) = (int(conversation.row.id.raw()), int(member.row.user.raw()));
    let base = member.base_seq().min(conversation.row.last_seq);
    let trimmed = conversation.row.trimmed_seq;
    let messages = if base == conversation.row.last_seq {
        conversation.row.message_count
    } else if base <= trimmed {
        conversation.trimmed_count
    } else {
        query::find(connection, sql_read::FIGURES_AT, (id, int(base.0)), |row| crate::columns::raw(row, 1))?
            .ok_or_else(|| Failure::Impossible(format!("the event {base} of the conversation {} is missing", conversation.row.id)))?
    };
    let own = if member.own_seq <= base {
        member.own_count
    } else if base <= trimmed {
        member.trimmed_own
    } else {
        let next = query::find(connection, sql::FIRST_OWN_AFTER, (id, int(base.0), user), |row| crate::columns::raw(row, 0))?;
        next.map_or(member.own_count, |next| next.saturating_sub(1))
    };
    let mentions = if member.mention_seq <= base {
        member.mention_count
    } else if base <= trimmed {
        member.trimmed_mentions
    } else {
        let after = query::get(connection, sql::COUNT_MENTIONS_AFTER, (id, int(base.0), user), |row| crate::columns::raw(row, 0))?;
        member.mention_count.saturating_sub(after)
    };
    Ok(Counts { messages, own, mentions })
}

fn stranger(user: UserId) -> MemberState {
    let row = MemberRow {
        user,
        role: None,
        joined_seq: Seq::ZERO,
        intervals: Vec::new(),
        delivered: Seq::ZERO,
        read: Seq::ZERO,
        marked_unread: false,
        muted_until: None,
        pinned: false,
        archived: false,
        left: None,
        position: Position::ZERO,
    };
    MemberState {
        row,
        watermark_position: Position::ZERO,
        own_count: 0,
        own_seq: Seq::ZERO,
        mention_count: 0,
        mention_seq: Seq::ZERO,
        base: Counts::default(),
        trimmed_own: 0,
        trimmed_mentions: 0,
    }
}

/// Ends the open interval, if there is one, at `last`; one that would hold nothing goes.
pub(crate) fn close_interval(row: &mut MemberRow, last: Seq) {
    if let Some(open) = row.intervals.last_mut().filter(|interval: &&mut Interval| interval.to.is_none()) {
        open.to = Some(last);
        row.intervals.retain(|interval| interval.to.is_none_or(|to| interval.from <= to));
    }
}

fn save_own(connection: &Connection, conversation: ConversationId, state: &MemberState) -> Outcome<()> {
    let place = (int(conversation.raw()), int(state.row.user.raw()), int(state.own_count), int(state.own_seq.0));
    query::execute(connection, sql::SAVE_OWN, place)?;
    Ok(())
}

fn save_marks(connection: &Connection, conversation: ConversationId, state: &MemberState) -> Outcome<()> {
    let row = &state.row;
    query::execute(
        connection,
        sql::SAVE_MARKS,
        params![
            int(conversation.raw()),
            int(row.user.raw()),
            int(row.delivered.0),
            int(row.read.0),
            row.marked_unread,
            row.muted_until.map(parlor_types::Timestamp::milliseconds),
            row.pinned,
            row.archived,
            int(row.position.0),
            int(state.watermark_position.0),
            int(state.own_count),
            int(state.own_seq.0),
            int(state.mention_count),
            int(state.mention_seq.0),
            int(state.base.messages),
            int(state.base.own),
            int(state.base.mentions),
            int(state.trimmed_own),
            int(state.trimmed_mentions),
        ],
    )?;
    Ok(())
}

fn save_whole(connection: &Connection, conversation: ConversationId, state: &MemberState) -> Outcome<()> {
    let row = &state.row;
    query::execute(
        connection,
        sql::SAVE_MEMBER,
        params![
            int(conversation.raw()),
            int(row.user.raw()),
            row.role.map(role_number),
            int(row.joined_seq.0),
            intervals_text(&row.intervals),
            state.receives(),
            int(row.delivered.0),
            int(row.read.0),
            row.marked_unread,
            row.muted_until.map(parlor_types::Timestamp::milliseconds),
            row.pinned,
            row.archived,
            int(row.position.0),
            int(state.watermark_position.0),
            int(state.own_count),
            int(state.own_seq.0),
            int(state.mention_count),
            int(state.mention_seq.0),
            int(state.base.messages),
            int(state.base.own),
            int(state.base.mentions),
            int(state.trimmed_own),
            int(state.trimmed_mentions),
            row.left.as_ref().and_then(|(title, _)| title.as_ref()).map(ConversationTitle::as_str),
            row.left.as_ref().map(|(_, at)| at.milliseconds()),
        ],
    )?;
    Ok(())
}
