//! Links that let people in, into conversations and onto the server.

use parlor_domain::decide::{self, Entry};
use parlor_domain::permission::Action;
use parlor_store::{CreateInvite as Create, CreateInviteOutcome, InviteRow, RevokeInvite as Revoke};
use parlor_types::{ConversationId, InviteId, UserId};

use super::append::{ATTEMPTS, Decided, busy};
use crate::{Actor, Command, Engine, EngineError, Result, tokens};

/// How long and for how many an invite holds; `None` means without end.
#[derive(Debug, Clone, Copy, Default)]
pub struct InviteTerms {
    /// In seconds.
    pub lifetime_seconds: Option<u32>,
    /// How often it may be used.
    pub uses_max: Option<u32>,
}

/// Makes an invite link into a conversation.
#[derive(Debug, Clone, Copy)]
pub struct CreateInvite {
    /// Into which.
    pub conversation: ConversationId,
    /// For how long and how many.
    pub terms: InviteTerms,
}

impl Command for CreateInvite {
    type Reply = InviteRow;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<InviteRow> {
        let (found, standing) = engine.readable(actor, self.conversation).await?;
        decide::may(&found, &standing, Action::Invite)?;
        engine.create_invite(standing.user, Some(self.conversation), self.terms).await
    }
}

/// Revokes an invite link of a conversation.
#[derive(Debug, Clone, Copy)]
pub struct RevokeInvite {
    /// Of which.
    pub conversation: ConversationId,
    /// Which link.
    pub invite: InviteId,
}

impl Command for RevokeInvite {
    type Reply = ();

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<()> {
        let (found, standing) = engine.readable(actor, self.conversation).await?;
        decide::may(&found, &standing, Action::Invite)?;
        engine.committer.commit(Revoke { invite: self.invite, conversation: Some(self.conversation) }).await
    }
}

/// Joins by an invite link. One use goes in the same transaction in which the member comes, so a last use is used once.
#[derive(Debug, Clone)]
pub struct AcceptInvite {
    /// The secret of the link.
    pub code: String,
}

impl Command for AcceptInvite {
    type Reply = ConversationId;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<ConversationId> {
        let me = actor.session()?.user;
        let found = engine.store.find_invite(&self.code).await?.ok_or(EngineError::InvalidInvite)?;
        let conversation = found.conversation.ok_or(EngineError::InvalidInvite)?;
        engine.check_room(me).await?;
        for _ in 0..ATTEMPTS {
            let fact = engine.facts.read(conversation, me).await.map_err(|_| EngineError::InvalidInvite)?;
            let (facts, standing) = &*fact;
            if standing.role.is_some() {
                return Ok(conversation);
            }
            if !found.is_live(engine.clock.now()) {
                return Err(EngineError::InvalidInvite);
            }
            let events = decide::add_member(facts, standing, standing, Entry::Invited, &engine.limits)?;
            let decided = Decided { conversation, version: facts.rules_version, sender: me, events, key: None, invite: Some(found.id) };
            if engine.append(decided).await?.is_some() {
                engine.facts.forget(conversation, me);
                engine.expel_deleted(conversation, &[me]).await?;
                engine.tell_head(me, conversation).await?;
                return Ok(conversation);
            }
        }
        Err(busy())
    }
}

/// Makes an invite to the server.
#[derive(Debug, Clone, Copy)]
pub struct AdminCreateInvite {
    /// For how long and how many.
    pub terms: InviteTerms,
}

impl Command for AdminCreateInvite {
    type Reply = InviteRow;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<InviteRow> {
        engine.create_invite(actor.admin()?, None, self.terms).await
    }
}

/// Revokes an invite to the server.
#[derive(Debug, Clone, Copy)]
pub struct AdminRevokeInvite {
    /// Which.
    pub invite: InviteId,
}

impl Command for AdminRevokeInvite {
    type Reply = ();

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<()> {
        actor.admin()?;
        engine.committer.commit(Revoke { invite: self.invite, conversation: None }).await
    }
}

impl Engine {
    async fn create_invite(&self, created_by: UserId, conversation: Option<ConversationId>, terms: InviteTerms) -> Result<InviteRow> {
        let now = self.clock.now();
        let invite = InviteRow {
            id: self.new_invite_id(),
            code: tokens::new_invite_code(&*self.random),
            conversation,
            created_by,
            created_at: now,
            expires_at: terms.lifetime_seconds.map(|seconds| now.plus_milliseconds(i64::from(seconds) * 1_000)),
            uses_max: terms.uses_max,
            uses: 0,
        };
        let limit = self.limits.invites_max;
        match self.committer.commit(Create { invite: invite.clone(), invites_max: limit }).await? {
            CreateInviteOutcome::Created => Ok(invite),
            CreateInviteOutcome::TooMany => {
                Err(parlor_domain::Refusal::LimitReached { what: "too many invites; revoke some first", limit: limit.into() }.into())
            }
        }
    }
}
