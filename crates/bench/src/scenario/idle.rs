//! Connections that said hello and do nothing more.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::stream::{self, SplitSink, SplitStream, StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::args::IdleArgs;
use crate::client;
use crate::node::Node;

pub(crate) async fn run(args: IdleArgs) -> Result<Value> {
    let node = Node::start().await?;
    let address = node.address();
    let people = client::register(&address, args.users).await?;
    // What the first few connections make the node allocate once is not a cost of each.
    let warm = open(&address, &people, 50).await?;
    drop(warm);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = node.resident_bytes()?;
    let (cpu, started) = (node.cpu()?, Instant::now());
    let connections = open(&address, &people, args.connections).await?;
    let (elapsed, cpu) = (started.elapsed(), node.cpu()?.saturating_sub(cpu));
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = node.resident_bytes()?;
    let count = connections.len() as u64;
    Ok(json!({
        "scenario": "idle", "connections": count, "users": args.users,
        "resident_bytes_per_connection": after.saturating_sub(before) / count,
        "resident_mib_before": before / 1_048_576, "resident_mib_after": after / 1_048_576,
        "connects_per_second": (count as f64 / elapsed.as_secs_f64()).round(),
        "server_cpu_us_per_connect": (cpu.as_secs_f64() * 1e6 / count as f64).round(),
    }))
}

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Connection = (SplitSink<Stream, Message>, SplitStream<Stream>);

async fn open(address: &str, people: &[client::Person], count: usize) -> Result<Vec<Connection>> {
    stream::iter(0..count)
        .map(|number| {
            let token = people[number % people.len()].token.clone();
            async move { client::connect(address, &token).await }
        })
        .buffer_unordered(64)
        .try_collect()
        .await
}
