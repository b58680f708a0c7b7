//! G4: a client that changes between all transports, at any moment and without a word, misses nothing.

use std::collections::BTreeMap;

use parlor_test_support::{Heard, Node, Person, fresh_key};
use serde_json::{Value, json};

use super::poll::poll;
use super::reader::EventStream;

/// A device with what it has heard: the seqs of each conversation, and its cursor.
#[derive(Default)]
struct Device {
    cursor: Option<String>,
    seen: BTreeMap<String, Vec<u64>>,
    repeated: usize,
}

impl Device {
    /// Takes one event or snapshot, and proves that nothing was skipped: whatever is new follows on what was seen.
    fn take(&mut self, event: &Value) {
        if let Some(cursor) = event["cursor"].as_str() {
            self.cursor = Some(cursor.to_owned());
        }
        let (Some(conversation), Some(seq)) = (event["conversation"].as_str(), event["seq"].as_u64()) else { return };
        let seen = self.seen.entry(conversation.to_owned()).or_default();
        match seen.last() {
            Some(last) if seq <= *last => self.repeated += 1,
            Some(last) => {
                assert_eq!(seq, last + 1, "a hole in {conversation}");
                seen.push(seq);
            }
            None => seen.push(seq),
        }
    }

    fn count(&self) -> usize {
        self.seen.values().map(Vec::len).sum()
    }
}

/// How many events are heard over one transport before it is cut: also none, so that a cut in the middle of catching up is among them.
async fn over_socket(person: &Person, device: &mut Device, events: usize) {
    let (mut socket, snapshot) = person.connect_from(device.cursor.as_deref()).await;
    assert!(device.cursor.is_none() || snapshot["resumed"] == true);
    device.take(&snapshot);
    let goal = device.count() + events;
    while device.count() < goal {
        let Heard::Event(event) = socket.hear().await else { panic!("the socket was closed") };
        device.take(&event);
    }
    socket.cut();
}

async fn over_stream(person: &Person, device: &mut Device, events: usize) {
    let mut stream = EventStream::open(person, device.cursor.as_deref()).await;
    let goal = device.count() + events;
    while device.count() < goal {
        let event = stream.next().await.expect("the stream goes on");
        // A client of event streams keeps what the `id` lines say.
        match event.id {
            Some(id) => device.cursor = Some(id),
            None if event.name.is_none() => device.take(&event.data),
            None => {}
        }
    }
}

async fn over_poll(person: &Person, device: &mut Device, events: usize) {
    let goal = device.count() + events;
    while device.count() < goal {
        let answer = poll(person, device.cursor.as_deref(), 20).await;
        answer["events"].as_array().unwrap().iter().for_each(|event| device.take(event));
        device.cursor = answer["cursor"].as_str().map(str::to_owned);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g4_changing_transports_in_mid_stream_loses_nothing() {
    const MESSAGES: usize = 600;
    let node = Node::builder().limits(|limits| limits.resume_events_max = 1_000).start().await;
    let (mia, bob, eve) = (node.register("mia").await, node.register("bob").await, node.register("eve").await);
    let conversations = [mia.group(&[&bob, &eve]).await, mia.direct(&bob).await, eve.group(&[&bob]).await];
    // Where the device starts: it has seen what there is.
    let mut device = Device::default();
    let (_, snapshot) = bob.connect().await;
    device.take(&snapshot);
    for head in snapshot["conversations"].as_array().unwrap() {
        device.seen.insert(head["id"].as_str().unwrap().to_owned(), vec![head["last_seq"].as_u64().unwrap()]);
    }

    let writing = tokio::spawn({
        let (mia, eve) = (mia.clone(), eve.clone());
        async move {
            for number in 0..MESSAGES {
                let (writer, conversation) = match number % 3 {
                    0 => (&mia, conversations[0]),
                    1 => (&mia, conversations[1]),
                    _ => (&eve, conversations[2]),
                };
                writer.done("message.send", json!({ "conversation": conversation, "key": fresh_key(), "text": number.to_string() })).await;
            }
        }
    });
    let goal = device.count() + MESSAGES;
    let mut round = 0;
    while device.count() < goal {
        // None means: cut right behind the snapshot, while what was missed is on its way. Eight and three have no common factor, so each transport meets each.
        let events = [0, 3, 1, 9, 0, 17, 2, 0][round % 8].min(goal - device.count());
        match round % 3 {
            0 => over_socket(&bob, &mut device, events).await,
            1 => over_stream(&bob, &mut device, events).await,
            _ => over_poll(&bob, &mut device, events).await,
        }
        round += 1;
    }
    writing.await.unwrap();
    assert!(round > 30, "only {round} changes: the test must cut more often");
    for conversation in conversations {
        let head = bob.done("conversation.get", json!({ "conversation": conversation })).await;
        assert_eq!(device.seen[&conversation.to_string()].last(), head["head"]["last_seq"].as_u64().as_ref(), "{conversation}");
    }
}

#[tokio::test]
async fn g4_a_cursor_of_one_transport_is_good_for_every_other() {
    let node = Node::start().await;
    let (mia, bob) = (node.register("mia").await, node.register("bob").await);
    let conversation = mia.direct(&bob).await;
    let mut device = Device::default();
    let (mut socket, snapshot) = bob.connect().await;
    device.take(&snapshot);
    for transport in 0..9 {
        let sent = mia.say(conversation, "next").await;
        match transport % 3 {
            0 => over_socket(&bob, &mut device, 1).await,
            1 => over_stream(&bob, &mut device, 1).await,
            _ => over_poll(&bob, &mut device, 1).await,
        }
        assert_eq!(device.seen[&conversation.to_string()].last(), Some(&sent.seq.0));
    }
    // A connection that stays open all the while hears each exactly once.
    let mut seqs = Vec::new();
    while seqs.len() < 9 {
        seqs.push(socket.event_named("message").await["seq"].as_u64().unwrap());
    }
    assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "{seqs:?}");
}

#[tokio::test]
async fn g4_an_idle_connections_cursor_makes_a_resume_cheap() {
    let node = Node::start().await;
    let (mia, bob) = (node.register("mia").await, node.register("bob").await);
    let conversation = mia.direct(&bob).await;
    let (mut socket, _) = bob.connect().await;
    for _ in 0..20 {
        mia.say(conversation, "x").await;
    }
    let cursor = socket.event_named("cursor").await["cursor"].as_str().unwrap().to_owned();
    // Nothing more is told while nothing happens, and a resume from there repeats nothing.
    let (mut again, snapshot) = bob.connect_from(Some(&cursor)).await;
    let heads = snapshot["conversations"].as_array().unwrap().len();
    if heads == 0 {
        assert_eq!(again.done("ping", json!({})).await, json!({}));
    } else {
        // The cursor was told while the last messages were still being published: only those come again.
        let event = again.event_named("message").await;
        assert!(event["seq"].as_u64().unwrap() > 2);
    }
}
