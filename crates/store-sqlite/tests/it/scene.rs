use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parlor_store::{Admission, Append, AppendOutcome, Commit, CreateConversation, CreateUser, KeyedSend, NewEvent, Store, StoredEvent, Write};
use parlor_store_sqlite::{OpenOptions, SqliteStore};
use parlor_types::event::Content;
use parlor_types::{
    ConversationId, ConversationKind, EventBody, EventId, HistoryVisibility, OsRandom, Retention, Role, RulesVersion, ServerRole, Timestamp, UserId,
};

/// A store in a folder that goes when this goes, with short ways to what tests need.
pub(crate) struct Scene {
    pub(crate) store: SqliteStore,
    ids: AtomicU64,
    folder: tempfile::TempDir,
}

pub(crate) fn options(path: &Path) -> OpenOptions {
    OpenOptions::new(path, Arc::new(OsRandom))
}

pub(crate) const AT: Timestamp = Timestamp::from_milliseconds(1_750_000_000_000);

impl Scene {
    pub(crate) fn new() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap())
    }

    /// The store in a folder, made when there is none.
    pub(crate) fn in_folder(folder: tempfile::TempDir) -> Self {
        Self::in_folder_with(folder, |_| {})
    }

    pub(crate) fn in_folder_with(folder: tempfile::TempDir, change: impl FnOnce(&mut OpenOptions)) -> Self {
        let mut options = options(&folder.path().join("parlor.db"));
        change(&mut options);
        let store = SqliteStore::open(options).unwrap();
        let position = store_horizon(&store);
        Self { store, ids: AtomicU64::new(1000 + 1000 * position), folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("parlor.db")
    }

    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Closes the store and opens it again.
    pub(crate) fn reopen(self) -> Self {
        Self::in_folder(self.close())
    }

    /// Closes the store and gives back the folder with its files.
    pub(crate) fn close(self) -> tempfile::TempDir {
        let Self { store, folder, .. } = self;
        drop(store);
        folder
    }

    pub(crate) fn id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) async fn commit<W: Commit>(&self, write: W) -> W::Outcome {
        let mut written = self.store.commit(vec![write.into_write()]).await.unwrap();
        assert_eq!(written.len(), 1);
        W::outcome(written.remove(0))
    }

    pub(crate) async fn user(&self, handle: &str) -> UserId {
        let id = UserId::from_raw(self.id());
        let create = CreateUser {
            id,
            handle: handle.parse().unwrap(),
            display_name: handle.parse().unwrap(),
            password_hash: "hash".to_owned(),
            role: ServerRole::Member,
            admission: Admission::Free,
            at: AT,
        };
        self.commit(create).await;
        id
    }

    pub(crate) async fn group(&self, members: &[UserId]) -> ConversationId {
        let create = self.new_group(members);
        let id = create.id;
        self.commit(create).await;
        id
    }

    pub(crate) fn new_group(&self, members: &[UserId]) -> CreateConversation {
        let id = ConversationId::from_raw(self.id());
        let created = EventBody::Created {
            kind: ConversationKind::Group,
            title: Some("A group".parse().unwrap()),
            description: None,
            history: HistoryVisibility::SinceJoined,
            retention: Retention::Forever,
        };
        let added = members
            .iter()
            .enumerate()
            .map(|(place, user)| EventBody::MemberAdded { user: *user, role: if place == 0 { Role::Owner } else { Role::Member } });
        let events = std::iter::once(created).chain(added).map(|body| NewEvent { id: EventId::from_raw(self.id()), body }).collect();
        CreateConversation { id, kind: ConversationKind::Group, direct: None, creator: members[0], key: None, at: AT, events }
    }

    pub(crate) async fn append(&self, conversation: ConversationId, sender: UserId, body: EventBody) -> StoredEvent {
        let expected = self.store.find_conversation(conversation).await.unwrap().unwrap().rules_version;
        let events = vec![NewEvent { id: EventId::from_raw(self.id()), body }];
        match self.commit(Append { conversation, expected, sender, at: AT, events, key: None, invite: None }).await {
            AppendOutcome::Appended(mut stored) => stored.remove(0),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn say(&self, conversation: ConversationId, sender: UserId, text: &str) -> StoredEvent {
        self.append(conversation, sender, message(text)).await
    }

    /// A send as clients make it.
    pub(crate) fn send(&self, conversation: ConversationId, expected: RulesVersion, sender: UserId, key: &str, text: &str) -> Append {
        let events = vec![NewEvent { id: EventId::from_raw(self.id()), body: message(text) }];
        let key = Some(KeyedSend { key: key.parse().unwrap(), digest: [text.len() as u8; 16] });
        Append { conversation, expected, sender, at: AT, events, key, invite: None }
    }
}

pub(crate) fn message(text: &str) -> EventBody {
    EventBody::Message { content: Content::text(text.parse().unwrap()), reply_to: None }
}

/// Ids of an opened store begin past all that it has.
fn store_horizon(store: &SqliteStore) -> u64 {
    let horizon = std::pin::pin!(store.horizon());
    match horizon.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(position) => position.unwrap().0,
        std::task::Poll::Pending => panic!("the horizon asks no disk"),
    }
}

/// Users, groups of all of them, and the writes that make both.
pub(crate) fn users_and_group(scene: &Scene, users: usize, groups: usize) -> (Vec<UserId>, Vec<ConversationId>, Vec<Write>) {
    let mut batch = Vec::new();
    let users: Vec<UserId> = (0..users).map(|_| UserId::from_raw(scene.id())).collect();
    for id in &users {
        let create = CreateUser {
            id: *id,
            handle: format!("user-{id}").parse().unwrap(),
            display_name: "Somebody".parse().unwrap(),
            password_hash: "hash".to_owned(),
            role: ServerRole::Member,
            admission: Admission::Free,
            at: AT,
        };
        batch.push(create.into_write());
    }
    let groups = (0..groups)
        .map(|_| {
            let create = scene.new_group(&users);
            let id = create.id;
            batch.push(create.into_write());
            id
        })
        .collect();
    (users, groups, batch)
}
