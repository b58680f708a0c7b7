//! The way of every event into a log: decide on facts, append under their version, decide again when they were stale.

use parlor_domain::{Conversation, FoldedMessage, Refusal, Standing, Target};
use parlor_store::{Append, AppendOutcome, KeyedSend, NewEvent, StoredEvent};
use parlor_types::{ConversationId, Event, EventBody, EventId, InviteId, RulesVersion, Seq, Timestamp, UserId};

use crate::{Engine, EngineError, Result};

/// How often a decision is made anew because others changed the rules meanwhile. Each time somebody else got through.
pub(super) const ATTEMPTS: usize = 16;

/// Where an event went in its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Its place.
    pub seq: Seq,
    /// Its id.
    pub id: EventId,
    /// When it was taken.
    pub at: Timestamp,
}

impl From<&Event> for Sent {
    fn from(event: &Event) -> Self {
        Self { seq: event.seq, id: event.id, at: event.at }
    }
}

/// An append that was decided and not yet committed.
pub(super) struct Decided {
    pub conversation: ConversationId,
    pub version: RulesVersion,
    pub sender: UserId,
    pub events: Vec<EventBody>,
    pub key: Option<KeyedSend>,
    pub invite: Option<InviteId>,
}

impl Engine {
    /// Appends what was decided; `None` when the decision was stale.
    pub(super) async fn append(&self, decided: Decided) -> Result<Option<Appended>> {
        let append = Append {
            conversation: decided.conversation,
            expected: decided.version,
            sender: decided.sender,
            at: self.clock.now(),
            events: decided.events.into_iter().map(|body| NewEvent { id: self.new_event_id(), body }).collect(),
            key: decided.key,
            invite: decided.invite,
        };
        match self.committer.commit(append).await? {
            AppendOutcome::Appended(events) => Ok(Some(Appended::New(events))),
            AppendOutcome::Repeated { seq, id, at } => Ok(Some(Appended::Before(Sent { seq, id, at }))),
            AppendOutcome::KeyReused => Err(EngineError::KeyReused),
            AppendOutcome::NoConversation => Err(Refusal::NotFound.into()),
            AppendOutcome::InviteSpent => Err(EngineError::InvalidInvite),
            AppendOutcome::Stale => {
                self.facts.forget(decided.conversation, decided.sender);
                Ok(None)
            }
        }
    }

    /// Decides by the actor's own standing alone and appends, as often as needed.
    pub(super) async fn append_own(
        &self,
        user: UserId,
        conversation: ConversationId,
        decide: impl Fn(&Conversation, &Standing) -> std::result::Result<Vec<EventBody>, Refusal> + Send + Sync,
    ) -> Result<Sent> {
        for _ in 0..ATTEMPTS {
            let fact = self.facts.read(conversation, user).await?;
            let (found, standing) = &*fact;
            let events = decide(found, standing)?;
            if events.is_empty() {
                return self.nothing_to_do(found, standing).await;
            }
            let decided = Decided { conversation, version: found.rules_version, sender: user, events, key: None, invite: None };
            if let Some(appended) = self.append(decided).await? {
                return Ok(appended.last());
            }
        }
        Err(busy())
    }

    /// What a change that changed nothing answers: the last event of the log that the actor may read (G7: who left must not learn how the log goes on).
    pub(super) async fn nothing_to_do(&self, conversation: &Conversation, standing: &Standing) -> Result<Sent> {
        let seq = standing.readable(conversation).last_seq();
        let last = self.store.find_event(conversation.id, seq).await?;
        let at = if seq == conversation.last_seq { conversation.updated_at } else { conversation.created_at };
        Ok(last.as_ref().map_or(Sent { seq, id: EventId::from_raw(conversation.id.raw()), at }, Sent::from))
    }

    /// The message that an edit, deletion, reaction or pin is about, as the actor may see it.
    pub(super) async fn target(&self, user: UserId, conversation: ConversationId, seq: Seq) -> Result<Option<FoldedMessage>> {
        let fact = self.facts.read(conversation, user).await?;
        Ok(self.store.find_message(conversation, &fact.1.readable(&fact.0), seq).await?)
    }
}

/// What an append came to.
pub(super) enum Appended {
    New(Vec<StoredEvent>),
    Before(Sent),
}

impl Appended {
    /// The place of its last event.
    pub(super) fn last(&self) -> Sent {
        match self {
            Self::New(events) => events.last().map(|stored| Sent::from(&stored.event)).expect("an append has at least one event"),
            Self::Before(sent) => *sent,
        }
    }
}

/// What the rules need to know of a message.
pub(super) fn target_of(message: Option<&FoldedMessage>) -> Option<Target> {
    message.map(|message| Target { seq: message.seq, sender: message.sender, deleted: message.deleted })
}

/// Others changed the rules of the conversation each time we had decided.
pub(super) const fn busy() -> EngineError {
    EngineError::Overloaded { retry_after_ms: 200 }
}
