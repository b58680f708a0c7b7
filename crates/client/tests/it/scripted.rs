//! The whole client against a server that does exactly what a test says, frame by frame.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parlor_client::outbox::{FileOutbox, OutboxStore};
use parlor_client::protocol::ServerEvent;
use parlor_client::protocol::events::OtherEvent;
use parlor_client::{Client, ClientOptions, ConnectionState, Notice, Transport, TransportChoice};
use parlor_types::{ConversationId, Seq, UserId};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::Receiver;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::sample;

const GROUP: ConversationId = ConversationId::from_raw(10);
const BOB: UserId = UserId::from_raw(2);

/// One connection, from the server's side.
struct Peer(WebSocketStream<TcpStream>);

impl Peer {
    async fn accept(listener: &TcpListener) -> Self {
        let (stream, _) = bounded(listener.accept()).await.unwrap();
        Self(bounded(tokio_tungstenite::accept_async(stream)).await.unwrap())
    }

    /// Accepts, expects a hello with this cursor, and answers it.
    async fn greet(listener: &TcpListener, cursor: Option<&str>, snapshot: parlor_client::protocol::Snapshot) -> Self {
        let mut peer = Self::accept(listener).await;
        let hello = peer.next().await;
        assert_eq!((&hello["op"], &hello["args"]["token"], &hello["args"]["cursor"]), (&json!("hello"), &json!("secret"), &json!(cursor)));
        peer.say(&json!({ "id": 0, "ok": snapshot })).await;
        peer
    }

    async fn next(&mut self) -> Value {
        loop {
            if let Message::Text(text) = bounded(self.0.next()).await.expect("the client went away").unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    /// The next question, which must be this one; the others are answered with nothing to say.
    async fn question(&mut self, operation: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["op"] == operation {
                return frame;
            }
            assert_eq!(frame["op"], "receipt.update", "{frame}");
            self.answer(&frame, &json!({ "delivered": 1, "read": 0, "unread": 0, "mentions": 0, "marked_unread": false })).await;
        }
    }

    async fn say(&mut self, frame: &Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    async fn answer(&mut self, question: &Value, answer: &Value) {
        self.say(&json!({ "id": question["id"], "ok": answer })).await;
    }
}

async fn bounded<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("it took too long")
}

async fn server() -> (TcpListener, ClientOptions) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let options = ClientOptions { transport: TransportChoice::Only(Transport::WebSocket), ..ClientOptions::new(address.parse().unwrap(), "secret") };
    (listener, options)
}

async fn until<T>(notices: &mut Receiver<Notice>, mut wanted: impl FnMut(&Notice) -> Option<T>) -> T {
    loop {
        let notice = bounded(notices.recv()).await.expect("the client goes on");
        if let Some(found) = wanted(&notice) {
            return found;
        }
    }
}

async fn until_message(notices: &mut Receiver<Notice>, wanted: u64) {
    until(notices, |notice| {
        let Notice::Event(event) = notice else { return None };
        matches!(&**event, ServerEvent::Log(event) if event.seq == Seq(wanted)).then_some(())
    })
    .await;
}

fn sent(seq: u64) -> Value {
    json!({ "seq": seq, "id": "77", "at": "2026-01-01T00:00:00.000Z" })
}

#[tokio::test]
async fn g2_a_send_that_was_cut_off_is_repeated_with_its_key_and_acknowledged_once() {
    let (listener, options) = server().await;
    let (client, mut notices) = Client::start(options).unwrap();
    let mut first = Peer::greet(&listener, None, sample::snapshot(1, false, vec![sample::head(GROUP, 2)])).await;
    let key = client.send(GROUP, "hello".parse().unwrap()).await.unwrap();
    let question = first.question("message.send").await;
    assert_eq!(question["args"]["key"], key.as_str());
    // The message is taken, the answer is not heard.
    drop(first);
    let mut second = Peer::greet(&listener, Some("1.1"), sample::snapshot(2, true, vec![])).await;
    let again = second.question("message.send").await;
    assert_eq!(again["args"], question["args"]);
    second.answer(&again, &sent(3)).await;
    let seq = until(&mut notices, |notice| match notice {
        Notice::Acknowledged { key: acknowledged, sent, .. } if *acknowledged == key => Some(sent.seq),
        _ => None,
    })
    .await;
    assert_eq!((seq, client.outbox(parlor_client::Outbox::waiting_count)), (Seq(3), 0));
}

#[tokio::test]
async fn what_waits_in_the_outbox_is_sent_after_a_restart_in_order_one_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.jsonl");
    let (listener, options) = server().await;
    let outbox = Box::new(FileOutbox::open(&path).unwrap());
    let (client, _) = Client::start(ClientOptions { outbox, ..options }).unwrap();
    let mut peer = Peer::greet(&listener, None, sample::snapshot(1, false, vec![sample::head(GROUP, 2)])).await;
    for text in ["one", "two", "three"] {
        client.send(GROUP, text.parse().unwrap()).await.unwrap();
    }
    assert_eq!(peer.question("message.send").await["args"]["text"], "one");
    client.close().await;
    assert_eq!(FileOutbox::open(&path).unwrap().load().unwrap().len(), 3);

    let (listener, options) = server().await;
    let outbox = Box::new(FileOutbox::open(&path).unwrap());
    let (client, mut notices) = Client::start(ClientOptions { outbox, ..options }).unwrap();
    let mut peer = Peer::greet(&listener, None, sample::snapshot(1, false, vec![sample::head(GROUP, 2)])).await;
    for (text, seq) in [("one", 3), ("two", 4), ("three", 5)] {
        let question = peer.question("message.send").await;
        assert_eq!(question["args"]["text"], text);
        peer.answer(&question, &sent(seq)).await;
        until(&mut notices, |notice| matches!(notice, Notice::Acknowledged { sent, .. } if sent.seq == Seq(seq)).then_some(())).await;
    }
    client.close().await;
    assert!(FileOutbox::open(&path).unwrap().load().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_refused_for_good_is_told_kept_and_can_be_retried_by_hand() {
    let (listener, options) = server().await;
    let (client, mut notices) = Client::start(options).unwrap();
    let mut peer = Peer::greet(&listener, None, sample::snapshot(1, false, vec![sample::head(GROUP, 2)])).await;
    let key = client.send(GROUP, "hello".parse().unwrap()).await.unwrap();
    let later = client.send(GROUP, "later".parse().unwrap()).await.unwrap();
    let question = peer.question("message.send").await;
    peer.say(&json!({ "id": question["id"], "error": { "code": "rate_limited", "status": 429, "message": "slow", "retry_after_ms": 10 } })).await;
    let question = peer.question("message.send").await;
    assert_eq!(question["args"]["key"], key.as_str());
    peer.say(&json!({ "id": question["id"], "error": { "code": "forbidden", "status": 403, "message": "no" } })).await;
    until(&mut notices, |notice| matches!(notice, Notice::Refused { key: refused, .. } if *refused == key).then_some(())).await;
    // One refusal does not hold up what comes after.
    let question = peer.question("message.send").await;
    assert_eq!(question["args"]["key"], later.as_str());
    peer.answer(&question, &sent(3)).await;
    assert_eq!(client.outbox(|outbox| outbox.failed().len()), 1);
    client.retry(key.clone()).await.unwrap();
    assert_eq!(peer.question("message.send").await["args"]["key"], key.as_str());
}

#[tokio::test]
async fn g4_a_hole_is_filled_before_anything_after_it_is_told() {
    let (listener, options) = server().await;
    let (client, mut notices) = Client::start(options).unwrap();
    let mut peer = Peer::greet(&listener, None, sample::snapshot(1, false, vec![sample::head(GROUP, 2)])).await;
    peer.say(&json!(sample::message(GROUP, 5, BOB, "five"))).await;
    let question = peer.question("event.list").await;
    assert_eq!(question["args"]["after"], 2);
    let page = |seqs: std::ops::RangeInclusive<u64>, more: bool| {
        let through = *seqs.end();
        json!({ "events": seqs.map(|seq| sample::message(GROUP, seq, BOB, "text")).collect::<Vec<_>>(), "through": through, "more": more })
    };
    peer.answer(&question, &page(3..=4, true)).await;
    let question = peer.question("event.list").await;
    assert_eq!(question["args"]["after"], 4);
    peer.answer(&question, &page(5..=6, false)).await;
    let mut told = Vec::new();
    until(&mut notices, |notice| {
        if let Notice::Event(event) = notice
            && let ServerEvent::Log(event) = &**event
        {
            told.push(event.seq.0);
        }
        (told.len() == 4).then_some(())
    })
    .await;
    assert_eq!(told, [3, 4, 5, 6]);
    assert_eq!(client.replica(|replica| replica.conversations[&GROUP].applied_seq), Seq(6));
}

#[tokio::test]
async fn delivered_is_said_for_what_has_arrived_and_read_never() {
    let (listener, options) = server().await;
    let (_client, mut notices) = Client::start(options).unwrap();
    let mut peer = Peer::greet(&listener, None, sample::snapshot(1, false, vec![sample::head(GROUP, 2)])).await;
    let mut said = Vec::new();
    peer.say(&json!(sample::message(GROUP, 3, BOB, "three"))).await;
    until_message(&mut notices, 3).await;
    while said.last() != Some(&3) {
        let frame = peer.next().await;
        assert_eq!(frame["op"], "receipt.update");
        assert_eq!(frame["args"].get("read"), None);
        said.push(frame["args"]["delivered"].as_u64().unwrap());
        peer.answer(&frame, &json!({ "delivered": 1, "read": 0, "unread": 0, "mentions": 0, "marked_unread": false })).await;
    }
    assert!(said.is_sorted(), "{said:?}");
}

#[tokio::test]
async fn g8_who_is_told_to_stay_away_does_not_come_back() {
    let (listener, options) = server().await;
    let (client, mut notices) = Client::start(options).unwrap();
    let mut peer = Peer::greet(&listener, None, sample::snapshot(1, false, vec![])).await;
    let frame = tokio_tungstenite::tungstenite::protocol::CloseFrame { code: 4201.into(), reason: "session revoked".into() };
    peer.0.close(Some(frame)).await.unwrap();
    let code = until(&mut notices, |notice| match notice {
        Notice::Connection(ConnectionState::Away { code, .. }) => Some(*code),
        _ => None,
    })
    .await;
    assert_eq!(code, Some(4201));
    client.close().await;
    while let Some(notice) = bounded(notices.recv()).await {
        assert!(!matches!(notice, Notice::Connection(ConnectionState::Connecting(_))), "it came back");
    }
}

#[tokio::test]
async fn a_program_that_takes_no_notices_blocks_only_itself() {
    let (listener, options) = server().await;
    let (client, mut notices) = Client::start(options).unwrap();
    let mut peer = Peer::greet(&listener, None, sample::snapshot(1, false, vec![sample::head(GROUP, 2)])).await;
    let typing = OtherEvent::Typing { conversation: GROUP, user: BOB, on: true };
    for _ in 0..1_000 {
        peer.say(&json!(ServerEvent::Other(typing.clone()))).await;
    }
    // Questions still go out while a thousand events wait.
    client.send(GROUP, "hello".parse().unwrap()).await.unwrap();
    peer.question("message.send").await;
    let mut seen = 0;
    until(&mut notices, |notice| {
        seen += usize::from(matches!(notice, Notice::Event(_)));
        (seen == 1_000).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_an_error_and_no_panic() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: parlor_client::ServerUrl = format!("https://{}", listener.local_addr().unwrap()).parse().unwrap();
    let hang_up = async {
        loop {
            drop(listener.accept().await.unwrap());
        }
    };
    let attempts = async {
        let socket = parlor_client::websocket::Socket::open(&url).await.map(|_| ()).unwrap_err();
        assert!(matches!(socket, parlor_client::CallError::Unreachable(_)), "{socket}");
        let rest = parlor_client::Rest::new(url).unwrap().with_retry(parlor_client::RetryPolicy::NEVER);
        let answer = rest.call(&parlor_client::protocol::operations::GetServer {}).await.map(|_| ()).unwrap_err();
        assert!(matches!(answer, parlor_client::CallError::Unreachable(_)), "{answer}");
    };
    tokio::select! {
        () = hang_up => unreachable!("it hangs up for ever"),
        () = bounded(attempts) => {}
    }
}
