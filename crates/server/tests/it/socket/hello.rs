//! The first frame.

use std::time::Duration;

use parlor_protocol::{CloseCode, ErrorCode};
use parlor_test_support::{Heard, Node};
use serde_json::json;

#[tokio::test]
async fn a_socket_that_says_nothing_is_closed_after_the_time_for_hello() {
    let node = Node::builder().limits(|limits| limits.hello_timeout_ms = 300).start().await;
    let mut socket = node.socket().await;
    assert_eq!(socket.closed().await, CloseCode::Unauthenticated.number());
    parlor_test_support::until("the socket to be gone", || async { node.tally().sockets() == 0 }).await;
}

#[tokio::test]
async fn a_socket_that_falls_silent_is_closed_and_one_that_pings_is_not() {
    let node = Node::builder().limits(|limits| limits.dead_after_ms = 1_500).start().await;
    let mia = node.register("mia").await;
    let (mut silent, _) = mia.connect().await;
    let (mut alive, _) = mia.connect().await;
    let beating = tokio::spawn(async move {
        let mut beat = tokio::time::interval(Duration::from_millis(300));
        for _ in 0..8 {
            beat.tick().await;
            alive.done("ping", json!({})).await;
        }
        alive
    });
    assert_eq!(silent.closed().await, CloseCode::HeartbeatMissed.number());
    beating.await.unwrap().done("ping", json!({})).await;
}

#[tokio::test]
async fn a_wrong_token_is_answered_and_closed_to_stay_away() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    for token in ["", "parlor_", "x", &"x".repeat(3_000), "parlor_\u{7f}", &mia.token[1..]] {
        let mut socket = node.socket().await;
        assert_eq!(socket.hello(token, None).await.unwrap_err().code, ErrorCode::Unauthenticated, "{token:?}");
        assert_eq!(socket.closed().await, CloseCode::Unauthenticated.number(), "{token:?}");
    }
}

#[tokio::test]
async fn nothing_is_answered_before_hello() {
    let node = Node::start().await;
    let mut socket = node.socket().await;
    assert_eq!(socket.refused("server.get", json!({})).await, ErrorCode::Unauthenticated);
    assert_eq!(socket.closed().await, CloseCode::Unauthenticated.number());
    for frame in
        ["", "{", "[]", "null", "{\"id\":0}", "{\"id\":0,\"op\":\"hello\",\"args\":{}}", "{\"id\":0,\"op\":\"hello\",\"args\":{\"token\":1}}"]
    {
        let mut socket = node.socket().await;
        socket.send_text(frame).await;
        assert_eq!(socket.closed().await, CloseCode::InvalidFrame.number(), "{frame}");
    }
}

#[tokio::test]
async fn a_first_frame_stands_at_its_limit_and_not_one_past_it() {
    let node = Node::start().await;
    let frame = |bytes: usize| {
        let head = "{\"id\":0,\"op\":\"hello\",\"args\":{\"token\":\"";
        format!("{head}{}\"}}}}", "x".repeat(bytes - head.len() - 3))
    };
    for (bytes, code) in [(4_096, CloseCode::Unauthenticated.number()), (4_097, 1009)] {
        let text = frame(bytes);
        assert_eq!(text.len(), bytes);
        let mut socket = node.socket().await;
        socket.send_text(&text).await;
        assert_eq!(socket.closed().await, code, "{bytes}");
    }
}

#[tokio::test]
async fn hello_is_said_once() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let (mut socket, _) = mia.connect().await;
    assert_eq!(socket.hello(&mia.token, None).await.unwrap_err().code, ErrorCode::Conflict);
    socket.done("ping", json!({})).await;
}

#[tokio::test]
async fn questions_that_come_with_hello_wait_for_it() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let mut socket = node.socket().await;
    let hello = socket.send("hello", json!({ "token": mia.token })).await;
    let ping = socket.send("ping", json!({})).await;
    for id in [hello, ping] {
        match socket.hear().await {
            Heard::Answer(answer) => assert!(answer["id"] == id && answer.get("ok").is_some(), "{answer}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn g11_a_cursor_of_another_epoch_or_from_the_future_or_from_nowhere_means_a_fresh_snapshot() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    mia.direct(&mia).await;
    let (_, snapshot) = mia.connect().await;
    let cursor = snapshot["cursor"].as_str().unwrap();
    let (epoch, position) = cursor.split_once('.').unwrap();
    for bad in [format!("{epoch}1.{position}"), format!("{epoch}.ffffff"), "nonsense".to_owned(), String::new(), "ü.1".to_owned()] {
        let (_, snapshot) = mia.connect_from(Some(&bad)).await;
        assert_eq!((&snapshot["resumed"], snapshot["conversations"].as_array().map(Vec::len)), (&json!(false), Some(1)), "{bad}");
    }
    let (_, snapshot) = mia.connect_from(Some(cursor)).await;
    assert_eq!((&snapshot["resumed"], snapshot["conversations"].as_array().map(Vec::len)), (&json!(true), Some(0)));
}
