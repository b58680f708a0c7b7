//! Contacts, blocks and acquaintance.

use parlor_domain::Interval;
use parlor_domain::contact::{ContactAction, ContactState, step};
use parlor_types::{ConversationId, Position, UserId};

use super::state::State;
use crate::{ContactRow, SetBlock, SetBlockOutcome, SetContact, SetContactOutcome};

impl State {
    pub(super) fn set_contact(&mut self, set: &SetContact) -> SetContactOutcome {
        let SetContact { user, other, action, contacts_max } = *set;
        if user == other || self.live_user(user).is_none() || self.live_user(other).is_none() {
            return SetContactOutcome::NotFound;
        }
        let (mine_before, theirs_before) = (self.contact_state(user, other), self.contact_state(other, user));
        let (mine, theirs) = match step(mine_before, theirs_before, action, self.blocks.contains(&(other, user))) {
            Ok(states) => states,
            Err(refusal) => return SetContactOutcome::Refused(refusal),
        };
        let too_many = |of: UserId, before: ContactState, after: ContactState| {
            let more = before == ContactState::None && after != ContactState::None;
            more && self.list_contacts(of, None).len() >= contacts_max as usize
        };
        if too_many(user, mine_before, mine) || too_many(other, theirs_before, theirs) {
            return SetContactOutcome::Refused(set.limit_reached());
        }
        let mine_changed = self.set_contact_state(user, other, mine);
        let theirs_changed = self.set_contact_state(other, user, theirs);
        SetContactOutcome::Set { mine, theirs, mine_changed, theirs_changed }
    }

    pub(super) fn set_block(&mut self, set: &SetBlock) -> SetBlockOutcome {
        let SetBlock { user, other, blocked } = *set;
        if user == other || self.live_user(user).is_none() || self.live_user(other).is_none() {
            return SetBlockOutcome::NotFound;
        }
        let changed = if blocked { self.blocks.insert((user, other)) } else { self.blocks.remove(&(user, other)) };
        if changed {
            self.next_position();
        }
        let mut theirs_changed = false;
        if blocked && let Ok((mine, theirs)) = step(self.contact_state(user, other), self.contact_state(other, user), ContactAction::Block, false) {
            self.set_contact_state(user, other, mine);
            theirs_changed = self.set_contact_state(other, user, theirs);
        }
        let direct = self.find_direct(user, other).map(|direct| (direct, self.block_direct(direct, user, blocked)));
        SetBlockOutcome::Set { changed, direct, theirs: self.contact_state(other, user), theirs_changed }
    }

    /// Closes or opens the interval of who blocks or unblocks, and gives back the intervals from then on.
    fn block_direct(&mut self, direct: ConversationId, user: UserId, blocked: bool) -> Vec<Interval> {
        let next = self.position.next();
        let Some(log) = self.logs.get_mut(&direct) else { return Vec::new() };
        let head = log.conversation.last_seq;
        let receives = log.is_received_by(user);
        if blocked {
            log.close_interval(user, head);
        }
        let Some(member) = log.members.get_mut(&user) else { return Vec::new() };
        if !blocked && !receives && member.row.role.is_some() {
            member.row.intervals.push(Interval::since(head.next()));
        }
        if member.standing().receives() != receives {
            member.row.position = next;
            self.position = next;
        }
        member.row.intervals.clone()
    }

    fn contact_state(&self, user: UserId, other: UserId) -> ContactState {
        self.contacts.get(&(user, other)).map(|row| row.state).unwrap_or_default()
    }

    /// Sets how `user` sees `other`; true when that was otherwise.
    pub(super) fn set_contact_state(&mut self, user: UserId, other: UserId, state: ContactState) -> bool {
        if self.contact_state(user, other) == state {
            return false;
        }
        let position = self.next_position();
        self.contacts.insert((user, other), ContactRow { other, state, position });
        true
    }

    pub(super) fn list_contacts(&self, user: UserId, since: Option<Position>) -> Vec<ContactRow> {
        let mine = self.contacts.iter().filter(|((one, _), _)| *one == user).map(|(_, row)| row);
        let wanted = |row: &&ContactRow| since.map_or(row.state != ContactState::None, |since| row.position > since);
        mine.filter(wanted).cloned().collect()
    }

    pub(super) fn find_contact(&self, user: UserId, other: UserId) -> Option<ContactRow> {
        self.contacts.get(&(user, other)).cloned()
    }

    pub(super) fn list_blocked(&self, user: UserId) -> Vec<UserId> {
        self.blocks.iter().filter(|(one, _)| *one == user).map(|(_, other)| *other).collect()
    }

    pub(super) fn list_blockers(&self, user: UserId, others: &[UserId]) -> Vec<UserId> {
        self.blocks.iter().filter(|(one, other)| *other == user && others.contains(one)).map(|(one, _)| *one).collect()
    }

    pub(super) fn list_acquainted(&self, user: UserId, others: &[UserId]) -> Vec<UserId> {
        self.users.keys().copied().filter(|other| others.contains(other) && self.knows(user, *other)).collect()
    }

    pub(super) fn list_companions(&self, user: UserId, others: &[UserId]) -> Vec<UserId> {
        let is_companion = |other: UserId| {
            let shared =
                self.logs.values().any(|log| [user, other].iter().all(|one| log.members.get(one).is_some_and(|held| held.row.role.is_some())));
            user == other || shared || self.contact_state(user, other) == ContactState::Accepted
        };
        self.users.keys().copied().filter(|other| others.contains(other) && is_companion(*other)).collect()
    }

    /// Whether `user` may know of `other`.
    pub(super) fn knows(&self, user: UserId, other: UserId) -> bool {
        let shared = self.logs.values().any(|log| log.members.contains_key(&user) && log.members.contains_key(&other));
        user == other || shared || self.contact_state(user, other) != ContactState::None
    }
}
