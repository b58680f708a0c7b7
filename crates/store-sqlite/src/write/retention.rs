//! What goes when its time has come: prefixes of logs, and old keys.

use parlor_store::{ForgetKeys, Trim, TrimOutcome};
use parlor_types::{Seq, UserId};

use crate::columns::{int, raw};
use crate::failure::{Failure, Outcome};
use crate::query;
use crate::sql::{read as sql_read, write as sql};
use crate::working::conversations::Changed;
use crate::working::{Working, members};

impl Working<'_> {
    pub(super) fn trim(&mut self, trim: &Trim) -> Outcome<TrimOutcome> {
        let conversation = trim.conversation;
        self.file(conversation)?;
        let Some(log) = self.conversations.find(self.connection, conversation)? else {
            return Ok(TrimOutcome { trimmed_seq: Seq::ZERO, removed: 0 });
        };
        let state = &mut log.state;
        let through = trim.through.min(state.row.last_seq);
        if through <= state.row.trimmed_seq {
            return Ok(TrimOutcome { trimmed_seq: state.row.trimmed_seq, removed: 0 });
        }
        let place = (int(conversation.raw()), int(through.0));
        state.trimmed_count = if through == state.row.last_seq {
            state.row.message_count
        } else {
            query::find(self.connection, sql_read::FIGURES_AT, place, |row| raw(row, 1))?
                .ok_or_else(|| Failure::Impossible(format!("the event {through} of the conversation {conversation} is missing")))?
        };
        state.row.trimmed_seq = through;
        state.trim_position = self.counters.next_position();
        log.changed(Changed::Whole);
        let figures = |row: &rusqlite::Row<'_>| Ok((UserId::from_raw(raw(row, 0)?), raw(row, 1)?));
        for (user, count) in query::all(self.connection, sql::TRIMMED_OWN, place, figures)? {
            if let Some(held) = self.members.find(self.connection, conversation, user)? {
                held.changed(members::Changed::Marks);
                held.state.trimmed_own += count;
            }
        }
        for (user, count) in query::all(self.connection, sql::TRIMMED_MENTIONS, place, figures)? {
            if let Some(held) = self.members.find(self.connection, conversation, user)? {
                held.changed(members::Changed::Marks);
                held.state.trimmed_mentions += count;
            }
        }
        self.any_gone_key |= query::execute(self.connection, sql::KEEP_TRIMMED_KEYS, place)? > 0;
        query::execute(self.connection, sql::TRIM_MENTIONS, place)?;
        query::execute(self.connection, sql::TRIM_PINS, place)?;
        let removed = query::execute(self.connection, sql::TRIM_EVENTS, place)? as u64;
        self.trimmed.push((conversation, through));
        Ok(TrimOutcome { trimmed_seq: through, removed })
    }

    pub(super) fn forget_keys(&mut self, forget: &ForgetKeys) -> Outcome<u64> {
        let gone = query::execute(self.connection, sql::FORGET_KEYS, [forget.before.milliseconds()])?;
        self.any_gone_key = query::holds(self.connection, sql::ANY_GONE_KEY, [])?;
        Ok(gone as u64)
    }
}
