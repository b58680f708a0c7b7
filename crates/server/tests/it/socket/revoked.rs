//! G8: whatever ends a session closes its connections within a second, and nothing follows.

use std::time::{Duration, Instant};

use parlor_protocol::{CloseCode, ErrorCode};
use parlor_test_support::person::PASSWORD;
use parlor_test_support::{Heard, Node, Person, Socket, fresh_key};
use serde_json::json;

const WITHIN: Duration = Duration::from_secs(1);
const NEW_PASSWORD: &str = "entirely different words 93";

/// Somebody who is connected, and somebody who goes on writing to them.
struct Scene {
    node: Node,
    admin: Person,
    mia: Person,
    socket: Socket,
}

impl Scene {
    async fn set() -> Self {
        let node = Node::start().await;
        let (admin, mia) = (node.register("admin").await, node.register("mia").await);
        let (socket, _) = mia.connect().await;
        Self { node, admin, mia, socket }
    }

    /// The socket is closed within a second of `since` and the token is worth nothing any more.
    async fn assert_closed(&mut self, since: Instant) {
        assert_eq!(self.socket.closed().await, CloseCode::Revoked.number());
        assert!(since.elapsed() < WITHIN, "it took {:?}", since.elapsed());
        assert_eq!(self.mia.refused("account.get", json!({})).await, ErrorCode::Unauthenticated);
        let mut again = self.node.socket().await;
        assert_eq!(again.hello(&self.mia.token, None).await.unwrap_err().code, ErrorCode::Unauthenticated);
        assert_eq!(again.closed().await, CloseCode::Unauthenticated.number());
    }
}

#[tokio::test]
async fn g8_revoking_a_session_closes_its_socket() {
    let mut scene = Scene::set().await;
    let other = scene.mia.another_device(&scene.node).await;
    let (mut other_socket, _) = other.connect().await;
    let since = Instant::now();
    other.done("session.revoke", json!({ "device": scene.mia.device })).await;
    scene.assert_closed(since).await;
    other_socket.done("ping", json!({})).await;
}

#[tokio::test]
async fn g8_logging_out_closes_the_socket() {
    let mut scene = Scene::set().await;
    let since = Instant::now();
    scene.mia.done("session.delete", json!({})).await;
    scene.assert_closed(since).await;
}

#[tokio::test]
async fn g8_logging_out_over_the_socket_closes_it() {
    let mut scene = Scene::set().await;
    let since = Instant::now();
    scene.socket.done("session.delete", json!({})).await;
    scene.assert_closed(since).await;
}

#[tokio::test]
async fn g8_changing_the_password_closes_every_other_socket_and_not_ones_own() {
    let mut scene = Scene::set().await;
    let other = scene.mia.another_device(&scene.node).await;
    let (mut other_socket, _) = other.connect().await;
    let since = Instant::now();
    other_socket.done("account.change_password", json!({ "current": PASSWORD, "new": NEW_PASSWORD })).await;
    scene.assert_closed(since).await;
    other_socket.done("ping", json!({})).await;
}

#[tokio::test]
async fn g8_a_reset_password_closes_every_socket() {
    let mut scene = Scene::set().await;
    let since = Instant::now();
    scene.admin.done("admin.user.reset_password", json!({ "user": scene.mia.user, "password": NEW_PASSWORD })).await;
    scene.assert_closed(since).await;
}

#[tokio::test]
async fn g8_disabling_an_account_closes_its_sockets() {
    let mut scene = Scene::set().await;
    let since = Instant::now();
    scene.admin.done("admin.user.update", json!({ "user": scene.mia.user, "disabled": true })).await;
    scene.assert_closed(since).await;
}

#[tokio::test]
async fn g8_deleting_an_account_closes_its_sockets() {
    let mut scene = Scene::set().await;
    let since = Instant::now();
    scene.mia.done("account.delete", json!({ "password": PASSWORD })).await;
    scene.assert_closed(since).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g8_deleting_an_account_over_the_socket_is_answered_before_it_closes() {
    let mut scene = Scene::set().await;
    let since = Instant::now();
    scene.socket.done("account.delete", json!({ "password": PASSWORD })).await;
    scene.assert_closed(since).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g8_nothing_is_heard_after_a_revocation_although_others_go_on_writing() {
    let mut scene = Scene::set().await;
    let conversation = scene.admin.direct(&scene.mia).await;
    scene.admin.say(conversation, "before").await;
    scene.socket.event_named("message").await;
    let other = scene.mia.another_device(&scene.node).await;
    other.done("session.revoke", json!({ "device": scene.mia.device })).await;
    scene.admin.say(conversation, "after").await;
    loop {
        match scene.socket.hear().await {
            Heard::Closed(code) => break assert_eq!(code, CloseCode::Revoked.number()),
            Heard::Event(event) => assert_ne!(event["text"], "after", "heard after the revocation was acknowledged"),
            Heard::Answer(answer) => panic!("an answer to nothing: {answer}"),
        }
    }
}

#[tokio::test]
async fn g8_a_peer_that_takes_nothing_is_closed_all_the_same() {
    let node = Node::start().await;
    let (admin, mia) = (node.register("admin").await, node.register("mia").await);
    let conversation = admin.direct(&mia).await;
    let mut stuck = Socket::open_narrow(node.address()).await;
    stuck.hello(&mia.token, None).await.unwrap();
    let before = node.engine().hub().connections();
    let text = "x".repeat(16_000);
    // More than the kernel holds for a reader who does not read, less than the mailbox holds.
    for _ in 0..40 {
        admin.done("message.send", json!({ "conversation": conversation, "key": fresh_key(), "text": text })).await;
    }
    let since = Instant::now();
    admin.done("admin.user.update", json!({ "user": mia.user, "disabled": true })).await;
    parlor_test_support::until("the connection to be detached", || async { node.engine().hub().connections() < before }).await;
    assert!(since.elapsed() < WITHIN, "it took {:?}", since.elapsed());
    assert_eq!(stuck.closed().await, CloseCode::Revoked.number());
}

#[tokio::test]
async fn an_admin_who_is_demoted_loses_the_right_on_open_sockets_too() {
    let mut scene = Scene::set().await;
    scene.admin.done("admin.user.update", json!({ "user": scene.mia.user, "role": "admin" })).await;
    assert_eq!(scene.socket.closed().await, CloseCode::Resync.number());
    let (mut socket, _) = scene.mia.connect().await;
    socket.done("admin.figures", json!({})).await;
    scene.admin.done("admin.user.update", json!({ "user": scene.mia.user, "role": "member" })).await;
    assert_eq!(socket.closed().await, CloseCode::Resync.number());
    let (mut socket, _) = scene.mia.connect().await;
    assert_eq!(socket.refused("admin.figures", json!({})).await, ErrorCode::Forbidden);
}
