//! The one path of every state change: check, decide, commit, then publish.
//!
//! The map: [`Engine::execute`] runs a [`Command`] of [`commands`]; the rules it asks live in `domain`; the [`committer`] gathers what is
//! to be written into shared transactions and publishes what became of it; the [`hub`] knows who is connected and puts frames into their mailboxes;
//! [`presence`] says who is there; [`queries`] are the reads, with the same checks of access; [`jobs`] trim and forget.
//!
//! Rules: nothing is published that is not committed, nothing is acknowledged that is not committed, and the ack never waits for the bus. No handler gets
//! hold of the store: what an edge needs is a command or a query here. The engine knows no wire format; frames are made by the [`notice::Encode`] it is given.

pub mod actor;
pub mod commands;
pub mod committer;
mod connect;
pub mod error;
mod facts;
mod follow;
pub mod hub;
mod jobs;
pub mod notice;
mod password;
#[cfg(feature = "plant")]
mod plant;
pub mod presence;
pub mod queries;
mod tokens;

use std::sync::Arc;

use parlor_bus::Bus;
use parlor_store::{Store, StoreError};
use parlor_types::{Clock, ConversationId, DeviceId, Epoch, EventId, InviteId, Limits, NodeId, Random, RegistrationMode, Snowflake, UserId};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use actor::{Actor, OPERATOR, Session};
pub use commands::Command;
pub use connect::{Connection, Resumed};
pub use error::{EngineError, Result};
pub use hub::{CloseReason, Delivery, Hub, Mailbox};
pub use notice::{Encode, HeadView, Notice, PresenceState, PresenceView};

/// What an engine is made of. Only `server` (and tests) choose the parts.
pub struct Parts {
    /// Durable state.
    pub store: Arc<dyn Store>,
    /// Hints between nodes.
    pub bus: Arc<dyn Bus>,
    /// Makes frames of notices.
    pub encoder: Arc<dyn Encode>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Randomness for tokens, salts and invite codes.
    pub random: Arc<dyn Random>,
    /// This node's number.
    pub node: NodeId,
    /// Limits.
    pub limits: Limits,
    /// Who may register, until an admin chooses otherwise.
    pub registration: RegistrationMode,
    /// The server's name, until an admin gives another.
    pub name: String,
    /// How hard passwords are to guess once stolen.
    pub password_cost: PasswordCost,
    /// Publishes events before they are committed: a bug that the crash harness must see.
    #[cfg(feature = "plant")]
    pub plant_publish_before_commit: bool,
}

pub use password::PasswordCost;

/// How soon the process stops after a read has found damage.
const DAMAGE_LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(1);

/// Profiles that are remembered: about 400 bytes each.
const PROFILES_REMEMBERED: usize = 16_384;

/// The engine of one node. Shared by every connection and request.
pub struct Engine {
    store: Arc<dyn Store>,
    bus: Arc<dyn Bus>,
    hub: Arc<Hub>,
    committer: committer::Committer,
    presence: Arc<presence::Presence>,
    facts: facts::Facts,
    /// Profiles of those who confirm often; forgotten when they change.
    profiles: quick_cache::sync::Cache<UserId, parlor_store::UserRow>,
    passwords: password::Passwords,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    ids: Snowflake,
    epoch: Epoch,
    limits: Limits,
    registration: RegistrationMode,
    name: String,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

impl Engine {
    /// Reads what it must know from the store and starts the tasks. They end with [`Engine::stop`].
    pub async fn start(parts: Parts) -> Result<Arc<Self>> {
        let epoch = parts.store.epoch().await?;
        let last_id = parts.store.last_id().await?;
        let hub = Arc::new(Hub::new(parts.encoder));
        hub.raise_horizon(parts.store.horizon().await?);
        let tasks = TaskTracker::new();
        let stopping = CancellationToken::new();
        let publisher = committer::Publisher::new(hub.clone(), parts.bus.clone());
        let engine = Arc::new(Self {
            committer: committer::Committer::start(
                parts.store.clone(),
                publisher,
                &tasks,
                #[cfg(feature = "plant")]
                plant::Early::new(parts.plant_publish_before_commit, hub.clone()),
            ),
            presence: Arc::new(presence::Presence::new(hub.clone(), parts.limits.presence_grace_ms)),
            facts: facts::Facts::new(parts.store.clone()),
            profiles: quick_cache::sync::Cache::new(PROFILES_REMEMBERED),
            passwords: password::Passwords::new(parts.password_cost, parts.random.clone()),
            ids: Snowflake::new(parts.clock.clone(), parts.node, last_id),
            store: parts.store,
            bus: parts.bus,
            hub,
            clock: parts.clock,
            random: parts.random,
            epoch,
            limits: parts.limits,
            registration: parts.registration,
            name: parts.name,
            tasks: tasks.clone(),
            stopping: stopping.clone(),
        });
        tasks.spawn(presence::run(engine.clone(), stopping.clone()));
        tasks.spawn(jobs::run(engine.clone(), stopping.clone()));
        if engine.bus.is_shared() {
            tasks.spawn(follow::run(engine.clone(), stopping));
        }
        Ok(engine)
    }

    /// Runs one command: checks, decides, commits, publishes. When it returns a good answer, the change is on stable storage (G1). Dropping the
    /// future may leave the change made or not made; every command may be repeated.
    pub async fn execute<C: Command>(&self, actor: &Actor, command: C) -> Result<C::Reply> {
        command.run(self, actor).await
    }

    /// Closes every connection with [`CloseReason::Stopping`], lets what is being committed finish, and ends the tasks.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.hub.close_all(CloseReason::Stopping);
        self.committer.close();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Resolves when the store is damaged and the process must stop, with the reason. Never resolves otherwise.
    pub async fn damaged(&self) -> String {
        tokio::select! {
            found = self.committer.damaged() => found,
            found = self.damage_seen_by_reads() => found,
        }
    }

    /// A read that finds damage is answered as unavailable, and the store says so from then on: ask it now and then, for there may be nothing to commit.
    async fn damage_seen_by_reads(&self) -> String {
        let mut look = tokio::time::interval(DAMAGE_LOOK_EVERY);
        loop {
            look.tick().await;
            if let Err(error @ StoreError::Damaged(_)) = self.store.horizon().await {
                return error.to_string();
            }
        }
    }

    /// Who is connected here.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Limits of the server.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The incarnation of the data.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// What the committer has done so far.
    pub fn commit_figures(&self) -> committer::CommitFigures {
        self.committer.figures()
    }

    fn new_event_id(&self) -> EventId {
        EventId::from_raw(self.ids.next())
    }

    fn new_conversation_id(&self) -> ConversationId {
        ConversationId::from_raw(self.ids.next())
    }

    fn new_user_id(&self) -> UserId {
        UserId::from_raw(self.ids.next())
    }

    fn new_device_id(&self) -> DeviceId {
        DeviceId::from_raw(self.ids.next())
    }

    fn new_invite_id(&self) -> InviteId {
        InviteId::from_raw(self.ids.next())
    }
}
