//! Too much of anything: refused first, closed when it goes on.

use parlor_protocol::{CloseCode, ErrorCode};
use parlor_server::config::Rate;
use parlor_test_support::{Heard, Node, Socket};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn g9_a_flooding_socket_is_told_to_wait_and_closed_when_it_goes_on() {
    let node = Node::builder().rates(|rates| rates.silent = Rate { per_minute: 60, burst: 20 }).start().await;
    let mia = node.register("mia").await;
    let bob = node.register("bob").await;
    let (mut flooding, _) = mia.connect().await;
    let (mut calm, _) = bob.connect().await;
    for _ in 0..1_000 {
        flooding.send("ping", json!({})).await;
    }
    let (mut granted, mut told) = (0, 0);
    let code = loop {
        match flooding.hear().await {
            Heard::Answer(answer) if answer.get("ok").is_some() => granted += 1,
            Heard::Answer(answer) => {
                assert_eq!(answer["error"]["code"], "rate_limited");
                assert!(answer["error"]["retry_after_ms"].as_u64().is_some_and(|wait| wait > 0), "{answer}");
                told += 1;
            }
            Heard::Event(_) => {}
            Heard::Closed(code) => break code,
        }
    };
    assert_eq!(code, CloseCode::Flood.number());
    assert!(granted <= 25, "{granted} were granted");
    assert!(told >= 100, "{told} were told to wait before the close");
    calm.done("ping", json!({})).await;
}

#[tokio::test]
async fn abuse_6_floods_of_pings_and_of_frames_that_cannot_be_read_are_closed() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let floods =
        [Message::Ping(vec![7; 125].into()), Message::Pong(vec![].into()), Message::text(""), Message::text("{\"id\":1,\"op\":\"nonsense\"}")];
    for message in floods {
        let (mut socket, _) = mia.connect().await;
        for _ in 0..1_000 {
            socket.send_message(message.clone()).await;
        }
        assert_eq!(socket.closed().await, CloseCode::Flood.number(), "{message:?}");
    }
    // Who has not said hello gets no more.
    for message in [Message::Ping(vec![7; 125].into()), Message::Pong(vec![].into())] {
        let mut socket = Socket::open(node.address()).await;
        for _ in 0..1_000 {
            socket.send_message(message.clone()).await;
        }
        assert_eq!(socket.closed().await, CloseCode::Flood.number(), "{message:?} before hello");
    }
}

#[tokio::test]
async fn abuse_6_a_flood_before_hello_is_closed_too() {
    let node = Node::start().await;
    let mut socket = node.socket().await;
    for _ in 0..1_000 {
        socket.send_message(Message::Ping(vec![7; 125].into())).await;
    }
    assert_eq!(socket.closed().await, CloseCode::Flood.number());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connects_and_drops_leave_nothing_behind() {
    let node = Node::builder().in_memory().start().await;
    let mia = node.register("mia").await;
    for round in 0..40 {
        let mut sockets = Vec::new();
        for place in 0..25 {
            if place % 2 == 0 {
                sockets.push(mia.connect().await.0);
            } else {
                sockets.push(Socket::open(node.address()).await);
            }
        }
        drop(sockets);
        if round == 0 {
            assert_eq!(mia.refused("message.list", json!({ "conversation": "12" })).await, ErrorCode::NotFound);
        }
    }
    parlor_test_support::until("every socket to be gone", || async { node.tally().sockets() == 0 && node.engine().hub().connections() == 0 }).await;
}
