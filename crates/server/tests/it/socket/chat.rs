//! Two people write to each other.

use parlor_test_support::{Node, fresh_key};
use serde_json::json;

#[tokio::test]
async fn a_message_reaches_the_other_one_and_its_receipts_come_back() {
    let node = Node::start().await;
    let (mia, bob) = (node.register("mia").await, node.register("bob").await);
    let conversation = mia.direct(&bob).await;
    let (mut mia_socket, snapshot) = mia.connect().await;
    assert_eq!(snapshot["conversations"][0]["id"], json!(conversation));
    let (mut bob_socket, _) = bob.connect().await;

    let sent = mia_socket.done("message.send", json!({ "conversation": conversation, "key": fresh_key(), "text": "hi" })).await;
    let event = bob_socket.event_named("message").await;
    assert_eq!((&event["seq"], &event["text"], &event["sender"]), (&sent["seq"], &json!("hi"), &json!(mia.user)));
    assert_eq!(mia_socket.event_named("message").await["seq"], sent["seq"], "the sender's own connection hears it too");

    let state = bob_socket.done("receipt.update", json!({ "conversation": conversation, "read": sent["seq"] })).await;
    assert_eq!((&state["unread"], &state["delivered"]), (&json!(0), &sent["seq"]));
    let receipt = mia_socket.event_named("receipt").await;
    assert_eq!((&receipt["user"], &receipt["read"]), (&json!(bob.user), &sent["seq"]));
    assert_eq!(bob_socket.event_named("read_state").await["read"], sent["seq"]);
}

#[tokio::test]
async fn every_operation_answers_over_both_transports_alike() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let (mut socket, _) = mia.connect().await;
    for operation in
        ["account.get", "session.list", "contact.list", "block.list", "conversation.list", "channel.list", "admin.user.list", "server.get", "ping"]
    {
        let over_rest = mia.done(operation, json!({})).await;
        assert_eq!(socket.done(operation, json!({})).await, over_rest, "{operation}");
    }
}
