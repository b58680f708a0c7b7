//! Builders for the cases: each makes what it is named for, and fails the case when the store does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parlor_domain::{Conversation, FoldedMessage, Interval, Readable, Standing};
use parlor_types::event::Content;
use parlor_types::{
    ConversationId, ConversationKind, DeviceId, EventBody, EventId, HistoryVisibility, InviteId, Position, RemovalReason, Retention, Role, Seq,
    ServerRole, Timestamp, UserId,
};

use crate::{
    Admission, Append, AppendOutcome, Commit, CreateConversation, CreateConversationOutcome, CreateDevice, CreateDeviceOutcome, CreateInvite,
    CreateInviteOutcome, CreateUser, CreateUserOutcome, HeadRow, InviteRow, KeyedSend, Mark, MarkOutcome, Marked, MemberRow, NewEvent, Store,
    StoredEvent, TokenDigest,
};

/// A moment, in seconds after the one at which every scene begins.
pub const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(1_767_000_000_000 + seconds * 1000)
}

/// The password hash of every user of a scene.
pub const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA";

/// An empty store with what it takes to fill it.
pub struct Scene {
    /// The store on trial.
    pub store: Arc<dyn Store>,
    next_id: AtomicU64,
}

impl Scene {
    /// A scene on an empty store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, next_id: AtomicU64::new(1) }
    }

    /// An id that was not used before; rising.
    pub fn next_id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    /// Commits one write.
    pub async fn commit<W: Commit>(&self, write: W) -> W::Outcome {
        let mut written = self.store.commit(vec![write.into_write()]).await.expect("the store commits");
        assert_eq!(written.len(), 1, "one outcome per write");
        W::outcome(written.remove(0))
    }

    /// The horizon.
    pub async fn horizon(&self) -> Position {
        self.store.horizon().await.expect("the horizon")
    }

    /// A way to make a user; admitted freely.
    pub fn new_user(&self, handle: &str) -> CreateUser {
        CreateUser {
            id: UserId::from_raw(self.next_id()),
            handle: handle.parse().expect("a valid handle"),
            display_name: handle.to_uppercase().parse().expect("a valid name"),
            password_hash: HASH.to_owned(),
            role: ServerRole::Member,
            admission: Admission::Free,
            at: at(0),
        }
    }

    /// A new user. The first one of a scene becomes admin.
    pub async fn user(&self, handle: &str) -> UserId {
        let create = self.new_user(handle);
        match self.commit(create).await {
            CreateUserOutcome::Created(row) => row.id,
            refused => panic!("no user {handle}: {refused:?}"),
        }
    }

    /// A way to make a session.
    pub fn new_device(&self, user: UserId) -> CreateDevice {
        let id = self.next_id();
        CreateDevice {
            id: DeviceId::from_raw(id),
            user,
            name: "phone".parse().expect("a valid name"),
            token: token(id),
            password_hash: HASH.to_owned(),
            at: at(0),
            devices_max: 50,
        }
    }

    /// A new session; its token is [`token`] of its id.
    pub async fn device(&self, user: UserId) -> DeviceId {
        match self.commit(self.new_device(user)).await {
            CreateDeviceOutcome::Created(row) => row.id,
            refused => panic!("no device: {refused:?}"),
        }
    }

    /// An invite that neither ends nor is used up.
    pub fn new_invite(&self, conversation: Option<ConversationId>, created_by: UserId) -> CreateInvite {
        let id = self.next_id();
        let invite = InviteRow {
            id: InviteId::from_raw(id),
            code: format!("code-{id}"),
            conversation,
            created_by,
            created_at: at(0),
            expires_at: None,
            uses_max: None,
            uses: 0,
        };
        CreateInvite { invite, invites_max: 100 }
    }

    /// Makes an invite that was prepared.
    pub async fn invite(&self, create: CreateInvite) -> InviteId {
        let id = create.invite.id;
        assert_eq!(self.commit(create).await, CreateInviteOutcome::Created);
        id
    }

    /// An event with a new id.
    pub fn new_event(&self, body: EventBody) -> NewEvent {
        NewEvent { id: EventId::from_raw(self.next_id()), body }
    }

    /// A way to make a conversation of `creator` and `members`.
    pub fn new_conversation(&self, kind: ConversationKind, creator: UserId, members: &[UserId], history: HistoryVisibility) -> CreateConversation {
        let id = ConversationId::from_raw(self.next_id());
        let title = (kind != ConversationKind::Direct).then(|| "Title".parse().expect("a valid title"));
        let first = if kind == ConversationKind::Direct { Role::Member } else { Role::Owner };
        let created = EventBody::Created { kind, title, description: None, history, retention: Retention::Forever };
        let mut events = vec![self.new_event(created), self.new_event(EventBody::MemberAdded { user: creator, role: first })];
        events.extend(members.iter().map(|user| self.new_event(EventBody::MemberAdded { user: *user, role: Role::Member })));
        CreateConversation { id, kind, direct: None, creator, key: None, at: at(0), events }
    }

    /// A way to make the direct conversation of two users.
    pub fn new_direct(&self, one: UserId, other: UserId) -> CreateConversation {
        let members = if one == other { vec![] } else { vec![other] };
        let create = self.new_conversation(ConversationKind::Direct, one, &members, HistoryVisibility::All);
        CreateConversation { direct: Some((one.min(other), one.max(other))), ..create }
    }

    /// Makes a conversation that was prepared.
    pub async fn conversation(&self, create: CreateConversation) -> ConversationId {
        let id = create.id;
        match self.commit(create).await {
            CreateConversationOutcome::Created(_) => id,
            CreateConversationOutcome::Existing(other) => panic!("no conversation: {other} was there"),
        }
    }

    /// A group whose newcomers read from when they came.
    pub async fn group(&self, owner: UserId, members: &[UserId]) -> ConversationId {
        self.conversation(self.new_conversation(ConversationKind::Group, owner, members, HistoryVisibility::SinceJoined)).await
    }

    /// A group whose newcomers read everything.
    pub async fn open_group(&self, owner: UserId, members: &[UserId]) -> ConversationId {
        self.conversation(self.new_conversation(ConversationKind::Group, owner, members, HistoryVisibility::All)).await
    }

    /// A channel.
    pub async fn channel(&self, owner: UserId, members: &[UserId]) -> ConversationId {
        self.conversation(self.new_conversation(ConversationKind::Channel, owner, members, HistoryVisibility::All)).await
    }

    /// The direct conversation of two users.
    pub async fn direct(&self, one: UserId, other: UserId) -> ConversationId {
        self.conversation(self.new_direct(one, other)).await
    }

    /// The conversation as it stands.
    pub async fn facts(&self, conversation: ConversationId) -> Conversation {
        self.store.find_conversation(conversation).await.expect("a read").expect("the conversation")
    }

    /// How a user stands.
    pub async fn standing(&self, conversation: ConversationId, user: UserId) -> Standing {
        self.store.find_standing(conversation, user).await.expect("a read").expect("the conversation").1
    }

    /// A way to append, decided now.
    pub async fn new_append(&self, conversation: ConversationId, sender: UserId, bodies: Vec<EventBody>) -> Append {
        let expected = self.facts(conversation).await.rules_version;
        let events = bodies.into_iter().map(|body| self.new_event(body)).collect();
        Append { conversation, expected, sender, at: at(1), events, key: None, invite: None }
    }

    /// Appends events.
    pub async fn append(&self, conversation: ConversationId, sender: UserId, bodies: Vec<EventBody>) -> Vec<StoredEvent> {
        appended(self.commit(self.new_append(conversation, sender, bodies).await).await)
    }

    /// Appends one event and says at which seq.
    pub async fn event(&self, conversation: ConversationId, sender: UserId, body: EventBody) -> Seq {
        self.append(conversation, sender, vec![body]).await[0].event.seq
    }

    /// Sends a message.
    pub async fn say(&self, conversation: ConversationId, sender: UserId, text: &str) -> Seq {
        self.event(conversation, sender, message(text, &[])).await
    }

    /// Sends a message that mentions users.
    pub async fn mention(&self, conversation: ConversationId, sender: UserId, users: &[UserId]) -> Seq {
        self.event(conversation, sender, message("you there", users)).await
    }

    /// Adds a plain member.
    pub async fn add(&self, conversation: ConversationId, user: UserId) -> Seq {
        self.event(conversation, user, EventBody::MemberAdded { user, role: Role::Member }).await
    }

    /// Ends a membership.
    pub async fn remove(&self, conversation: ConversationId, user: UserId) -> Seq {
        self.event(conversation, user, EventBody::MemberRemoved { user, reason: RemovalReason::Left }).await
    }

    /// Raises watermarks of a member, said by no device in particular.
    pub async fn mark(&self, conversation: ConversationId, user: UserId, delivered: Option<Seq>, read: Option<Seq>) -> Marked {
        let mark = Mark { conversation, user, device: DeviceId::from_raw(u64::from(u32::MAX)), delivered, read };
        match self.commit(mark).await {
            MarkOutcome::Marked(marked) => marked,
            refused => panic!("not marked: {refused:?}"),
        }
    }

    /// Marks as read up to a seq.
    pub async fn read(&self, conversation: ConversationId, user: UserId, seq: Seq) -> Marked {
        self.mark(conversation, user, None, Some(seq)).await
    }

    /// The head, as a user sees it.
    pub async fn head(&self, conversation: ConversationId, user: UserId) -> HeadRow {
        self.store.find_head(conversation, user).await.expect("a read").expect("a head")
    }

    /// The row of a user, former members too.
    pub async fn member(&self, conversation: ConversationId, user: UserId) -> MemberRow {
        self.head(conversation, user).await.member.expect("a member row")
    }

    /// Unread messages and mentions of a user.
    pub async fn counts(&self, conversation: ConversationId, user: UserId) -> (u64, u64) {
        let head = self.head(conversation, user).await;
        (head.unread, head.mentions)
    }

    /// The conversations among the heads of a user that changed.
    pub async fn changed_heads(&self, user: UserId, since: Position) -> Vec<ConversationId> {
        let heads = self.store.list_heads(user, Some(since)).await.expect("a read");
        heads.into_iter().map(|head| head.conversation.id).collect()
    }

    /// Everything that a log holds may be read under this.
    pub async fn readable(&self, conversation: ConversationId) -> Readable {
        let everything = Standing { intervals: vec![Interval::since(Seq(1))], ..Standing::stranger(UserId::from_raw(1)) };
        everything.readable(&self.facts(conversation).await)
    }

    /// All messages of a log.
    pub async fn messages(&self, conversation: ConversationId) -> Vec<FoldedMessage> {
        let readable = self.readable(conversation).await;
        self.store.list_messages(conversation, &readable, Seq(1), Seq(u64::from(u32::MAX)), false, 1000).await.expect("a read")
    }

    /// All raw events of a log.
    pub async fn events(&self, conversation: ConversationId) -> Vec<StoredEvent> {
        self.store.list_events(conversation, Seq::ZERO, Seq(u64::from(u32::MAX)), 1000).await.expect("a read")
    }
}

/// The events of an append that was taken.
pub fn appended(outcome: AppendOutcome) -> Vec<StoredEvent> {
    match outcome {
        AppendOutcome::Appended(stored) => stored,
        refused => panic!("not appended: {refused:?}"),
    }
}

/// A message.
pub fn message(text: &str, mentions: &[UserId]) -> EventBody {
    EventBody::Message { content: content(text, mentions), reply_to: None }
}

/// The content of a message.
pub fn content(text: &str, mentions: &[UserId]) -> Content {
    Content { text: Some(text.parse().expect("a valid text")), mentions: mentions.to_vec() }
}

/// The token digest of a device.
pub fn token(device: u64) -> TokenDigest {
    let mut digest = [7; 32];
    digest[..8].copy_from_slice(&device.to_be_bytes());
    digest
}

/// A send key with a digest.
pub fn keyed(key: &str, digest: u8) -> Option<KeyedSend> {
    Some(KeyedSend { key: key.parse().expect("a valid key"), digest: [digest; 16] })
}
