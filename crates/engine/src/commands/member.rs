//! Who is in a conversation, and as what.

use parlor_domain::decide::{self, Entry};
use parlor_types::{ConversationId, Role, UserId};

use super::append::{ATTEMPTS, Decided, Sent, busy};
use crate::{Actor, Command, Engine, Result};

/// Adds somebody.
#[derive(Debug, Clone, Copy)]
pub struct AddMember {
    /// Where to.
    pub conversation: ConversationId,
    /// Whom.
    pub user: UserId,
}

impl Command for AddMember {
    type Reply = Sent;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<Sent> {
        let me = actor.session()?.user;
        let change = |found: &_, standing: &_, target: &_| decide::add_member(found, standing, target, Entry::Added, &engine.limits);
        // Rights first: who may not add learns nothing of whom they named.
        let fact = engine.facts.read(self.conversation, me).await?;
        decide::may(&fact.0, &fact.1, parlor_domain::permission::Action::Invite)?;
        engine.check_addable(me, &[self.user]).await?;
        engine.check_room(self.user).await?;
        let sent = engine.change_member(me, self.conversation, self.user, change).await?;
        engine.expel_deleted(self.conversation, &[self.user]).await?;
        engine.tell_head(self.user, self.conversation).await?;
        Ok(sent)
    }
}

/// Joins an open channel.
#[derive(Debug, Clone, Copy)]
pub struct JoinChannel {
    /// Which.
    pub conversation: ConversationId,
}

impl Command for JoinChannel {
    type Reply = ();

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<()> {
        let me = actor.session()?.user;
        engine.check_room(me).await?;
        let change = |found: &_, standing: &_, target: &_| decide::add_member(found, standing, target, Entry::Joined, &engine.limits);
        engine.change_member(me, self.conversation, me, change).await?;
        engine.expel_deleted(self.conversation, &[me]).await?;
        engine.tell_head(me, self.conversation).await
    }
}

/// Removes somebody; nothing that follows reaches them (G7).
#[derive(Debug, Clone, Copy)]
pub struct RemoveMember {
    /// Where from.
    pub conversation: ConversationId,
    /// Whom.
    pub user: UserId,
}

impl Command for RemoveMember {
    type Reply = Sent;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<Sent> {
        let me = actor.session()?.user;
        let sent = engine.change_member(me, self.conversation, self.user, decide::remove_member).await?;
        engine.part_company(self.user).await?;
        Ok(sent)
    }
}

/// Leaves.
#[derive(Debug, Clone, Copy)]
pub struct Leave {
    /// Which.
    pub conversation: ConversationId,
}

impl Command for Leave {
    type Reply = Sent;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<Sent> {
        let me = actor.session()?.user;
        let sent = engine.change_member(me, self.conversation, me, |found, standing, _| decide::leave(found, standing)).await?;
        engine.part_company(me).await?;
        Ok(sent)
    }
}

/// Gives somebody another role; giving away `owner` hands over.
#[derive(Debug, Clone, Copy)]
pub struct UpdateMember {
    /// Where.
    pub conversation: ConversationId,
    /// Whom.
    pub user: UserId,
    /// The role from now on.
    pub role: Role,
}

impl Command for UpdateMember {
    type Reply = Sent;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<Sent> {
        let me = actor.session()?.user;
        let change = |found: &_, standing: &_, target: &_| decide::change_role(found, standing, target, self.role);
        let sent = engine.change_member(me, self.conversation, self.user, change).await?;
        engine.facts.forget(self.conversation, me);
        Ok(sent)
    }
}

type Decision = std::result::Result<Vec<parlor_types::EventBody>, parlor_domain::Refusal>;

impl Engine {
    /// Decides by two standings read under one rules version, and appends.
    pub(super) async fn change_member(
        &self,
        actor: UserId,
        conversation: ConversationId,
        target: UserId,
        decide: impl Fn(&parlor_domain::Conversation, &parlor_domain::Standing, &parlor_domain::Standing) -> Decision + Send + Sync,
    ) -> Result<Sent> {
        for _ in 0..ATTEMPTS {
            let mine = self.facts.read(conversation, actor).await?;
            let theirs = if target == actor { mine.clone() } else { self.facts.read(conversation, target).await? };
            if theirs.0.rules_version != mine.0.rules_version {
                continue;
            }
            let events = decide(&mine.0, &mine.1, &theirs.1)?;
            if events.is_empty() {
                return self.nothing_to_do(&mine.0, &mine.1).await;
            }
            let decided = Decided { conversation, version: mine.0.rules_version, sender: actor, events, key: None, invite: None };
            if let Some(appended) = self.append(decided).await? {
                self.facts.forget(conversation, target);
                return Ok(appended.last());
            }
        }
        Err(busy())
    }
}
