//! Contacts and blocks.

use parlor_domain::Interval;
use parlor_domain::contact::{ContactAction, ContactState, step};
use parlor_store::{SetBlock, SetBlockOutcome, SetContact, SetContactOutcome};
use parlor_types::{ConversationId, UserId};

use crate::columns::{contact_number, int, raw};
use crate::failure::Outcome;
use crate::query;
use crate::read;
use crate::sql::write as sql;
use crate::working::Working;
use crate::working::members::{Changed, close_interval, counts_at_base};

impl Working<'_> {
    pub(super) fn set_contact(&mut self, set: &SetContact) -> Outcome<SetContactOutcome> {
        let SetContact { user, other, action, .. } = *set;
        if !self.are_two_live_users(user, other)? {
            return Ok(SetContactOutcome::NotFound);
        }
        let (mine_before, theirs_before) = (self.contact_state(user, other)?, self.contact_state(other, user)?);
        let (mine, theirs) = match step(mine_before, theirs_before, action, read::contact::blocks(self.connection, other, user)?) {
            Ok(states) => states,
            Err(refusal) => return Ok(SetContactOutcome::Refused(refusal)),
        };
        if self.is_too_many(set, user, mine_before, mine)? || self.is_too_many(set, other, theirs_before, theirs)? {
            return Ok(SetContactOutcome::Refused(set.limit_reached()));
        }
        let mine_changed = self.set_contact_state(user, other, mine)?;
        let theirs_changed = self.set_contact_state(other, user, theirs)?;
        Ok(SetContactOutcome::Set { mine, theirs, mine_changed, theirs_changed })
    }

    fn is_too_many(&self, set: &SetContact, of: UserId, before: ContactState, after: ContactState) -> Outcome<bool> {
        if before != ContactState::None || after == ContactState::None {
            return Ok(false);
        }
        Ok(query::get(self.connection, sql::COUNT_CONTACTS, [int(of.raw())], |row| raw(row, 0))? >= u64::from(set.contacts_max))
    }

    pub(super) fn set_block(&mut self, set: &SetBlock) -> Outcome<SetBlockOutcome> {
        let SetBlock { user, other, blocked } = *set;
        if !self.are_two_live_users(user, other)? {
            return Ok(SetBlockOutcome::NotFound);
        }
        let changed = read::contact::blocks(self.connection, user, other)? != blocked;
        if changed {
            let text = if blocked { sql::INSERT_BLOCK } else { sql::DELETE_BLOCK };
            query::execute(self.connection, text, (int(user.raw()), int(other.raw())))?;
            self.counters.next_position();
        }
        let mut theirs_changed = false;
        if blocked && let Ok((mine, theirs)) = step(self.contact_state(user, other)?, self.contact_state(other, user)?, ContactAction::Block, false) {
            self.set_contact_state(user, other, mine)?;
            theirs_changed = self.set_contact_state(other, user, theirs)?;
        }
        let direct = match self.find_direct(user, other)? {
            Some(direct) => Some((direct, self.block_direct(direct, user, blocked)?)),
            None => None,
        };
        Ok(SetBlockOutcome::Set { changed, direct, theirs: self.contact_state(other, user)?, theirs_changed })
    }

    /// Closes or opens the interval of who blocks or unblocks, and gives back the intervals from then on.
    fn block_direct(&mut self, direct: ConversationId, user: UserId, blocked: bool) -> Outcome<Vec<Interval>> {
        let Some(log) = self.conversations.find(self.connection, direct)? else { return Ok(Vec::new()) };
        let head = log.state.row.last_seq;
        let Some(held) = self.members.find(self.connection, direct, user)? else { return Ok(Vec::new()) };
        let received = held.state.receives();
        if blocked {
            close_interval(&mut held.state.row, head);
        } else if !received && held.state.row.role.is_some() {
            held.state.row.intervals.push(Interval::since(head.next()));
        }
        held.changed(Changed::Whole);
        if held.state.receives() != received {
            held.state.row.position = self.counters.next_position();
            if !blocked {
                held.state.base = counts_at_base(self.connection, &log.state, &held.state)?;
            }
        }
        Ok(held.state.row.intervals.clone())
    }

    fn are_two_live_users(&self, user: UserId, other: UserId) -> Outcome<bool> {
        Ok(user != other && self.live_user(user)?.is_some() && self.live_user(other)?.is_some())
    }

    fn contact_state(&self, user: UserId, other: UserId) -> Outcome<ContactState> {
        Ok(read::contact::find(self.connection, user, other)?.map(|row| row.state).unwrap_or_default())
    }

    /// Sets how `user` sees `other`; true when that was otherwise.
    pub(super) fn set_contact_state(&mut self, user: UserId, other: UserId, state: ContactState) -> Outcome<bool> {
        if self.contact_state(user, other)? == state {
            return Ok(false);
        }
        let position = self.counters.next_position();
        query::execute(self.connection, sql::SAVE_CONTACT, (int(user.raw()), int(other.raw()), contact_number(state), int(position.0)))?;
        Ok(true)
    }
}
