//! Server-sent events.

use std::time::{Duration, Instant};

use parlor_protocol::CloseCode;
use parlor_test_support::{Node, soon};
use serde_json::json;

use super::reader::EventStream;

#[tokio::test]
async fn the_snapshot_comes_first_and_events_follow_with_a_cursor_behind_them() {
    let node = Node::start().await;
    let (mia, bob) = (node.register("mia").await, node.register("bob").await);
    let conversation = mia.direct(&bob).await;
    let mut stream = EventStream::open(&bob, None).await;
    let first = stream.next().await.unwrap();
    assert_eq!((first.name.as_deref(), &first.data["resumed"]), (Some("snapshot"), &json!(false)));
    assert_eq!(first.data["conversations"][0]["id"], json!(conversation));
    let cursor = stream.named("cursor").await;
    assert_eq!(cursor.id.as_deref(), cursor.data["cursor"].as_str());

    let sent = mia.say(conversation, "hi").await;
    assert_eq!(stream.named("message").await.data["seq"], json!(sent.seq));
    let cursor = stream.named("cursor").await.id.unwrap();

    let sent = mia.say(conversation, "while nobody listens").await;
    drop(stream);
    let mut stream = EventStream::open(&bob, Some(&cursor)).await;
    assert_eq!(stream.next().await.unwrap().data["resumed"], true);
    assert_eq!(stream.named("message").await.data["seq"], json!(sent.seq), "what was there before the cursor does not come again");
}

#[tokio::test]
async fn the_last_event_id_is_a_cursor() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let mut stream = EventStream::open(&mia, None).await;
    let cursor = stream.named("cursor").await.id.unwrap();
    let request = mia.request("GET", "/v1/events").header("accept", "text/event-stream").header("last-event-id", cursor);
    let mut response = soon("the stream", request.send()).await.unwrap();
    let chunk = soon("the snapshot", response.chunk()).await.unwrap().unwrap();
    assert!(std::str::from_utf8(&chunk).unwrap().contains("\"resumed\":true"));
}

#[tokio::test]
async fn g8_a_revoked_session_ends_its_stream_within_a_second() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let other = mia.another_device(&node).await;
    let mut stream = EventStream::open(&mia, None).await;
    stream.named("cursor").await;
    let since = Instant::now();
    other.done("session.revoke", json!({ "device": mia.device })).await;
    let goodbye = stream.named("goodbye").await;
    assert_eq!(goodbye.data["code"], CloseCode::Revoked.number());
    assert_eq!(stream.next().await, None);
    assert!(since.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn fault_20_a_stopping_node_ends_its_streams_with_a_goodbye() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let mut stream = EventStream::open(&mia, None).await;
    stream.named("cursor").await;
    let stopping = tokio::spawn(node.stop());
    assert_eq!(stream.named("goodbye").await.data["code"], CloseCode::ServerStopping.number());
    assert_eq!(stream.next().await, None);
    stopping.await.unwrap();
}

#[tokio::test]
async fn a_stream_that_is_dropped_is_detached() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let mut stream = EventStream::open(&mia, None).await;
    stream.named("cursor").await;
    assert_eq!(node.engine().hub().connections(), 1);
    drop(stream);
    // The node notices when it has something to say.
    let alone = mia.direct(&mia).await;
    parlor_test_support::until("the stream to be detached", || async {
        mia.say(alone, "hello?").await;
        node.engine().hub().connections() == 0
    })
    .await;
}
