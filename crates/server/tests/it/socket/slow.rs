//! G9: who does not keep up is closed with a code to resume from, nobody else notices, and nothing is missing afterwards.

use std::collections::BTreeSet;

use parlor_protocol::CloseCode;
use parlor_test_support::{Heard, Node, Person, Socket, fresh_key};
use parlor_types::ConversationId;
use serde_json::{Value, json};

/// 300 messages of 16 KB: more than the kernel and a mailbox of 1 MiB hold together.
const MESSAGES: u64 = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g9_a_slow_reader_is_closed_and_resumes_without_a_hole_while_others_hear_everything() {
    let node = Node::builder().limits(|limits| limits.resume_events_max = 1_000).start().await;
    let (mia, bob, eve) = (node.register("mia").await, node.register("bob").await, node.register("eve").await);
    let group = mia.group(&[&bob, &eve]).await;

    let mut slow = Socket::open_narrow(node.address()).await;
    let snapshot = slow.hello(&bob.token, None).await.unwrap();
    let (mut quick, _) = eve.connect().await;
    let hearing = tokio::spawn(async move {
        let mut heard = Vec::new();
        while heard.len() < MESSAGES as usize {
            heard.push(quick.event_named("message").await["seq"].as_u64().unwrap());
        }
        heard
    });

    let text = "x".repeat(16_000);
    let mut sent = BTreeSet::new();
    for _ in 0..MESSAGES {
        let answer = mia.done("message.send", json!({ "conversation": group, "key": fresh_key(), "text": text })).await;
        sent.insert(answer["seq"].as_u64().unwrap());
    }
    let heard = hearing.await.unwrap();
    assert_eq!(heard, sent.iter().copied().collect::<Vec<_>>(), "the quick reader heard everything, in order");

    let mut cursor = snapshot["cursor"].as_str().unwrap().to_owned();
    let mut seen = BTreeSet::new();
    let code = drain(&mut slow, &mut seen, &mut cursor).await;
    assert_eq!(code, CloseCode::SlowConsumer.number());
    assert!(seen.len() < MESSAGES as usize, "the test must make the reader slow enough");
    let first_missing = sent.iter().find(|seq| !seen.contains(seq)).unwrap();
    assert!(seen.iter().all(|seq| seq < first_missing), "what was heard before the close has no hole");

    let (mut again, snapshot) = bob.connect_from(Some(&cursor)).await;
    assert_eq!(snapshot["resumed"], true);
    // What is more than a resume sends is named by a gap, and fetched by pages.
    while seen.len() < MESSAGES as usize {
        match again.hear().await {
            Heard::Event(event) if event["event"] == "message" => drop(seen.insert(event["seq"].as_u64().unwrap())),
            Heard::Event(event) if event["event"] == "gap" => fetch(&bob, &group, &mut seen).await,
            Heard::Event(_) | Heard::Answer(_) => {}
            Heard::Closed(code) => panic!("closed with {code}"),
        }
    }
    assert_eq!(seen, sent);
}

/// Everything after what was seen without a hole.
async fn fetch(person: &Person, conversation: &ConversationId, seen: &mut BTreeSet<u64>) {
    let mut after = seen.iter().next_back().copied().unwrap_or_default();
    loop {
        let page = person.done("event.list", json!({ "conversation": conversation, "after": after })).await;
        let events = page["events"].as_array().unwrap().iter().filter(|event| event["event"] == "message");
        seen.extend(events.map(|event| event["seq"].as_u64().unwrap()));
        after = page["through"].as_u64().unwrap();
        if page["more"] == false {
            return;
        }
    }
}

async fn drain(socket: &mut Socket, seen: &mut BTreeSet<u64>, cursor: &mut String) -> u16 {
    loop {
        match socket.hear().await {
            Heard::Event(event) if event["event"] == "message" => drop(seen.insert(event["seq"].as_u64().unwrap())),
            Heard::Event(event) if event["event"] == "cursor" => event["cursor"].as_str().unwrap().clone_into(cursor),
            Heard::Event(_) | Heard::Answer(_) => {}
            Heard::Closed(code) => return code,
        }
    }
}

#[tokio::test]
async fn g9_who_asks_much_and_reads_nothing_is_closed_and_what_waits_stays_bounded() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let alone = mia.direct(&mia).await;
    for _ in 0..60 {
        mia.say(alone, &"y".repeat(16_000)).await;
    }
    let mut greedy = Socket::open_narrow(node.address()).await;
    greedy.hello(&mia.token, None).await.unwrap();
    // Each answer is as large as a page may be: several hundred kilobytes.
    for _ in 0..200 {
        greedy.send("message.list", json!({ "conversation": alone, "limit": 200 })).await;
    }
    // One answer is made at a time and only while there is room, so a page is never a reason to close: all come, one after the other.
    for _ in 0..200 {
        match greedy.hear().await {
            Heard::Answer(answer) => assert!(answer["ok"]["messages"].as_array().is_some_and(|messages| messages.len() >= 10), "{answer}"),
            other => panic!("{other:?}"),
        }
    }
    let (mut other, _) = mia.connect().await;
    assert_eq!(other.done("ping", json!({})).await, Value::Object(serde_json::Map::new()));
}
