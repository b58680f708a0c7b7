//! The long poll.

use std::time::{Duration, Instant};

use parlor_protocol::ErrorCode;
use parlor_test_support::{Node, Person};
use serde_json::{Value, json};

pub(super) async fn poll(person: &Person, cursor: Option<&str>, wait: u32) -> Value {
    let cursor = cursor.map(|cursor| format!("cursor={cursor}&")).unwrap_or_default();
    let answer = person.send_raw("GET", &format!("/v1/events?{cursor}wait={wait}"), None).await;
    answer.outcome().unwrap_or_else(|problem| panic!("the poll was refused: {problem}"))
}

#[tokio::test]
async fn without_a_cursor_the_snapshot_comes_at_once_and_with_one_only_what_followed() {
    let node = Node::start().await;
    let (mia, bob) = (node.register("mia").await, node.register("bob").await);
    let conversation = mia.direct(&bob).await;
    let first = poll(&bob, None, 20).await;
    assert_eq!((&first["snapshot"]["resumed"], &first["events"]), (&json!(false), &json!([])));
    let sent = mia.say(conversation, "hi").await;
    let second = poll(&bob, first["cursor"].as_str(), 20).await;
    assert_eq!(second["snapshot"]["conversations"][0]["unread"], 1);
    assert_eq!(second["events"][0]["seq"], json!(sent.seq));
    let third = poll(&bob, second["cursor"].as_str(), 0).await;
    assert_eq!((third.get("snapshot"), &third["events"]), (None, &json!([])));
    assert_eq!(third["cursor"], second["cursor"]);
}

#[tokio::test]
async fn a_poll_waits_for_news_and_answers_when_they_come() {
    let node = Node::start().await;
    let (mia, bob) = (node.register("mia").await, node.register("bob").await);
    let conversation = mia.direct(&bob).await;
    let cursor = poll(&bob, None, 0).await["cursor"].as_str().unwrap().to_owned();
    let waiting = tokio::spawn(async move { poll(&bob, Some(&cursor), 20).await });
    parlor_test_support::until("the poll to wait", || async { node.engine().hub().connections() == 1 }).await;
    let since = Instant::now();
    let sent = mia.say(conversation, "hi").await;
    let answer = waiting.await.unwrap();
    assert!(since.elapsed() < Duration::from_secs(2));
    let news: Vec<&Value> = answer["events"].as_array().unwrap().iter().filter(|event| event["event"] == "message").collect();
    assert_eq!(news.len(), 1);
    assert_eq!(news[0]["seq"], json!(sent.seq));
    parlor_test_support::until("the poll to be detached", || async { node.engine().hub().connections() == 0 }).await;
}

#[tokio::test]
async fn a_poll_that_is_given_up_is_detached() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let cursor = poll(&mia, None, 0).await["cursor"].as_str().unwrap().to_owned();
    let waiting = tokio::spawn(async move { poll(&mia, Some(&cursor), 50).await });
    parlor_test_support::until("the poll to wait", || async { node.engine().hub().connections() == 1 }).await;
    waiting.abort();
    parlor_test_support::until("the poll to be detached", || async { node.engine().hub().connections() == 0 }).await;
}

#[tokio::test]
async fn g8_a_revoked_session_ends_its_poll() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let other = mia.another_device(&node).await;
    let cursor = poll(&mia, None, 0).await["cursor"].as_str().unwrap().to_owned();
    let device = mia.device;
    let waiting = tokio::spawn(async move { mia.send_raw("GET", &format!("/v1/events?cursor={cursor}&wait=50"), None).await });
    parlor_test_support::until("the poll to wait", || async { node.engine().hub().connections() == 1 }).await;
    let since = Instant::now();
    other.done("session.revoke", json!({ "device": device })).await;
    assert_eq!(waiting.await.unwrap().problem().code, ErrorCode::Unauthenticated);
    assert!(since.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn the_time_to_wait_stands_at_its_limit_and_not_one_past_it() {
    let node = Node::builder().limits(|limits| limits.long_poll_seconds_max = 1).start().await;
    let mia = node.register("mia").await;
    let cursor = poll(&mia, None, 1).await["cursor"].as_str().unwrap().to_owned();
    let since = Instant::now();
    poll(&mia, Some(&cursor), 1).await;
    assert!(since.elapsed() >= Duration::from_secs(1));
    for query in ["wait=2", "wait=-1", "wait=x", "wait=1&wait=1", "colour=1", "cursor=a&cursor=b"] {
        let refused = mia.send_raw("GET", &format!("/v1/events?{query}"), None).await;
        assert_eq!((refused.status, refused.problem().code), (400, ErrorCode::InvalidRequest), "{query}");
    }
    assert_eq!(node.anonymous().send_raw("GET", "/v1/events", None).await.status, 401);
    // A cursor that nobody gave out means a fresh start, as over the socket.
    assert_eq!(poll(&mia, Some("nonsense"), 1).await["snapshot"]["resumed"], false);
}
