//! Invites to conversations and to the server.

use std::cmp::Reverse;

use parlor_types::{ConversationId, InviteId, Timestamp};

use super::state::State;
use crate::{CreateInvite, CreateInviteOutcome, InviteRow, RevokeInvite};

impl State {
    pub(super) fn create_invite(&mut self, create: CreateInvite) -> CreateInviteOutcome {
        let CreateInvite { invite, invites_max } = create;
        if self.invites.contains_key(&invite.id) {
            return CreateInviteOutcome::Created;
        }
        if self.list_invites(invite.conversation, invite.created_at).len() >= invites_max as usize {
            return CreateInviteOutcome::TooMany;
        }
        self.invites.insert(invite.id, invite);
        CreateInviteOutcome::Created
    }

    pub(super) fn revoke_invite(&mut self, revoke: &RevokeInvite) {
        self.invites.retain(|id, invite| *id != revoke.invite || invite.conversation != revoke.conversation);
    }

    /// Takes one use of an invite; false when it lets nobody in there.
    pub(super) fn use_invite(&mut self, invite: InviteId, conversation: Option<ConversationId>, at: Timestamp) -> bool {
        let live = self.invite_is_live(invite, conversation, at);
        if let Some(row) = self.invites.get_mut(&invite).filter(|_| live) {
            row.uses += 1;
        }
        live
    }

    pub(super) fn invite_is_live(&self, invite: InviteId, conversation: Option<ConversationId>, at: Timestamp) -> bool {
        self.invites.get(&invite).is_some_and(|row| row.conversation == conversation && row.is_live(at))
    }

    pub(super) fn find_invite(&self, code: &str) -> Option<InviteRow> {
        self.invites.values().find(|invite| invite.code == code).cloned()
    }

    pub(super) fn list_invites(&self, conversation: Option<ConversationId>, now: Timestamp) -> Vec<InviteRow> {
        let mut live: Vec<InviteRow> =
            self.invites.values().filter(|invite| invite.conversation == conversation && invite.is_live(now)).cloned().collect();
        live.sort_by_key(|invite| Reverse((invite.created_at, invite.id)));
        live
    }
}
