//! What an event changes beside standing in the log.

use parlor_domain::Interval;
use parlor_types::event::Content;
use parlor_types::{ConversationId, ConversationKind, Description, Event, EventBody, HistoryVisibility, Position, Role, RulesVersion, Seq, UserId};

use super::append::json;
use crate::columns::{int, seq, text};
use crate::failure::Outcome;
use crate::query;
use crate::sql::write as sql;
use crate::state::ConversationState;
use crate::working::Working;
use crate::working::conversations::Changed;
use crate::working::members::{self, close_interval, counts_at_base};

impl Working<'_> {
    /// The event stands in the log already.
    pub(super) fn apply_event(&mut self, event: &Event, position: Position) -> Outcome<()> {
        let conversation = event.conversation;
        if event.body.changes_rules() {
            self.change(conversation, |state| state.row.rules_version = RulesVersion(event.seq.0))?;
        }
        match &event.body {
            EventBody::Message { content, .. } => {
                if !content.mentions.is_empty() {
                    self.note_mentions(event)?;
                }
            }
            EventBody::Created { title, description, history, retention, .. } => self.change(conversation, |state| {
                state.row.title.clone_from(title);
                state.row.description = description.clone().filter(is_given);
                state.row.history = *history;
                state.row.retention = *retention;
            })?,
            EventBody::DetailsChanged { title, description } => self.change(conversation, |state| {
                if title.is_some() {
                    state.row.title.clone_from(title);
                }
                if description.is_some() {
                    state.row.description = description.clone().filter(is_given);
                }
            })?,
            EventBody::RetentionChanged { retention } => self.change(conversation, |state| state.row.retention = *retention)?,
            EventBody::HistoryChanged { history } => self.change(conversation, |state| state.row.history = *history)?,
            EventBody::MemberAdded { user, role } => self.add_member(conversation, *user, *role, event.seq, position)?,
            EventBody::MemberRemoved { user, .. } => {
                let mut title = None;
                self.change(conversation, |state| {
                    state.row.member_count = state.row.member_count.saturating_sub(1);
                    title.clone_from(&state.row.title);
                })?;
                self.change_member(conversation, *user, position, |row| {
                    close_interval(row, event.seq);
                    row.role = None;
                    row.left = Some((title, event.at));
                })?;
            }
            EventBody::RoleChanged { user, role } => self.change_member(conversation, *user, position, |row| row.role = Some(*role))?,
            EventBody::Delete { target } => self.erase(conversation, *target)?,
            EventBody::Pin { target, on } => self.pin(conversation, *target, *on)?,
            EventBody::Edit { .. } | EventBody::Reaction { .. } => {}
        }
        Ok(())
    }

    fn change(&mut self, conversation: ConversationId, change: impl FnOnce(&mut ConversationState)) -> Outcome<()> {
        if let Some(held) = self.conversations.find(self.connection, conversation)? {
            held.changed(Changed::Whole);
            change(&mut held.state);
        }
        Ok(())
    }

    fn change_member(
        &mut self,
        conversation: ConversationId,
        user: UserId,
        position: Position,
        change: impl FnOnce(&mut parlor_store::MemberRow),
    ) -> Outcome<()> {
        if let Some(held) = self.members.find(self.connection, conversation, user)? {
            held.changed(members::Changed::Whole);
            held.state.row.position = position;
            change(&mut held.state.row);
        }
        Ok(())
    }

    fn add_member(&mut self, conversation: ConversationId, user: UserId, role: Role, seq: Seq, position: Position) -> Outcome<()> {
        let Some(log) = self.conversations.find(self.connection, conversation)? else { return Ok(()) };
        log.changed(Changed::Whole);
        log.state.row.member_count += 1;
        if log.state.row.kind != ConversationKind::Channel {
            log.state.receipt_position = position;
        }
        let founding = seq.0 == log.state.row.member_count + 1;
        let held = self.members.find_or_make(self.connection, conversation, user)?;
        held.changed(members::Changed::Whole);
        let row = &mut held.state.row;
        match log.state.row.history {
            HistoryVisibility::SinceJoined if !founding => row.intervals.push(Interval::since(seq)),
            HistoryVisibility::SinceJoined | HistoryVisibility::All => row.intervals = vec![Interval::since(Seq(1))],
        }
        row.role = Some(role);
        row.joined_seq = seq;
        row.archived = false;
        row.left = None;
        row.position = position;
        held.state.watermark_position = position;
        held.state.base = counts_at_base(self.connection, &log.state, &held.state)?;
        Ok(())
    }

    /// Takes the content of a message and of its edits, where they stand. The key of the send stays known.
    fn erase(&mut self, conversation: ConversationId, message: Seq) -> Outcome<()> {
        let place = (int(conversation.raw()), int(message.0));
        let decode = |row: &rusqlite::Row<'_>| Ok((text(row, 0)?.to_owned(), row.get::<_, Option<i64>>(1)?.is_some()));
        if let Some((body, true)) = query::find(self.connection, sql::FIND_BODY, place, decode)? {
            // A body that cannot be read loses what it answered; its content must go all the more.
            let reply_to = match serde_json::from_str(&body) {
                Ok(EventBody::Message { reply_to, .. }) => reply_to,
                _ => None,
            };
            self.any_gone_key |= query::execute(self.connection, sql::KEEP_KEY, place)? > 0;
            self.erase_body(conversation, message, &EventBody::Message { content: Content::default(), reply_to })?;
            self.forget_mentions(conversation, message)?;
            query::execute(self.connection, sql::DELETE_PIN, place)?;
        }
        let followers = query::all(self.connection, sql::LIST_EDITS, place, |row| Ok((seq(row, 0)?, text(row, 1)?.to_owned())))?;
        for (seq, body) in followers {
            if let Ok(EventBody::Edit { target, .. }) = serde_json::from_str(&body) {
                self.erase_body(conversation, seq, &EventBody::Edit { target, content: Content::default() })?;
            }
        }
        Ok(())
    }

    fn erase_body(&self, conversation: ConversationId, seq: Seq, body: &EventBody) -> Outcome<()> {
        query::execute(self.connection, sql::ERASE_BODY, (int(conversation.raw()), int(seq.0), json(body)?))?;
        Ok(())
    }

    /// Only a message that has its content can be pinned.
    fn pin(&self, conversation: ConversationId, message: Seq, on: bool) -> Outcome<()> {
        let place = (int(conversation.raw()), int(message.0));
        if !on {
            query::execute(self.connection, sql::DELETE_PIN, place)?;
            return Ok(());
        }
        if self.find_message(conversation, message)?.is_some_and(|content| !content.is_erased()) {
            query::execute(self.connection, sql::INSERT_PIN, place)?;
        }
        Ok(())
    }
}

/// An empty description is none.
fn is_given(description: &Description) -> bool {
    !description.as_str().is_empty()
}
