//! What members say about themselves: watermarks and choices.

use parlor_store::{Mark, MarkOutcome, Marked, Personal, SetPersonal, SetPersonalOutcome};
use parlor_types::{ConversationKind, Seq};

use crate::columns::int;
use crate::failure::Outcome;
use crate::query;
use crate::sql::write as sql;
use crate::working::Working;
use crate::working::conversations;
use crate::working::members::{Changed, counts_at_base};

impl Working<'_> {
    pub(super) fn mark(&mut self, mark: &Mark) -> Outcome<MarkOutcome> {
        let Some(log) = self.conversations.find(self.connection, mark.conversation)? else { return Ok(MarkOutcome::NotMember) };
        let Some(held) = self.members.find(self.connection, mark.conversation, mark.user)? else { return Ok(MarkOutcome::NotMember) };
        if held.state.row.role.is_none() {
            return Ok(MarkOutcome::NotMember);
        }
        let head = log.state.row.last_seq;
        if mark.delivered.is_some_and(|seq| seq > head) || mark.read.is_some_and(|seq| seq > head) {
            return Ok(MarkOutcome::PastHead);
        }
        let row = &mut held.state.row;
        let (old_delivered, old_read, old_unread) = (row.delivered, row.read, row.marked_unread);
        let read = mark.read.unwrap_or(Seq::ZERO);
        let delivered = mark.delivered.unwrap_or(Seq::ZERO).max(read);
        if mark.read.is_some_and(|read| read >= old_read && (read == head || read == old_read)) {
            row.marked_unread = false;
        }
        row.read = old_read.max(read);
        row.delivered = old_delivered.max(delivered);
        let raised = (row.delivered, row.read) != (old_delivered, old_read);
        let changed = raised || row.marked_unread != old_unread;
        let base_moves = row.read != old_read;
        if changed {
            let position = self.counters.next_position();
            held.state.row.position = position;
            if raised {
                held.state.watermark_position = position;
                if log.state.row.kind != ConversationKind::Channel {
                    log.state.receipt_position = position;
                    log.changed(conversations::Changed::Head);
                }
            }
            if base_moves {
                held.state.base = counts_at_base(self.connection, &log.state, &held.state)?;
            }
            held.changed(Changed::Marks);
        }
        if delivered > Seq::ZERO {
            let place = (int(mark.device.raw()), int(mark.conversation.raw()), int(delivered.0), int(mark.user.raw()));
            query::execute(self.connection, sql::MARK_DEVICE, place)?;
        }
        let (unread, mentions) = held.state.unread(&log.state);
        let row = &held.state.row;
        Ok(MarkOutcome::Marked(Marked {
            delivered: row.delivered,
            read: row.read,
            unread,
            mentions,
            marked_unread: row.marked_unread,
            last_seq: head,
            raised,
            changed,
            position: row.position,
        }))
    }

    pub(super) fn set_personal(&mut self, set: &SetPersonal) -> Outcome<SetPersonalOutcome> {
        let Some(held) = self.members.find(self.connection, set.conversation, set.user)? else { return Ok(SetPersonalOutcome::NotMember) };
        let Personal { muted_until, pinned, archived, marked_unread } = set.personal;
        let row = &mut held.state.row;
        let before = (row.muted_until, row.pinned, row.archived, row.marked_unread);
        let after = (
            muted_until.unwrap_or(row.muted_until),
            pinned.unwrap_or(row.pinned),
            archived.unwrap_or(row.archived),
            marked_unread.unwrap_or(row.marked_unread),
        );
        let changed = after != before;
        if changed {
            (row.muted_until, row.pinned, row.archived, row.marked_unread) = after;
            row.position = self.counters.next_position();
            held.changed(Changed::Marks);
        }
        Ok(SetPersonalOutcome::Set { changed })
    }
}
