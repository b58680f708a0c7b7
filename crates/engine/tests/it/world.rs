//! An engine with people in it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parlor_bus::{Bus, InProcessBus};
use parlor_engine::commands::{CreateConversation, OpenDirect, Register, SendMessage, Sent};
use parlor_engine::{Actor, Connection, Delivery, Encode, Engine, Mailbox, Notice, Parts, PasswordCost, Result, Session};
use parlor_store::memory::MemoryStore;
use parlor_types::event::Content;
use parlor_types::time::ManualClock;
use parlor_types::{
    ConversationId, ConversationKind, Epoch, HistoryVisibility, Limits, NodeId, OsRandom, Position, RegistrationMode, Retention, Seq, UserId,
};

/// Long enough for a slow machine; reached only by a test that fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub engine: Arc<Engine>,
    pub store: Arc<MemoryStore>,
    pub clock: Arc<ManualClock>,
}

/// Frames that a test can read: the debug form of what they say.
struct Plain;

impl Encode for Plain {
    fn encode(&self, notice: &Notice) -> Bytes {
        Bytes::from(match notice {
            Notice::Log(event) => format!("log {} {}", event.conversation, event.seq),
            Notice::Receipt(_, row) => format!("receipt {} {} {}", row.user, row.delivered, row.read),
            Notice::ReadState(_, marked) => format!("read state {} {} unread {}", marked.delivered, marked.read, marked.unread),
            Notice::Typing { user, on, .. } => format!("typing {user} {on}"),
            Notice::Presence(views) => format!("presence {:?}", views.iter().map(|view| (view.user, view.state)).collect::<Vec<_>>()),
            Notice::Conversation(view) => format!("conversation {}", view.head.conversation.id),
            other => format!("{other:?}").split(['(', ' ']).next().unwrap_or_default().to_lowercase(),
        })
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_limits(Limits::DEFAULT).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        let store = Arc::new(MemoryStore::new(Epoch(7)));
        Self::on(store, Arc::new(InProcessBus::single()), 0, limits).await
    }

    /// One node of several on the same store.
    pub(crate) async fn on(store: Arc<MemoryStore>, bus: Arc<dyn Bus>, node: u16, limits: Limits) -> Self {
        let clock = Arc::new(ManualClock::at(1_800_000_000_000));
        let parts = Parts {
            store: store.clone(),
            bus,
            encoder: Arc::new(Plain),
            clock: clock.clone(),
            random: Arc::new(OsRandom),
            node: NodeId::new(node).unwrap(),
            limits,
            registration: RegistrationMode::Open,
            name: "Test".to_owned(),
            password_cost: PasswordCost::CHEAPEST,
            #[cfg(feature = "plant")]
            plant_publish_before_commit: false,
        };
        Self { engine: Engine::start(parts).await.unwrap(), store, clock }
    }

    pub(crate) async fn person(&self, handle: &str) -> Person {
        let register = Register {
            handle: handle.parse().unwrap(),
            password: "correct horse battery staple 27".parse().unwrap(),
            display_name: None,
            device_name: None,
            invite: None,
        };
        let session = self.engine.execute(&Actor::Anonymous, register).await.unwrap();
        let session = Session { user: session.account.id, device: session.device, role: session.account.role };
        Person { engine: self.engine.clone(), session }
    }

    pub(crate) async fn group(&self, owner: &Person, others: &[&Person]) -> ConversationId {
        self.conversation(ConversationKind::Group, owner, others, Retention::Forever).await
    }

    pub(crate) async fn conversation(&self, kind: ConversationKind, owner: &Person, others: &[&Person], retention: Retention) -> ConversationId {
        let create = CreateConversation {
            key: format!("create-{}-{}", owner.user(), others.len()).parse().unwrap(),
            kind,
            title: "Test".parse().unwrap(),
            description: None,
            members: others.iter().map(|other| other.user()).collect(),
            history: HistoryVisibility::SinceJoined,
            retention,
        };
        self.engine.execute(&owner.actor(), create).await.unwrap()
    }
}

/// A user on one device.
#[derive(Clone)]
pub(crate) struct Person {
    pub engine: Arc<Engine>,
    pub session: Session,
}

impl Person {
    pub(crate) fn user(&self) -> UserId {
        self.session.user
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor::Session(self.session)
    }

    pub(crate) async fn direct(&self, other: &Self) -> ConversationId {
        self.engine.execute(&self.actor(), OpenDirect { user: other.user() }).await.unwrap()
    }

    pub(crate) async fn send(&self, conversation: ConversationId, text: &str) -> Sent {
        self.try_send(conversation, &format!("key-of-{text}").replace(' ', "-"), text).await.unwrap()
    }

    pub(crate) async fn try_send(&self, conversation: ConversationId, key: &str, text: &str) -> Result<Sent> {
        let content = Content::text(text.parse().unwrap());
        let send = SendMessage { conversation, key: key.parse().unwrap(), content, reply_to: None };
        self.engine.execute(&self.actor(), send).await
    }

    pub(crate) async fn connect(&self) -> Connection {
        self.engine.connect(self.session, None).await.unwrap()
    }

    pub(crate) async fn resume(&self, position: Position) -> Connection {
        self.engine.connect(self.session, Some((self.engine.epoch(), position))).await.unwrap()
    }

    pub(crate) async fn seqs(&self, conversation: ConversationId) -> Vec<u64> {
        let page = self.engine.events(&self.actor(), conversation, Seq::ZERO, 200).await.unwrap();
        page.events.iter().map(|event| event.seq.0).collect()
    }
}

/// Takes frames until one satisfies the condition; gives all that were taken.
pub(crate) async fn frames_until(mailbox: &Mailbox, condition: impl Fn(&str) -> bool) -> Vec<String> {
    let mut taken = Vec::new();
    let found = tokio::time::timeout(PATIENCE, async {
        loop {
            let Delivery::Frames(frames) = mailbox.take(usize::MAX).await else { panic!("closed after {taken:?}") };
            taken.extend(frames.iter().map(|frame| String::from_utf8(frame.to_vec()).unwrap()));
            if taken.iter().any(|frame| condition(frame)) {
                return;
            }
        }
    });
    assert!(found.await.is_ok(), "the awaited frame did not come");
    taken
}

/// What waits now.
pub(crate) fn frames_now(mailbox: &Mailbox) -> Vec<String> {
    match mailbox.try_take(usize::MAX) {
        Some(Delivery::Frames(frames)) => frames.iter().map(|frame| String::from_utf8(frame.to_vec()).unwrap()).collect(),
        _ => Vec::new(),
    }
}
