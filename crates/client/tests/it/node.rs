//! The client against a real node.

use std::collections::BTreeMap;

use parlor_client::outbox::FileOutbox;
use parlor_client::protocol::models::{Head, Message};
use parlor_client::protocol::operations::{DeleteMessage, EditMessage, ListMessages, PinMessage, React, UpdateConversation, UpdateReceipt};
use parlor_client::protocol::{Operation, ServerEvent};
use parlor_client::{Client, ClientOptions, ConnectionState, Notice, Replica, Rest, RetryPolicy, Transport, TransportChoice};
use parlor_test_support::{Node, Person, soon};
use parlor_types::{ConversationId, Seq};
use serde::Serialize;
use tokio::sync::mpsc::Receiver;

use crate::proxy::Proxy;

const TRANSPORTS: [Transport; 3] = [Transport::WebSocket, Transport::ServerSentEvents, Transport::LongPoll];

fn options(url: &str, person: &Person, transport: Transport) -> ClientOptions {
    ClientOptions { transport: TransportChoice::Only(transport), ..ClientOptions::new(url.parse().unwrap(), &person.token) }
}

/// What a client was told, in order.
struct Ear {
    notices: Receiver<Notice>,
    /// Seqs of log events, per conversation.
    heard: BTreeMap<ConversationId, Vec<u64>>,
    online: u32,
}

impl Ear {
    fn new(notices: Receiver<Notice>) -> Self {
        Self { notices, heard: BTreeMap::new(), online: 0 }
    }

    async fn until(&mut self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        soon(what, async {
            while !is_so(self) {
                match self.notices.recv().await.expect("the client goes on") {
                    Notice::Event(event) => {
                        if let ServerEvent::Log(event) = *event {
                            self.heard.entry(event.conversation).or_default().push(event.seq.0);
                        }
                    }
                    Notice::Connection(ConnectionState::Online(_)) => self.online += 1,
                    Notice::Connection(ConnectionState::Away { reason, .. }) => panic!("the client stays away: {reason}"),
                    Notice::Connection(_) | Notice::Loaded { .. } | Notice::Acknowledged { .. } => {}
                    Notice::Refused { problem, .. } => panic!("a message was refused: {problem}"),
                }
            }
        })
        .await;
    }

    async fn until_heard(&mut self, conversation: ConversationId, seq: u64) {
        self.until(&format!("seq {seq}"), |ear| ear.heard.get(&conversation).is_some_and(|heard| heard.last() >= Some(&seq))).await;
    }

    async fn until_online(&mut self) {
        let before = self.online;
        self.until("the connection", |ear| ear.online > before).await;
    }
}

/// What a device that fetches everything afresh would hold.
async fn fetched(url: &str, person: &Person, conversation: ConversationId) -> (Head, BTreeMap<Seq, Message>) {
    let (socket, snapshot) = parlor_client::websocket::Socket::connect(&url.parse().unwrap(), &person.token, None).await.unwrap();
    socket.close().await;
    let head = snapshot.conversations.into_iter().find(|head| head.id == conversation).unwrap();
    let rest = Rest::new(url.parse().unwrap()).unwrap().with_token(&person.token).unwrap();
    let mut messages = BTreeMap::new();
    let mut after = Seq::ZERO;
    loop {
        let page = rest.call(&ListMessages { conversation, before: None, after: Some(after), around: None, limit: Some(200) }).await.unwrap();
        after = page.messages.last().map_or(after, |message| message.seq);
        messages.extend(page.messages.into_iter().map(|message| (message.seq, message)));
        if !page.more_after {
            return (head, messages);
        }
    }
}

fn held(replica: &Replica, conversation: ConversationId) -> (Head, BTreeMap<Seq, Message>) {
    let known = &replica.conversations[&conversation];
    (known.head.clone(), known.messages.iter().map(|(seq, held)| (*seq, held.message.clone())).collect())
}

async fn ask<Op: Operation + Serialize + Sync>(rest: &Rest, args: &Op) {
    rest.call(args).await.unwrap();
}

/// One round of everything that can happen to a conversation; gives the last seq.
async fn a_busy_moment(alice: &Rest, conversation: ConversationId, say: impl AsyncFn(&str) -> Seq, round: u64) -> u64 {
    let first = say(&format!("first of {round}")).await;
    let second = say(&format!("second of {round}")).await;
    ask(alice, &EditMessage { conversation, seq: first, text: format!("edited {round}").parse().unwrap(), mentions: Vec::new() }).await;
    ask(alice, &React { conversation, seq: first, emoji: "👍".parse().unwrap(), on: true }).await;
    if round.is_multiple_of(3) {
        ask(alice, &DeleteMessage { conversation, seq: second }).await;
    } else {
        ask(alice, &PinMessage { conversation, seq: second, on: true }).await;
    }
    let title = Some(format!("Round {round}").parse().unwrap());
    let renamed = alice.call(&UpdateConversation { conversation, title, description: None, retention: None, history: None }).await.unwrap();
    renamed.seq.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g4_cuts_and_changes_of_transport_in_mid_stream_lose_nothing_and_repeat_nothing() {
    let node = Node::start().await;
    let (alice, bob) = (node.register("alice").await, node.register("bob").await);
    let group = alice.group(&[&bob]).await;
    let proxy = Proxy::start(node.address()).await;
    let (client, notices) = Client::start(options(&proxy.url(), &bob, Transport::WebSocket)).unwrap();
    let mut ear = Ear::new(notices);
    ear.until_online().await;
    let begin = client.replica(|replica| replica.conversations[&group].head.last_seq.0);

    let rest = Rest::new(node.url().parse().unwrap()).unwrap().with_token(&alice.token).unwrap();
    let mut last = begin;
    for round in 0..12_u64 {
        let say = async |text: &str| alice.say(group, text).await.seq;
        match round % 4 {
            // Cut while nothing is on the way, cut in the middle, change the transport, and both at once.
            0 => proxy.cut(),
            1 => client.switch_transport(TransportChoice::Only(TRANSPORTS[(round / 4 + 1) as usize % 3])).await.unwrap(),
            _ => {}
        }
        let busy = a_busy_moment(&rest, group, say, round);
        let disturb = async {
            if round % 4 >= 2 {
                proxy.cut();
            }
            if round % 4 == 3 {
                client.switch_transport(TransportChoice::Only(TRANSPORTS[(round / 4 + 2) as usize % 3])).await.unwrap();
            }
        };
        last = tokio::join!(busy, disturb).0;
    }
    ear.until_heard(group, last).await;
    assert_eq!(ear.heard[&group], (begin + 1..=last).collect::<Vec<_>>());

    let (mut head, mut messages) = fetched(&node.url(), &bob, group).await;
    messages.retain(|seq, _| seq.0 > begin);
    let (known_head, known_messages) = client.replica(|replica| held(replica, group));
    // Acknowledgements may still be on the way.
    head.read_state.delivered = known_head.read_state.delivered;
    assert_eq!(known_head, head);
    assert_eq!(known_messages, messages);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_a_device_that_was_away_for_long_catches_up_over_each_transport() {
    let node = Node::start().await;
    let (alice, bob) = (node.register("alice").await, node.register("bob").await);
    let group = alice.group(&[&bob]).await;
    let (client, notices) = Client::start(options(&node.url(), &bob, Transport::WebSocket)).unwrap();
    Ear::new(notices).until_online().await;
    client.close().await;
    let mut replica = client.replica(Replica::clone);
    let begin = replica.conversations[&group].applied_seq.0;
    let rest = Rest::new(node.url().parse().unwrap()).unwrap().with_token(&alice.token).unwrap();

    for (turn, transport) in TRANSPORTS.into_iter().enumerate() {
        // More than a resume sends, so that there is a gap to fill by pages.
        for number in 0..230 {
            alice.say(group, &format!("{turn} {number}")).await;
        }
        let last = a_busy_moment(&rest, group, async |text| alice.say(group, text).await.seq, turn as u64).await;
        let (client, notices) = Client::start(ClientOptions { replica, ..options(&node.url(), &bob, transport) }).unwrap();
        let mut ear = Ear::new(notices);
        ear.until_heard(group, last).await;
        assert!(ear.heard[&group].is_sorted_by(|one, other| one + 1 == *other), "{transport:?}");
        client.close().await;
        replica = client.replica(Replica::clone);
        let (mut head, mut messages) = fetched(&node.url(), &bob, group).await;
        messages.retain(|seq, _| seq.0 > begin);
        let (known_head, known_messages) = held(&replica, group);
        head.read_state.delivered = known_head.read_state.delivered;
        assert_eq!(known_head, head, "{transport:?}");
        assert_eq!(known_messages, messages, "{transport:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g2_what_is_written_while_the_node_is_away_arrives_exactly_once_in_order() {
    let node = Node::start().await;
    let (alice, bob) = (node.register("alice").await, node.register("bob").await);
    let direct = alice.direct(&bob).await;
    let proxy = Proxy::start(node.address()).await;
    let folder = tempfile::tempdir().unwrap();
    let outbox = Box::new(FileOutbox::open(folder.path().join("outbox.jsonl")).unwrap());
    let (client, notices) = Client::start(ClientOptions { outbox, ..options(&proxy.url(), &bob, Transport::WebSocket) }).unwrap();
    let mut ear = Ear::new(notices);
    ear.until_online().await;

    let mut texts = Vec::new();
    let mut node = Some(node);
    for round in 0..3 {
        for number in 0..5 {
            texts.push(format!("{round} {number}"));
            client.send(direct, texts.last().unwrap().parse().unwrap()).await.unwrap();
        }
        proxy.lead_to(None);
        let stopped = node.take().unwrap().stop().await;
        texts.push(format!("{round} offline"));
        client.send(direct, texts.last().unwrap().parse().unwrap()).await.unwrap();
        let started = stopped.start().await;
        proxy.lead_to(Some(started.address()));
        node = Some(started);
    }
    let node = node.unwrap();
    ear.until("everything to be acknowledged", |_| client.outbox(|outbox| outbox.waiting_count() == 0)).await;
    let (_, messages) = fetched(&node.url(), &bob, direct).await;
    let arrived: Vec<String> = messages.into_values().map(|message| message.text.unwrap().to_string()).collect();
    assert_eq!(arrived, texts);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ticks_travel_from_one_client_to_another() {
    let node = Node::start().await;
    let (alice, bob) = (node.register("alice").await, node.register("bob").await);
    let direct = alice.direct(&bob).await;
    let (writer, notices) = Client::start(options(&node.url(), &alice, Transport::WebSocket)).unwrap();
    let mut ear = Ear::new(notices);
    ear.until_online().await;
    writer.send(direct, "are you there?".parse().unwrap()).await.unwrap();
    ear.until("the acknowledgement", |_| writer.outbox(|outbox| outbox.waiting_count() == 0)).await;
    let seq = fetched(&node.url(), &alice, direct).await.0.last_seq;

    for transport in TRANSPORTS {
        let (reader, notices) = Client::start(options(&node.url(), &bob, transport)).unwrap();
        let mut bobs = Ear::new(notices);
        bobs.until_online().await;
        let bob_has = |writer: &Client| writer.replica(|replica| replica.conversations[&direct].receipts.get(&bob.user).cloned());
        ear.until("the message to be delivered", |_| bob_has(&writer).is_some_and(|receipt| receipt.delivered >= seq)).await;
        if transport == Transport::LongPoll {
            assert_eq!(bob_has(&writer).unwrap().read, Seq::ZERO, "the client said read by itself");
            reader.call(&UpdateReceipt { conversation: direct, delivered: None, read: Some(seq) }).await.unwrap();
            ear.until("the message to be read", |_| bob_has(&writer).is_some_and(|receipt| receipt.read >= seq)).await;
        }
        reader.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_session_stays_away_over_every_transport() {
    let node = Node::start().await;
    let bob = node.register("bob").await;
    for transport in TRANSPORTS {
        let other = bob.another_device(&node).await;
        let (_client, mut notices) = Client::start(options(&node.url(), &other, transport)).unwrap();
        let mut revoked = false;
        soon("the client to stay away", async {
            loop {
                match notices.recv().await.unwrap() {
                    Notice::Connection(ConnectionState::Online(_)) if !revoked => {
                        revoked = true;
                        bob.done("session.revoke", serde_json::json!({ "device": other.device })).await;
                    }
                    Notice::Connection(ConnectionState::Away { .. }) => return,
                    _ => {}
                }
            }
        })
        .await;
        assert!(revoked, "{transport:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_is_prompt_and_ends_the_connection_over_every_transport() {
    let node = Node::start().await;
    let bob = node.register("bob").await;
    for transport in TRANSPORTS {
        let (client, notices) = Client::start(options(&node.url(), &bob, transport)).unwrap();
        Ear::new(notices).until_online().await;
        let begun = std::time::Instant::now();
        soon("the client to close", client.close()).await;
        // An idle stream says something every 15 seconds, an idle poll every 25: closing must wait for neither.
        assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{transport:?}");
        assert!(matches!(client.send(ConversationId::from_raw(1), "late".parse().unwrap()).await, Err(parlor_client::OutboxError::Closed)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_come_as_problems_over_rest() {
    let node = Node::start().await;
    let bob = node.register("bob").await;
    let rest = Rest::new(node.url().parse().unwrap()).unwrap().with_retry(RetryPolicy::NEVER);
    let account = parlor_client::protocol::operations::GetAccount {};
    assert_eq!(rest.call(&account).await.unwrap_err().problem().unwrap().code.as_str(), "unauthenticated");
    let rest = rest.with_token(&bob.token).unwrap();
    assert_eq!(rest.call(&account).await.unwrap().user.id, bob.user);
    let unknown = parlor_client::protocol::operations::GetConversation { conversation: ConversationId::from_raw(5) };
    assert_eq!(rest.call(&unknown).await.unwrap_err().problem().unwrap().code.as_str(), "not_found");
    let users = parlor_client::protocol::operations::ListUsers { ids: vec![bob.user, bob.user] };
    assert_eq!(rest.call(&users).await.unwrap().users.len(), 1);
}
