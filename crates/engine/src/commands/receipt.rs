//! Watermarks, what a member chose, and typing.

use parlor_domain::decide::may;
use parlor_domain::permission::Action;
use parlor_domain::{Refusal, Standing};
use parlor_store::{Mark, MarkOutcome, Marked, Personal, ReceiptRow, SetPersonal, SetPersonalOutcome};
use parlor_types::{ConversationId, ConversationKind, Seq, Timestamp};

use crate::notice::Notice;
use crate::queries::visible_receipt;
use crate::{Actor, Command, Engine, Result};

/// Raises watermarks of the actor, because the device says so (G6).
#[derive(Debug, Clone, Copy)]
pub struct UpdateReceipt {
    /// Where.
    pub conversation: ConversationId,
    /// Everything up to here is on the device.
    pub delivered: Option<Seq>,
    /// Everything up to here was seen.
    pub read: Option<Seq>,
}

impl Command for UpdateReceipt {
    type Reply = Marked;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<Marked> {
        let session = actor.session()?;
        let Self { conversation, delivered, read } = self;
        let fact = engine.facts.recall(conversation, session.user).await?;
        may(&fact.0, &fact.1, Action::Read)?;
        if !fact.1.receives() {
            engine.check_closed(conversation, &fact.1, delivered.max(read)).await?;
        }
        let sends_read = engine.profile(session.user).await?.send_read_receipts;
        let kind = fact.0.kind;
        let mark = Mark { conversation, user: session.user, device: session.device, delivered, read };
        let outcome = engine
            .committer
            .commit_and_announce(mark, move |hub, outcome| {
                let MarkOutcome::Marked(marked) = outcome else { return };
                if marked.raised && kind != ConversationKind::Channel {
                    let row = ReceiptRow { user: session.user, delivered: marked.delivered, read: marked.read, sends_read };
                    hub.notify_conversation(conversation, Some(session.user), &Notice::Receipt(conversation, visible_receipt(row)));
                }
                if marked.changed {
                    hub.notify_user(session.user, None, &Notice::ReadState(conversation, *marked));
                }
            })
            .await?;
        match outcome {
            MarkOutcome::Marked(marked) => Ok(marked),
            MarkOutcome::NotMember => Err(Refusal::Forbidden("you are not a member of this conversation").into()),
            MarkOutcome::PastHead => Err(PAST_HEAD.into()),
        }
    }
}

const PAST_HEAD: Refusal = Refusal::Invalid("the watermark is past the last event that you may read");

impl Engine {
    /// Who does not receive a conversation now (a blocker of a direct conversation) may confirm only what they had.
    async fn check_closed(&self, conversation: ConversationId, remembered: &Standing, wanted: Option<Seq>) -> Result<()> {
        let fact = self.facts.read(conversation, remembered.user).await?;
        if !fact.1.receives() && wanted > Some(fact.1.readable(&fact.0).last_seq()) {
            return Err(PAST_HEAD.into());
        }
        Ok(())
    }

    async fn profile(&self, user: parlor_types::UserId) -> Result<parlor_store::UserRow> {
        if let Some(row) = self.profiles.get(&user) {
            return Ok(row);
        }
        let row = self.store.find_user(user).await?.ok_or(Refusal::NotFound)?;
        self.profiles.insert(user, row.clone());
        Ok(row)
    }
}

/// Changes what the actor chose for a conversation, on all devices.
#[derive(Debug, Clone)]
pub struct UpdateSettings {
    /// Where.
    pub conversation: ConversationId,
    /// No notifications until then; a time that has passed ends it.
    pub muted_until: Option<Timestamp>,
    /// Keep it on top.
    pub pinned: Option<bool>,
    /// Take it out of the list.
    pub archived: Option<bool>,
    /// Mark it as unread.
    pub marked_unread: Option<bool>,
}

impl Command for UpdateSettings {
    type Reply = ();

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<()> {
        let user = actor.session()?.user;
        let conversation = self.conversation;
        engine.readable(actor, conversation).await?;
        let now = engine.clock.now();
        let personal = Personal {
            muted_until: self.muted_until.map(|until| (until > now).then_some(until)),
            pinned: self.pinned,
            archived: self.archived,
            marked_unread: self.marked_unread,
        };
        match engine.committer.commit(SetPersonal { conversation, user, personal }).await? {
            SetPersonalOutcome::Set { changed: false } => Ok(()),
            SetPersonalOutcome::Set { changed: true } => engine.tell_head(user, conversation).await,
            SetPersonalOutcome::NotMember => Err(Refusal::Forbidden("join the channel first").into()),
        }
    }
}

/// Says that the actor types, or stopped. Lossy; not told in channels.
#[derive(Debug, Clone, Copy)]
pub struct SetTyping {
    /// Where.
    pub conversation: ConversationId,
    /// True while typing.
    pub on: bool,
}

impl Command for SetTyping {
    type Reply = ();

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<()> {
        let user = actor.session()?.user;
        let fact = engine.facts.recall(self.conversation, user).await?;
        may(&fact.0, &fact.1, Action::Write)?;
        if fact.0.kind != ConversationKind::Channel && fact.1.receives() {
            let notice = Notice::Typing { conversation: self.conversation, user, on: self.on };
            engine.hub.notify_conversation(self.conversation, Some(user), &notice);
        }
        Ok(())
    }
}
