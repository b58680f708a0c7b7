//! Starting on an existing store.

use anyhow::{Context as _, Result};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::args::StartArgs;
use crate::client::{self, Frame};
use crate::figures::Durations;
use crate::node::Node;

pub(crate) async fn run(args: StartArgs) -> Result<Value> {
    let mut node = Node::start().await?;
    let empty = node.start;
    let pair = client::pairs(&node.address(), 1).await?.pop().context("a pair was made")?;
    let (mut sink, mut stream) = client::connect(&node.address(), &pair.people[0].token).await?;
    let mut under_way = 0;
    for number in 0..args.messages {
        sink.send(client::send_frame(number as u64, &pair.conversation, &format!("key-{number:08}"), "a message of the usual length, more or less"))
            .await?;
        under_way += 1;
        while under_way >= 16 {
            if let Message::Text(frame) = stream.next().await.context("the connection ended")??
                && matches!(client::read_frame(&frame)?, Frame::Answer)
            {
                under_way -= 1;
            }
        }
    }
    drop((sink, stream));
    let mut starts = Durations::default();
    for _ in 0..args.times {
        node = node.restart().await?;
        starts.add(node.start);
    }
    let size = std::fs::metadata(std::env::var("PARLOR_BINARY")?)?.len();
    Ok(json!({
        "scenario": "start", "messages": args.messages, "times": args.times,
        "empty_ms": (empty.as_secs_f64() * 1e4).round() / 10.0, "median_ms": starts.percentile_ms(50.0), "max_ms": starts.percentile_ms(100.0),
        "binary_mib": (size as f64 / 104_857.6).round() / 10.0,
    }))
}
