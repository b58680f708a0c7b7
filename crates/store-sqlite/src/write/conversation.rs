//! Making conversations.

use parlor_store::{CreateConversation, CreateConversationOutcome};
use parlor_types::{ConversationId, SendKey, UserId};

use crate::columns::{int, kind_number};
use crate::failure::Outcome;
use crate::query;
use crate::read;
use crate::sql::write as sql;
use crate::working::Working;
use crate::working::conversations::Changed;
use crate::working::members::{self, close_interval};

impl Working<'_> {
    pub(super) fn create_conversation(&mut self, create: &CreateConversation) -> Outcome<CreateConversationOutcome> {
        if let Some(existing) = self.find_existing(create)? {
            return Ok(CreateConversationOutcome::Existing(existing));
        }
        self.counters.note_id(create.id.raw());
        let (low, high) = create.direct.map_or((None, None), |(low, high)| (Some(int(low.raw())), Some(int(high.raw()))));
        let row = (
            int(create.id.raw()),
            kind_number(create.kind),
            low,
            high,
            int(create.creator.raw()),
            create.key.as_ref().map(SendKey::as_str),
            create.at.milliseconds(),
        );
        query::execute(self.connection, sql::INSERT_CONVERSATION, row)?;
        if let Some(held) = self.conversations.find(self.connection, create.id)? {
            held.changed(Changed::Whole);
        }
        let stored = self.append_events(create.id, create.creator, create.at, &create.events, None)?;
        if let Some((one, other)) = create.direct {
            self.close_if_blocking(create.id, one, other)?;
            self.close_if_blocking(create.id, other, one)?;
        }
        Ok(CreateConversationOutcome::Created(stored))
    }

    fn find_existing(&mut self, create: &CreateConversation) -> Outcome<Option<ConversationId>> {
        if self.conversations.find(self.connection, create.id)?.is_some() {
            return Ok(Some(create.id));
        }
        if let Some(key) = &create.key
            && let Some(existing) = self.find_created(create.creator, key.as_str())?
        {
            return Ok(Some(existing));
        }
        create.direct.map_or(Ok(None), |(one, other)| self.find_direct(one, other))
    }

    /// Closes the interval of `user` at the head, when they block `other`.
    fn close_if_blocking(&mut self, conversation: ConversationId, user: UserId, other: UserId) -> Outcome<()> {
        if !read::contact::blocks(self.connection, user, other)? {
            return Ok(());
        }
        let Some(log) = self.conversations.find(self.connection, conversation)? else { return Ok(()) };
        let head = log.state.row.last_seq;
        if let Some(held) = self.members.find(self.connection, conversation, user)? {
            held.changed(members::Changed::Whole);
            close_interval(&mut held.state.row, head);
        }
        Ok(())
    }
}
