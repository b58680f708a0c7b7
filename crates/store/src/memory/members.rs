//! Watermarks, choices and counts of members, and reads about members.

use parlor_types::{ConversationId, EventBody, Position, Seq, UserId};

use super::state::{Log, Member, State};
use crate::{Mark, MarkOutcome, Marked, MemberRow, Personal, SetPersonal, SetPersonalOutcome};

impl State {
    pub(super) fn mark(&mut self, mark: &Mark) -> MarkOutcome {
        let next = self.position.next();
        let is_device = self.devices.get(&mark.device).is_some_and(|device| device.row.user == mark.user);
        let Some(log) = self.logs.get_mut(&mark.conversation) else { return MarkOutcome::NotMember };
        let head = log.conversation.last_seq;
        let Some(member) = log.members.get_mut(&mark.user).filter(|member| member.row.role.is_some()) else { return MarkOutcome::NotMember };
        if mark.delivered.is_some_and(|seq| seq > head) || mark.read.is_some_and(|seq| seq > head) {
            return MarkOutcome::PastHead;
        }
        let before = member.row.clone();
        let read = mark.read.unwrap_or_default();
        let delivered = mark.delivered.unwrap_or_default().max(read);
        if mark.read.is_some_and(|read| read >= before.read && (read == head || read == before.read)) {
            member.row.marked_unread = false;
        }
        member.row.read = before.read.max(read);
        member.row.delivered = before.delivered.max(delivered);
        if is_device {
            let watermark = member.devices.entry(mark.device).or_default();
            *watermark = delivered.max(*watermark);
        }
        let changed = member.row != before;
        let raised = (member.row.read, member.row.delivered) != (before.read, before.delivered);
        if changed {
            member.row.position = next;
            self.position = next;
        }
        if raised {
            member.receipt_position = next;
        }
        let row = member.row.clone();
        let (unread, mentions) = log.count_unread(mark.user);
        MarkOutcome::Marked(Marked {
            delivered: row.delivered,
            read: row.read,
            unread,
            mentions,
            marked_unread: row.marked_unread,
            last_seq: head,
            raised,
            changed,
            position: row.position,
        })
    }

    pub(super) fn set_personal(&mut self, set: &SetPersonal) -> SetPersonalOutcome {
        let next = self.position.next();
        let log = self.logs.get_mut(&set.conversation);
        let Some(member) = log.and_then(|log| log.members.get_mut(&set.user)) else { return SetPersonalOutcome::NotMember };
        let before = member.row.clone();
        let Personal { muted_until, pinned, archived, marked_unread } = set.personal;
        member.row.muted_until = muted_until.unwrap_or(before.muted_until);
        member.row.pinned = pinned.unwrap_or(before.pinned);
        member.row.archived = archived.unwrap_or(before.archived);
        member.row.marked_unread = marked_unread.unwrap_or(before.marked_unread);
        let changed = member.row != before;
        if changed {
            member.row.position = next;
            self.position = next;
        }
        SetPersonalOutcome::Set { changed }
    }

    pub(super) fn list_members(&self, conversation: ConversationId, after: Option<UserId>, limit: usize) -> Vec<MemberRow> {
        let members = self.logs.get(&conversation).into_iter().flat_map(Log::current_members);
        members.map(|member| member.row.clone()).filter(|row| after.is_none_or(|after| row.user > after)).take(limit).collect()
    }

    pub(super) fn find_heir(&self, conversation: ConversationId, without: UserId) -> Option<UserId> {
        let others = self.logs.get(&conversation)?.current_members().map(|member| &member.row).filter(|row| row.user != without);
        others.min_by_key(|row| (std::cmp::Reverse(row.role), row.joined_seq, row.user)).map(|row| row.user)
    }

    pub(super) fn list_received(&self, user: UserId) -> Vec<ConversationId> {
        self.logs.values().filter(|log| log.is_received_by(user)).map(|log| log.conversation.id).collect()
    }

    pub(super) fn list_device_watermarks(&self, conversation: ConversationId) -> Vec<Seq> {
        let members = self.logs.get(&conversation).into_iter().flat_map(Log::current_members);
        members
            .flat_map(|member| {
                let devices = self.devices.values().filter(|device| device.row.user == member.row.user);
                devices.map(|device| member.devices.get(&device.row.id).copied().unwrap_or_default())
            })
            .collect()
    }
}

impl Log {
    pub(super) fn current_members(&self) -> impl Iterator<Item = &Member> {
        self.members.values().filter(|member| member.row.role.is_some())
    }

    /// Whether new events reach the user.
    pub(super) fn is_received_by(&self, user: UserId) -> bool {
        self.members.get(&user).is_some_and(|member| member.standing().receives())
    }

    /// Unread messages of a user, and how many of them mention the user, by counting.
    pub(super) fn count_unread(&self, user: UserId) -> (u64, u64) {
        let Some(member) = self.members.get(&user).filter(|member| member.standing().receives()) else { return (0, 0) };
        let Some(open) = member.row.intervals.last() else { return (0, 0) };
        let (mut unread, mut mentions) = (0, 0);
        for stored in self.events.values() {
            let event = &stored.event;
            let counts = event.seq > member.row.read && event.seq > member.row.joined_seq && open.contains(event.seq) && event.sender != user;
            if let EventBody::Message { content, .. } = &event.body
                && counts
            {
                unread += 1;
                mentions += u64::from(content.mentions.contains(&user));
            }
        }
        (unread, mentions)
    }

    /// When the receipts of a user last changed.
    pub(super) fn receipt_position(&self, user: UserId) -> Position {
        self.members.get(&user).map(|member| member.receipt_position).unwrap_or_default()
    }
}
