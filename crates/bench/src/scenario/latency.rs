//! Pairs who write at a fixed rate, whatever the node does: the time from the intended send to the receipt, so that a stall is counted for everyone whom it delays.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::args::LatencyArgs;
use crate::client::{self, Frame, Pair};
use crate::figures::Durations;
use crate::node::Node;

pub(crate) async fn run(args: LatencyArgs) -> Result<Value> {
    let node = Node::start().await?;
    let address = node.address();
    let pairs = client::pairs(&address, args.pairs).await?;
    // Time that the texts carry, in nanoseconds since here.
    let epoch = Instant::now() + Duration::from_millis(500);
    let between = Duration::from_secs_f64(args.pairs as f64 / args.rate as f64);
    let warm = Duration::from_secs(1);
    let whole = warm + Duration::from_secs(args.seconds);
    let mut senders = Vec::new();
    let mut receivers = Vec::new();
    for (place, Pair { conversation, people }) in pairs.iter().enumerate() {
        let (mut sink, mut own) = client::connect(&address, &people[0].token).await?;
        let (open, mut stream) = client::connect(&address, &people[1].token).await?;
        let offset = between.mul_f64(place as f64 / args.pairs as f64);
        let (conversation, bytes) = (conversation.clone(), args.bytes);
        senders.push(tokio::spawn(async move {
            let mut number = 0_u32;
            loop {
                let intended = offset + between * number;
                if intended >= whole {
                    break;
                }
                tokio::time::sleep_until((epoch + intended).into()).await;
                number += 1;
                let text = format!("{:0>20}{}", intended.as_nanos(), "x".repeat(bytes.saturating_sub(20)));
                sink.send(client::send_frame(number.into(), &conversation, &format!("key-{number:08}"), &text)).await?;
            }
            Ok::<u32, anyhow::Error>(number)
        }));
        tokio::spawn(async move { while own.next().await.is_some() {} });
        receivers.push(tokio::spawn(async move {
            let mut durations = Durations::default();
            let deadline = epoch + whole + Duration::from_secs(5);
            let last = whole.saturating_sub(between);
            while let Ok(Some(frame)) = tokio::time::timeout_at(deadline.into(), stream.next()).await {
                let Message::Text(frame) = frame? else { continue };
                let Frame::Message(text) = client::read_frame(&frame)? else { continue };
                let intended = Duration::from_nanos(text[..20].parse()?);
                if intended >= warm {
                    durations.add(epoch.elapsed().saturating_sub(intended));
                }
                if intended >= last {
                    break;
                }
            }
            drop(open);
            Ok::<Durations, anyhow::Error>(durations)
        }));
    }
    let mut sent = 0;
    for sender in senders {
        sent += sender.await??;
    }
    let mut all = Durations::default();
    for receiver in receivers {
        all.append(receiver.await??);
    }
    Ok(json!({
        "scenario": "latency", "pairs": args.pairs, "rate": args.rate, "seconds": args.seconds, "sent": sent, "received_after_warm_up": all.len(),
        "p50_ms": all.percentile_ms(50.0), "p90_ms": all.percentile_ms(90.0), "p99_ms": all.percentile_ms(99.0), "max_ms": all.percentile_ms(100.0),
    }))
}
