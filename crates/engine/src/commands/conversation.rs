//! Making and changing conversations.

use parlor_domain::{Refusal, decide};
use parlor_store::{CreateConversation as Create, CreateConversationOutcome, NewEvent, StoredEvent};
use parlor_types::{ConversationId, ConversationKind, ConversationTitle, Description, EventBody, HistoryVisibility, Retention, SendKey, UserId};

use super::append::Sent;
use crate::hub::Hub;
use crate::notice::Notice;
use crate::{Actor, Command, Engine, Result};

/// Opens the direct conversation with a user, or with oneself; makes it when there is none.
#[derive(Debug, Clone, Copy)]
pub struct OpenDirect {
    /// With whom.
    pub user: UserId,
}

impl Command for OpenDirect {
    type Reply = ConversationId;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<ConversationId> {
        let me = actor.session()?.user;
        if let Some(existing) = engine.store.find_direct(me, self.user).await? {
            return Ok(existing);
        }
        let peer = engine.store.find_user(self.user).await?.filter(|peer| !peer.deleted).ok_or(Refusal::NotFound)?;
        engine.check_room(me).await?;
        let limits = &engine.limits;
        let events = decide::create(ConversationKind::Direct, me, None, None, &[peer.id], HistoryVisibility::All, Retention::Forever, limits)?;
        let pair = (me.min(peer.id), me.max(peer.id));
        // Who blocked me does not get it; I am not told. (The store decides the same inside the transaction.)
        let blocked = engine.store.list_blockers(me, &[peer.id]).await?.contains(&peer.id);
        engine.create(me, ConversationKind::Direct, Some(pair), None, events, blocked.then_some(peer.id)).await
    }
}

/// Makes a group or a channel.
#[derive(Debug, Clone)]
pub struct CreateConversation {
    /// The client's key: a retry gives the same conversation.
    pub key: SendKey,
    /// A group or a channel.
    pub kind: ConversationKind,
    /// Its title.
    pub title: ConversationTitle,
    /// What it is about.
    pub description: Option<Description>,
    /// The first members beside the actor.
    pub members: Vec<UserId>,
    /// What newcomers may read.
    pub history: HistoryVisibility,
    /// How long events are kept.
    pub retention: Retention,
}

impl Command for CreateConversation {
    type Reply = ConversationId;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<ConversationId> {
        let me = actor.session()?.user;
        if self.kind == ConversationKind::Direct {
            return Err(Refusal::Invalid("open a direct conversation instead of making one").into());
        }
        engine.check_room(me).await?;
        let history = if self.kind == ConversationKind::Channel { HistoryVisibility::All } else { self.history };
        let (title, description) = (Some(self.title), self.description);
        let events = decide::create(self.kind, me, title, description, &self.members, history, self.retention, &engine.limits)?;
        engine.check_addable(me, &self.members).await?;
        engine.create(me, self.kind, None, Some(self.key), events, None).await
    }
}

/// Changes title, description, retention or what newcomers may read.
#[derive(Debug, Clone)]
pub struct UpdateConversation {
    /// Which.
    pub conversation: ConversationId,
    /// What.
    pub changes: decide::Changes,
}

impl Command for UpdateConversation {
    type Reply = Sent;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<Sent> {
        let user = actor.session()?.user;
        engine.append_own(user, self.conversation, |found, standing| decide::change(found, standing, self.changes.clone())).await
    }
}

impl Engine {
    async fn create(
        &self,
        creator: UserId,
        kind: ConversationKind,
        direct: Option<(UserId, UserId)>,
        key: Option<SendKey>,
        events: Vec<EventBody>,
        unheard: Option<UserId>,
    ) -> Result<ConversationId> {
        let id = self.new_conversation_id();
        let members: Vec<UserId> = events.iter().filter_map(member_of).filter(|user| Some(*user) != unheard).collect();
        let events = events.into_iter().map(|body| NewEvent { id: self.new_event_id(), body }).collect();
        let create = Create { id, kind, direct, creator, key, at: self.clock.now(), events };
        let announce = move |hub: &Hub, outcome: &CreateConversationOutcome| {
            if let CreateConversationOutcome::Created(events) = outcome {
                publish_first(hub, events, unheard);
            }
        };
        match self.committer.commit_and_announce(create, announce).await? {
            CreateConversationOutcome::Existing(existing) => Ok(existing),
            CreateConversationOutcome::Created(_) => {
                self.expel_deleted(id, &members).await?;
                for member in members {
                    self.tell_head(member, id).await?;
                }
                Ok(id)
            }
        }
    }

    /// Whether the user may be in one conversation more.
    pub(super) async fn check_room(&self, user: UserId) -> Result<()> {
        let limit = self.limits.conversations_per_user_max;
        if self.store.list_received(user).await?.len() >= limit as usize {
            return Err(Refusal::LimitReached { what: "too many conversations; leave some first", limit: limit.into() }.into());
        }
        Ok(())
    }

    /// Whether others may be added by `user`. Who is gone and who blocked `user` answer alike.
    pub(super) async fn check_addable(&self, user: UserId, others: &[UserId]) -> Result<()> {
        let rows = self.store.list_users(others).await?;
        let blockers = self.store.list_blockers(user, others).await?;
        let addable = |other: &UserId| !blockers.contains(other) && rows.iter().any(|row| row.id == *other && !row.deleted && !row.disabled);
        if others.iter().all(addable) { Ok(()) } else { Err(Refusal::Forbidden("one of these users cannot be added").into()) }
    }

    /// Tells a user's connections how a conversation stands now.
    pub(crate) async fn tell_head(&self, user: UserId, conversation: ConversationId) -> Result<()> {
        if self.hub.is_connected(user) {
            match self.head_for(user, conversation).await {
                Ok(view) => self.hub.notify_user(user, None, &Notice::Conversation(Box::new(view))),
                Err(crate::EngineError::Refused(Refusal::NotFound)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn member_of(body: &EventBody) -> Option<UserId> {
    if let EventBody::MemberAdded { user, .. } = body { Some(*user) } else { None }
}

fn publish_first(hub: &Hub, events: &[StoredEvent], unheard: Option<UserId>) {
    for stored in events {
        if unheard.is_some() && member_of(&stored.event.body) == unheard {
            hub.publish_to_receivers(&stored.event);
        } else {
            hub.publish(&stored.event);
        }
    }
}
