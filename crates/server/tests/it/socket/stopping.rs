//! A node that stops tells its clients when to come back, and they miss nothing.

use parlor_protocol::CloseCode;
use parlor_test_support::{Heard, Node};
use serde_json::json;

#[tokio::test]
async fn fault_20_a_stopping_node_says_goodbye_with_a_spread_and_its_clients_resume_on_the_next() {
    let node = Node::start().await;
    let (mia, bob) = (node.register("mia").await, node.register("bob").await);
    let conversation = mia.direct(&bob).await;
    let (mut socket, snapshot) = bob.connect().await;
    let mut nameless = node.socket().await;
    let builder = node.stop().await;

    let goodbye = socket.event_named("goodbye").await;
    assert_eq!(goodbye["code"], json!(CloseCode::ServerStopping.number()));
    let [earliest, latest] = [&goodbye["reconnect_after_ms"][0], &goodbye["reconnect_after_ms"][1]].map(|wait| wait.as_u64().unwrap());
    assert!(earliest < latest && latest >= 10_000, "{goodbye}");
    assert_eq!(socket.closed().await, CloseCode::ServerStopping.number());
    assert_eq!(nameless.closed().await, CloseCode::ServerStopping.number());

    let node = builder.start().await;
    let (mia, bob) = (mia.at(&node), bob.at(&node));
    mia.say(conversation, "while you were away").await;
    let (mut socket, snapshot) = bob.connect_from(snapshot["cursor"].as_str()).await;
    assert_eq!(snapshot["resumed"], true);
    assert_eq!(socket.event_named("message").await["text"], "while you were away");
    assert!(matches!(socket.hear().await, Heard::Event(event) if event["event"] == "cursor"));
}
