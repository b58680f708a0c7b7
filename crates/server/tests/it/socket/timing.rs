//! Time limits of a connection, to the second, over a stream in memory and with a clock that jumps.

use std::time::Duration;

use parlor_protocol::CloseCode;
use parlor_server::peer::Peer;
use parlor_server::socket::Connection;
use parlor_test_support::Node;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Alarms ring at most this late.
const LATE: Duration = Duration::from_millis(300);

/// A connection over a stream of `bytes`, whose clock stands still unless everybody waits.
fn connect(node: &Node, bytes: usize) -> (DuplexStream, JoinHandle<()>) {
    let (ours, theirs) = tokio::io::duplex(bytes);
    (ours, tokio::spawn(Connection::new(theirs, node.api().clone(), Peer::operator(), None)))
}

async fn say(stream: &mut DuplexStream, text: &str) {
    let mut frame = vec![0x81];
    match text.len() {
        short @ 0..126 => frame.push(0x80 | short as u8),
        long => {
            frame.push(0xFE);
            frame.extend_from_slice(&(long as u16).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(text.as_bytes());
    stream.write_all(&frame).await.unwrap();
}

/// The next frame, as text.
async fn hear(stream: &mut DuplexStream) -> String {
    let mut head = [0; 2];
    stream.read_exact(&mut head).await.unwrap();
    let length = match head[1] {
        short @ 0..126 => usize::from(short),
        _ => usize::from(stream.read_u16().await.unwrap()),
    };
    let mut text = vec![0; length];
    stream.read_exact(&mut text).await.unwrap();
    String::from_utf8(text).unwrap()
}

/// Reads to the end and gives the code of the close that stands there.
async fn close_code(mut stream: DuplexStream) -> u16 {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let start = bytes.iter().rposition(|byte| *byte == 0x88).unwrap();
    u16::from_be_bytes([bytes[start + 2], bytes[start + 3]])
}

fn assert_about(elapsed: Duration, expected: Duration) {
    assert!(elapsed >= expected && elapsed <= expected + LATE, "{elapsed:?} instead of {expected:?}");
}

#[tokio::test]
async fn abuse_5_an_unauthenticated_socket_lives_ten_seconds() {
    let node = Node::builder().in_memory().start().await;
    tokio::time::pause();
    let since = Instant::now();
    let (mut stream, connection) = connect(&node, 1_024);
    // The close comes after ten seconds; the connection is let go when the peer has not answered within three more.
    let mut head = [0; 4];
    stream.read_exact(&mut head).await.unwrap();
    assert_about(since.elapsed(), Duration::from_secs(10));
    assert_eq!(u16::from_be_bytes([head[2], head[3]]), CloseCode::Unauthenticated.number());
    connection.await.unwrap();
    assert_about(since.elapsed(), Duration::from_secs(13));
}

#[tokio::test]
async fn fault_9_a_peer_that_is_gone_is_let_go_after_seventy_five_seconds() {
    let node = Node::builder().in_memory().start().await;
    let mia = node.register("mia").await;
    tokio::time::pause();
    let (mut stream, _connection) = connect(&node, 64 * 1_024);
    say(&mut stream, &json!({ "id": 0, "op": "hello", "args": { "token": mia.token } }).to_string()).await;
    for _ in 0..3 {
        tokio::time::advance(Duration::from_secs(74)).await;
        say(&mut stream, &json!({ "id": 1, "op": "ping" }).to_string()).await;
        while !hear(&mut stream).await.contains("\"id\":1") {}
    }
    let since = Instant::now();
    assert_eq!(close_code(stream).await, CloseCode::HeartbeatMissed.number());
    // The end of the stream comes three seconds after the close.
    assert_about(since.elapsed(), Duration::from_secs(78));
}

#[tokio::test]
async fn fault_8_a_peer_that_takes_nothing_is_let_go_after_thirty_seconds() {
    let node = Node::builder().in_memory().start().await;
    let mia = node.register("mia").await;
    tokio::time::pause();
    let since = Instant::now();
    // The answer to hello does not fit.
    let (mut stream, connection) = connect(&node, 256);
    say(&mut stream, &json!({ "id": 0, "op": "hello", "args": { "token": mia.token } }).to_string()).await;
    connection.await.unwrap();
    assert_about(since.elapsed(), Duration::from_secs(33));
    assert_eq!(node.tally().sockets(), 0);
    drop(stream);
}
