//! Invites and settings: what is the server's own.

use parlor_store::{CreateInvite, CreateInviteOutcome, RevokeInvite, SetSettings};
use parlor_types::{ConversationId, InviteId, Timestamp};

use crate::columns::{int, raw, registration_number};
use crate::failure::Outcome;
use crate::query;
use crate::read;
use crate::sql::write as sql;
use crate::working::Working;

impl Working<'_> {
    pub(super) fn create_invite(&mut self, create: &CreateInvite) -> Outcome<CreateInviteOutcome> {
        let invite = &create.invite;
        if read::invite::find_by_id(self.connection, invite.id)?.is_some() {
            return Ok(CreateInviteOutcome::Created);
        }
        let place = invite.conversation.map(|conversation| int(conversation.raw()));
        let live = query::get(self.connection, sql::COUNT_LIVE_INVITES, (place, invite.created_at.milliseconds()), |row| raw(row, 0))?;
        if live >= u64::from(create.invites_max) {
            return Ok(CreateInviteOutcome::TooMany);
        }
        self.counters.note_id(invite.id.raw());
        let row = (
            int(invite.id.raw()),
            &invite.code,
            place,
            int(invite.created_by.raw()),
            invite.created_at.milliseconds(),
            invite.expires_at.map(Timestamp::milliseconds),
            invite.uses_max,
            invite.uses,
        );
        query::execute(self.connection, sql::INSERT_INVITE, row)?;
        Ok(CreateInviteOutcome::Created)
    }

    pub(super) fn revoke_invite(&mut self, revoke: &RevokeInvite) -> Outcome<()> {
        let place = revoke.conversation.map(|conversation| int(conversation.raw()));
        query::execute(self.connection, sql::DELETE_INVITE, (int(revoke.invite.raw()), place))?;
        Ok(())
    }

    /// Takes one use of an invite; false when it lets nobody in there.
    pub(super) fn use_invite(&mut self, invite: InviteId, conversation: Option<ConversationId>, at: Timestamp) -> Outcome<bool> {
        let live = self.invite_is_live(invite, conversation, at)?;
        if live {
            query::execute(self.connection, sql::USE_INVITE, [int(invite.raw())])?;
        }
        Ok(live)
    }

    pub(super) fn invite_is_live(&self, invite: InviteId, conversation: Option<ConversationId>, at: Timestamp) -> Outcome<bool> {
        let found = read::invite::find_by_id(self.connection, invite)?;
        Ok(found.is_some_and(|row| row.conversation == conversation && row.is_live(at)))
    }

    pub(super) fn set_settings(&mut self, set: &SetSettings) -> Outcome<()> {
        query::execute(self.connection, sql::SAVE_SETTINGS, (&set.name, set.registration.map(registration_number)))?;
        Ok(())
    }
}
