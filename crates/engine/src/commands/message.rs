//! Writing: the hot path, and what follows a message.

use std::fmt::Write as _;

use parlor_domain::decide;
use parlor_store::KeyedSend;
use parlor_types::event::Content;
use parlor_types::{ConversationId, Emoji, RulesVersion, SendKey, Seq};
use sha2::{Digest, Sha256};

use super::append::{ATTEMPTS, Decided, Sent, busy, target_of};
use crate::{Actor, Command, Engine, EngineError, Result};

/// Sends a message. A retry with the same key gives the first answer again (G2), also to who has left since.
#[derive(Debug, Clone)]
pub struct SendMessage {
    /// Where to.
    pub conversation: ConversationId,
    /// The client's key.
    pub key: SendKey,
    /// What.
    pub content: Content,
    /// The message that it answers.
    pub reply_to: Option<Seq>,
}

impl Command for SendMessage {
    type Reply = Sent;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<Sent> {
        let user = actor.session()?.user;
        let key = KeyedSend { digest: digest(&self.content, self.reply_to), key: self.key };
        let decided =
            |version, events| Decided { conversation: self.conversation, version, sender: user, events, key: Some(key.clone()), invite: None };
        for attempt in 0..ATTEMPTS {
            // What is remembered may lag behind the head, so an answer to a message is checked against the store.
            let remembered = attempt == 0 && self.reply_to.is_none();
            let fact =
                if remembered { engine.facts.recall(self.conversation, user).await? } else { engine.facts.read(self.conversation, user).await? };
            let (found, standing) = &*fact;
            match decide::send(found, standing, self.content.clone(), self.reply_to, &engine.limits) {
                Ok(events) => {
                    if let Some(appended) = engine.append(decided(found.rules_version, events)).await? {
                        return Ok(appended.last());
                    }
                }
                Err(_) if remembered => engine.facts.forget(self.conversation, user),
                Err(refusal) => {
                    // It may be a retry of a send that was granted before. No log has this version, so that only the key can match.
                    let body = parlor_types::EventBody::Message { content: self.content.clone(), reply_to: self.reply_to };
                    let before = engine.append(decided(RulesVersion(u64::MAX), vec![body])).await;
                    return match before {
                        Ok(Some(sent)) => Ok(sent.last()),
                        Err(EngineError::KeyReused) => Err(EngineError::KeyReused),
                        _ => Err(refusal.into()),
                    };
                }
            }
        }
        Err(busy())
    }
}

/// Tells one content from another. The fields are separated by what no field can hold.
fn digest(content: &Content, reply_to: Option<Seq>) -> [u8; 16] {
    let mut rest = String::new();
    for user in &content.mentions {
        let _ = write!(rest, "\0@{user}");
    }
    if let Some(seq) = reply_to {
        let _ = write!(rest, "\0>{seq}");
    }
    let mut hasher = Sha256::new();
    hasher.update(content.text.as_ref().map_or("", |text| text.as_str()));
    hasher.update(rest);
    let full: [u8; 32] = hasher.finalize().into();
    full[..16].try_into().expect("half of 32 bytes")
}

/// Puts other content into an own message.
#[derive(Debug, Clone)]
pub struct EditMessage {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub target: Seq,
    /// The new content, whole.
    pub content: Content,
}

impl Command for EditMessage {
    type Reply = Sent;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<Sent> {
        let user = actor.session()?.user;
        let message = engine.target(user, self.conversation, self.target).await?;
        engine
            .append_own(user, self.conversation, |found, standing| {
                let events = decide::edit(found, standing, target_of(message.as_ref()), self.content.clone(), &engine.limits)?;
                let is_so_already = message.as_ref().is_some_and(|message| message.content == self.content);
                Ok(if is_so_already { Vec::new() } else { events })
            })
            .await
    }
}

/// Deletes a message for everyone.
#[derive(Debug, Clone)]
pub struct DeleteMessage {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub target: Seq,
}

impl Command for DeleteMessage {
    type Reply = Sent;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<Sent> {
        let user = actor.session()?.user;
        let message = engine.target(user, self.conversation, self.target).await?;
        engine.append_own(user, self.conversation, |found, standing| decide::delete(found, standing, target_of(message.as_ref()))).await
    }
}

/// Adds a reaction or takes it back.
#[derive(Debug, Clone)]
pub struct React {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub target: Seq,
    /// With what.
    pub emoji: Emoji,
    /// True to add.
    pub on: bool,
}

impl Command for React {
    type Reply = Sent;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<Sent> {
        let user = actor.session()?.user;
        let message = engine.target(user, self.conversation, self.target).await?;
        let current = message.as_ref().map_or(&[][..], |message| &message.reactions);
        engine
            .append_own(user, self.conversation, |found, standing| {
                decide::react(found, standing, target_of(message.as_ref()), self.emoji.clone(), self.on, current, &engine.limits)
            })
            .await
    }
}

/// Pins or unpins a message for everyone.
#[derive(Debug, Clone)]
pub struct PinMessage {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub target: Seq,
    /// True to pin.
    pub on: bool,
}

impl Command for PinMessage {
    type Reply = Sent;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<Sent> {
        let user = actor.session()?.user;
        let message = engine.target(user, self.conversation, self.target).await?;
        let pins = engine.store.list_pins(self.conversation).await?.len();
        let pinned = message.as_ref().is_some_and(|message| message.pinned);
        engine
            .append_own(user, self.conversation, |found, standing| {
                decide::pin(found, standing, target_of(message.as_ref()), self.on, pinned, pins, &engine.limits)
            })
            .await
    }
}
