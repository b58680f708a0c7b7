//! Frames that are not as they should be.

use parlor_protocol::ErrorCode;
use parlor_test_support::{Heard, Node, fresh_key};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_frame_that_cannot_be_read_is_answered_and_the_connection_goes_on() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let (mut socket, _) = mia.connect().await;
    let cases = [
        ("", Value::Null, "invalid_request"),
        ("nonsense", Value::Null, "invalid_request"),
        ("[]", Value::Null, "invalid_request"),
        ("[7,\"ping\",{}]", Value::Null, "invalid_request"),
        ("{\"id\":-1,\"op\":\"ping\"}", Value::Null, "invalid_request"),
        ("{\"id\":1e400,\"op\":\"ping\"}", Value::Null, "invalid_request"),
        ("{\"op\":\"ping\"}", Value::Null, "invalid_request"),
        ("{\"id\":7}", json!(7), "invalid_request"),
        ("{\"id\":7,\"op\":7}", json!(7), "invalid_request"),
        ("{\"id\":7,\"op\":\"ping\",\"colour\":1}", json!(7), "invalid_request"),
        ("{\"id\":7,\"op\":\"ping\",\"op\":\"ping\"}", json!(7), "invalid_request"),
        ("{\"id\":7,\"op\":\"ping\",\"args\":[]}", json!(7), "invalid_request"),
        ("{\"id\":7,\"op\":\"ping\",\"args\":{\"colour\":1}}", json!(7), "invalid_request"),
        ("{\"id\":7,\"op\":\"ping\",\"args\":{}} {}", Value::Null, "invalid_request"),
        ("{\"id\":7,\"op\":\"pingg\"}", json!(7), "unknown_operation"),
        ("{\"id\":7,\"op\":\"\\ud800\"}", json!(7), "invalid_request"),
    ];
    for (frame, id, code) in cases {
        socket.send_text(frame).await;
        match socket.hear().await {
            Heard::Answer(answer) => assert_eq!((&answer["id"], &answer["error"]["code"]), (&id, &json!(code)), "{frame} was answered {answer}"),
            other => panic!("{frame}: {other:?}"),
        }
    }
    socket.done("ping", json!({})).await;
}

#[tokio::test]
async fn a_frame_stands_at_its_limit_and_not_one_past_it() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let frame = |bytes: usize| {
        let head = "{\"id\":5,\"op\":\"ping\",\"args\":{}}";
        format!("{}{head}", " ".repeat(bytes - head.len()))
    };
    let (mut socket, _) = mia.connect().await;
    socket.send_text(&frame(65_536)).await;
    assert!(matches!(socket.hear().await, Heard::Answer(answer) if answer.get("ok").is_some()));
    socket.send_text(&frame(65_537)).await;
    assert_eq!(socket.closed().await, 1009);
}

#[tokio::test]
async fn depth_stands_at_its_limit_and_not_one_past_it() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let (mut socket, _) = mia.connect().await;
    // The arguments' object is the first level.
    let args = |depth: usize| format!("{{\"nested\":{}1{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    for (depth, words) in [(32, "unknown field `nested`"), (33, "nests deeper than 32 levels"), (60_000 / 2, "nests deeper than 32 levels")] {
        socket.send_text(&format!("{{\"id\":1,\"op\":\"ping\",\"args\":{}}}", args(depth))).await;
        let Heard::Answer(answer) = socket.hear().await else { panic!("no answer at {depth}") };
        assert!(answer["error"]["message"].as_str().is_some_and(|message| message.contains(words)), "{depth}: {answer}");
        let body = mia.send_raw("POST", "/v1/ping", Some(args(depth))).await;
        assert_eq!(body.problem().code, ErrorCode::InvalidRequest);
        assert!(body.problem().message.contains(words), "{depth}: {}", body.text);
    }
}

#[tokio::test]
async fn abuse_2_wrong_framing_is_closed_with_the_code_of_the_rfc() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let (mut socket, _) = mia.connect().await;
    socket.send_message(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(socket.closed().await, 1003);
    let (mut socket, _) = mia.connect().await;
    let raw = [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe];
    tokio::io::AsyncWriteExt::write_all(socket.stream().get_mut(), &raw).await.unwrap();
    assert_eq!(socket.closed().await, 1007);
}

#[tokio::test]
async fn a_close_is_answered_with_the_same_code() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let (mut socket, _) = mia.connect().await;
    let frame = tokio_tungstenite::tungstenite::protocol::CloseFrame { code: 1000.into(), reason: "bye".into() };
    socket.send_message(Message::Close(Some(frame))).await;
    assert_eq!(socket.closed().await, 1000);
    parlor_test_support::until("the socket to be gone", || async { node.tally().sockets() == 0 }).await;
}

#[tokio::test]
async fn g2_a_send_that_is_tried_again_over_another_transport_gives_the_first_answer() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let alone = mia.direct(&mia).await;
    let (mut socket, _) = mia.connect().await;
    let args = json!({ "conversation": alone, "key": fresh_key(), "text": "once" });
    let first = socket.done("message.send", args.clone()).await;
    assert_eq!(mia.done("message.send", args.clone()).await, first);
    let mut other = args;
    other["text"] = json!("twice");
    assert_eq!(mia.refused("message.send", other.clone()).await, ErrorCode::KeyReused);
    assert_eq!(socket.refused("message.send", other).await, ErrorCode::KeyReused);
}
