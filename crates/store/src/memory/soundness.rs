//! What must hold of stored data, as [`crate::Store::check`] says it.

use parlor_domain::Interval;
use parlor_types::{ConversationKind, Seq, UserId};

use super::state::{Log, Member, State};

impl State {
    pub(super) fn check(&self) -> Vec<String> {
        let logs = self.logs.values().flat_map(|log| self.check_log(log));
        logs.chain(self.check_positions()).chain(self.check_owners()).collect()
    }

    fn check_log(&self, log: &Log) -> Vec<String> {
        let conversation = &log.conversation;
        let mut wrong = Vec::new();
        let mut say = |problem: String| wrong.push(format!("conversation {}: {problem}", conversation.id));
        let seqs: Vec<u64> = log.events.keys().map(|seq| seq.0).collect();
        let expected: Vec<u64> = (conversation.trimmed_seq.next().0..=conversation.last_seq.0).collect();
        if seqs != expected {
            say(format!("has the seqs {seqs:?} instead of {expected:?}"));
        }
        let positions: Vec<_> = log.events.values().map(|stored| stored.position).collect();
        if !positions.is_sorted_by(|one, next| one < next) {
            say("has positions that do not rise with the seqs".to_owned());
        }
        if log.events.values().next_back().is_some_and(|stored| stored.position != conversation.position) {
            say("is at another position than its last event".to_owned());
        }
        if log.events.values().any(|stored| stored.event.conversation != conversation.id) {
            say("holds events of another".to_owned());
        }
        let messages = log.events.values().filter(|stored| stored.event.body.is_message()).count() as u64;
        if conversation.message_count < messages || (conversation.trimmed_seq == Seq::ZERO && conversation.message_count != messages) {
            say(format!("counts {} messages and has {messages}", conversation.message_count));
        }
        if conversation.member_count != log.current_members().count() as u64 {
            say(format!("counts {} members and has {}", conversation.member_count, log.current_members().count()));
        }
        if conversation.rules_version.0 > conversation.last_seq.0 {
            say("has rules from past its head".to_owned());
        }
        if (conversation.kind == ConversationKind::Direct) != conversation.direct.is_some_and(|(low, high)| low <= high) {
            say("is direct without a pair of users, or has one without being direct".to_owned());
        }
        if log.keys.values().any(|sent| sent.seq > conversation.last_seq) {
            say("remembers the key of a message past its head".to_owned());
        }
        for member in log.members.values() {
            for problem in self.check_member(log, member) {
                say(format!("member {}: {problem}", member.row.user));
            }
        }
        wrong
    }

    fn check_member(&self, log: &Log, member: &Member) -> Vec<&'static str> {
        let row = &member.row;
        let head = log.conversation.last_seq;
        let rising = row.intervals.is_sorted_by(|one, next| one.to.is_some_and(|to| to < next.from));
        let whole = row.intervals.iter().all(|Interval { from, to }| to.is_none_or(|to| *from <= to && to <= head));
        let member_again = row.role.is_some() == row.intervals.last().is_some_and(|interval| interval.to.is_none());
        let receipts = member.devices.values().all(|delivered| *delivered <= row.delivered);
        let judged = [
            (row.read <= row.delivered, "has read more than was delivered"),
            (row.delivered <= head, "has a watermark past the head"),
            (receipts, "has a device that is ahead of the watermark"),
            (rising, "has intervals that overlap or do not rise"),
            (whole, "has an interval that ends before it begins, or past the head"),
            (member_again || self.is_blocking(log, row.user), "has an open interval without a role, or the other way round"),
            (member.receipt_position <= row.position, "has receipts from after its last change"),
            (self.users.contains_key(&row.user), "is no user"),
        ];
        judged.into_iter().filter(|(holds, _)| !holds).map(|(_, problem)| problem).collect()
    }

    /// Whether a closed interval of a member is due to a block, also one that went with the other's account.
    fn is_blocking(&self, log: &Log, user: UserId) -> bool {
        log.conversation
            .peer_of(user)
            .is_some_and(|peer| self.blocks.contains(&(user, peer)) || self.live_user(peer).is_none() || self.live_user(user).is_none())
    }

    /// No two rows may stand at the same position, except a member row at that of the event that changed it.
    fn check_positions(&self) -> Vec<String> {
        let events = self.logs.values().flat_map(|log| log.events.values()).map(|stored| stored.position);
        let rows = self.users.values().map(|user| user.position).chain(self.contacts.values().map(|contact| contact.position));
        let mut positions: Vec<_> = events.chain(rows).collect();
        positions.sort_unstable();
        let mut wrong = Vec::new();
        if !positions.is_sorted_by(|one, next| one < next) {
            wrong.push("two changes have the same position".to_owned());
        }
        if positions.last().is_some_and(|last| *last > self.position) {
            wrong.push("a change has a position that was not given yet".to_owned());
        }
        wrong
    }

    /// What belongs to users and conversations must belong to some that exist.
    fn check_owners(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for device in self.devices.values().filter(|device| self.live_user(device.row.user).is_none_or(|user| user.disabled)) {
            wrong.push(format!("device {} belongs to no user who may log in", device.row.id));
        }
        for ((user, other), _) in self.contacts.iter().filter(|((user, other), _)| !self.users.contains_key(user) || !self.users.contains_key(other))
        {
            wrong.push(format!("a contact stands between {user} and {other}, who are not both users"));
        }
        for (user, other) in self.blocks.iter().filter(|(user, other)| self.live_user(*user).is_none() || self.live_user(*other).is_none()) {
            wrong.push(format!("a block stands between {user} and {other}, who are not both live users"));
        }
        for invite in self.invites.values() {
            if invite.conversation.is_some_and(|conversation| !self.logs.contains_key(&conversation)) {
                wrong.push(format!("invite {} belongs to no conversation", invite.id));
            }
            if invite.uses_max.is_some_and(|most| invite.uses > most) {
                wrong.push(format!("invite {} was used too often", invite.id));
            }
        }
        let live = || self.users.values().filter(|user| !user.deleted);
        let handles: std::collections::BTreeSet<_> = live().filter_map(|user| user.handle.as_ref()).collect();
        if handles.len() != live().count() {
            wrong.push("two live users share a handle, or one has none".to_owned());
        }
        wrong
    }
}
