//! Somebody with an account.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};

use parlor_protocol::operations::Sent;
use parlor_types::{ConversationId, DeviceId, UserId};
use serde_json::{Value, json};

use crate::node::Node;
use crate::rest::Rest;
use crate::socket::Socket;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple 27";

/// A user on one device. Asks over REST by itself: see [`Rest`].
#[derive(Clone)]
pub struct Person {
    /// Who.
    pub user: UserId,
    /// On which device.
    pub device: DeviceId,
    /// The unique name.
    pub handle: String,
    /// The token of this device.
    pub token: String,
    rest: Rest,
    address: SocketAddr,
}

/// A key for a send that no other send of this process has.
pub fn fresh_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("test-key-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Person {
    pub(crate) async fn register(node: &Node, handle: &str, password: &str) -> Self {
        let session = node.anonymous().done("account.register", json!({ "handle": handle, "password": password })).await;
        Self::of(node, handle, &session)
    }

    /// Another device of the same user.
    pub async fn another_device(&self, node: &Node) -> Self {
        let session = node.anonymous().done("session.create", json!({ "handle": self.handle, "password": PASSWORD })).await;
        Self::of(node, &self.handle, &session)
    }

    /// The same device at a node that was started again.
    #[must_use]
    pub fn at(&self, node: &Node) -> Self {
        Self { rest: node.with_token(&self.token), address: node.address(), ..self.clone() }
    }

    fn of(node: &Node, handle: &str, session: &Value) -> Self {
        let text = |pointer: &str| session.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {session}"));
        let token = text("/token").to_owned();
        Self {
            user: text("/account/user/id").parse().expect("an id"),
            device: text("/device").parse().expect("an id"),
            handle: handle.to_owned(),
            rest: node.with_token(&token),
            token,
            address: node.address(),
        }
    }

    /// A socket after a good `hello`, with the snapshot.
    pub async fn connect(&self) -> (Socket, Value) {
        self.connect_from(None).await
    }

    /// A socket after a good `hello` with this cursor, with the snapshot.
    pub async fn connect_from(&self, cursor: Option<&str>) -> (Socket, Value) {
        let mut socket = Socket::open(self.address).await;
        let snapshot = socket.hello(&self.token, cursor).await.unwrap_or_else(|problem| panic!("hello was refused: {problem}"));
        (socket, snapshot)
    }

    /// The direct conversation with somebody.
    pub async fn direct(&self, other: &Self) -> ConversationId {
        conversation_of(&self.done("conversation.open_direct", json!({ "user": other.user })).await)
    }

    /// A new group of which this one is the owner.
    pub async fn group(&self, members: &[&Self]) -> ConversationId {
        self.create("group", members).await
    }

    /// A new channel of which this one is the owner.
    pub async fn channel(&self, members: &[&Self]) -> ConversationId {
        self.create("channel", members).await
    }

    async fn create(&self, kind: &str, members: &[&Self]) -> ConversationId {
        let members: Vec<UserId> = members.iter().map(|member| member.user).collect();
        let args = json!({ "key": fresh_key(), "kind": kind, "title": format!("{}'s {kind}", self.handle), "members": members });
        conversation_of(&self.done("conversation.create", args).await)
    }

    /// Writes something.
    pub async fn say(&self, conversation: ConversationId, text: &str) -> Sent {
        let sent = self.done("message.send", json!({ "conversation": conversation, "key": fresh_key(), "text": text })).await;
        serde_json::from_value(sent).expect("an answer to a send")
    }
}

impl Deref for Person {
    type Target = Rest;

    fn deref(&self) -> &Rest {
        &self.rest
    }
}

fn conversation_of(details: &Value) -> ConversationId {
    let id = details.pointer("/head/id").and_then(Value::as_str).unwrap_or_else(|| panic!("no head in {details}"));
    id.parse().expect("an id")
}
