//! Pairs who write as fast as they are answered. Both of a pair write; a send is under way until its ack came *and* the other received it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio_tungstenite::tungstenite::Message;

use crate::args::PairsArgs;
use crate::client::{self, Frame, Pair, Person};
use crate::node::Node;

#[derive(Default)]
struct Counters {
    acked: AtomicU64,
    received: AtomicU64,
    ended: AtomicBool,
}

pub(crate) async fn run(args: PairsArgs) -> Result<Value> {
    let node = Node::start().await?;
    let address = node.address();
    let pairs = client::pairs(&address, args.pairs).await?;
    let counters = Arc::new(Counters::default());
    let mut tasks = Vec::new();
    for Pair { conversation, people } in &pairs {
        // One window per direction: taken by the sender, given back by the receiver.
        let windows = [Arc::new(Semaphore::new(args.window)), Arc::new(Semaphore::new(args.window))];
        for (place, person) in people.iter().enumerate() {
            let (mine, theirs) = (windows[place].clone(), windows[1 - place].clone());
            tasks.push(tokio::spawn(converse(address.clone(), conversation.clone(), person.clone(), mine, theirs, args.bytes, counters.clone())));
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (acked, received, cpu, started) =
        (counters.acked.load(Ordering::Relaxed), counters.received.load(Ordering::Relaxed), node.cpu()?, Instant::now());
    tokio::time::sleep(Duration::from_secs(args.seconds)).await;
    let elapsed = started.elapsed().as_secs_f64();
    let acked = counters.acked.load(Ordering::Relaxed) - acked;
    let received = counters.received.load(Ordering::Relaxed) - received;
    let cpu = node.cpu()?.saturating_sub(cpu);
    let resident = node.resident_bytes()?;
    counters.ended.store(true, Ordering::Relaxed);
    for task in &tasks {
        task.abort();
    }
    for task in tasks {
        if let Ok(Err(error)) = task.await {
            return Err(error);
        }
    }
    Ok(json!({
        "scenario": "pairs", "pairs": args.pairs, "window": args.window, "bytes": args.bytes, "seconds": args.seconds,
        "acked_per_second": (acked as f64 / elapsed).round(),
        "received_per_second": (received as f64 / elapsed).round(),
        "server_cpu_ms_per_1000": (cpu.as_secs_f64() * 1e6 / received.max(1) as f64).round() / 1e0,
        "resident_mib": resident / 1_048_576,
    }))
}

async fn converse(
    address: String,
    conversation: String,
    person: Person,
    mine: Arc<Semaphore>,
    theirs: Arc<Semaphore>,
    bytes: usize,
    counters: Arc<Counters>,
) -> Result<()> {
    let (mut sink, mut stream) = client::connect(&address, &person.token).await?;
    let mark = format!("{}:", person.id);
    let text = format!("{mark}{}", "x".repeat(bytes.saturating_sub(mark.len())));
    let mut number = 0_u64;
    loop {
        tokio::select! {
            biased;
            frame = stream.next() => {
                let Some(frame) = frame else { return Ok(()) };
                if let Message::Text(frame) = frame? {
                    match client::read_frame(&frame)? {
                        Frame::Answer => { counters.acked.fetch_add(1, Ordering::Relaxed); }
                        Frame::Message(text) if !text.starts_with(&mark) => {
                            counters.received.fetch_add(1, Ordering::Relaxed);
                            theirs.add_permits(1);
                        }
                        Frame::Message(_) | Frame::Other => {}
                    }
                }
            }
            permit = mine.acquire() => {
                permit?.forget();
                number += 1;
                sink.send(client::send_frame(number, &conversation, &format!("key-{number:08}"), &text)).await?;
            }
        }
        if counters.ended.load(Ordering::Relaxed) {
            return Ok(());
        }
    }
}
