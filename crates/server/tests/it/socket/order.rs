//! G3 on one connection: what is sent without waiting for answers keeps its order.

use parlor_test_support::{Heard, Node};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g3_sends_into_one_conversation_without_waiting_keep_their_order() {
    let node = Node::start().await;
    let (mia, bob) = (node.register("mia").await, node.register("bob").await);
    let conversations = [mia.direct(&bob).await, mia.direct(&mia).await, mia.group(&[&bob]).await];
    let (mut socket, _) = mia.connect().await;
    const EACH: usize = 100;
    let mut asked = std::collections::HashMap::new();
    for number in 0..EACH {
        for conversation in conversations {
            let key = format!("order-{conversation}-{number}");
            let id = socket.send("message.send", json!({ "conversation": conversation, "key": key, "text": number.to_string() })).await;
            asked.insert(id, (conversation, number));
        }
    }
    let mut seqs = std::collections::HashMap::new();
    while seqs.len() < asked.len() {
        if let Heard::Answer(answer) = socket.hear().await {
            let seq = answer["ok"]["seq"].as_u64().unwrap_or_else(|| panic!("{answer}"));
            seqs.insert(asked[&answer["id"].as_u64().unwrap()], seq);
        }
    }
    for conversation in conversations {
        let in_order: Vec<u64> = (0..EACH).map(|number| seqs[&(conversation, number)]).collect();
        assert!(in_order.windows(2).all(|pair| pair[0] < pair[1]), "{in_order:?}");
    }
}
