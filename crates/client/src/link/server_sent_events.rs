//! Server-sent events as a link: one long answer.

use futures_util::StreamExt;
use parlor_protocol::{Cursor, Snapshot};
use reqwest::header::ACCEPT;
use tokio::sync::mpsc;

use super::Arrived;
use super::sse::{Item, Reader};
use crate::error::CallError;
use crate::incoming::Incoming;
use crate::rest::{Rest, broken, refusal, retry_after_ms};

pub(super) async fn run(rest: &Rest, cursor: Option<Cursor>, arrived: &mpsc::Sender<Arrived>) -> Arrived {
    match stream(rest, cursor, arrived).await {
        Ok(()) => Arrived::Lost { problem: None, reason: "the stream ended".to_owned() },
        Err(error) => Arrived::lost(error),
    }
}

async fn stream(rest: &Rest, cursor: Option<Cursor>, arrived: &mpsc::Sender<Arrived>) -> Result<(), CallError> {
    let mut url = rest.server().events();
    if let Some(cursor) = &cursor {
        url.query_pairs_mut().append_pair("cursor", cursor.as_str());
    }
    let request = rest.authorized(rest.http().get(url)).header(ACCEPT, "text/event-stream");
    let response = request.send().await.map_err(|error| broken(&error))?;
    let status = response.status();
    if !status.is_success() {
        let retry_after_ms = retry_after_ms(response.headers());
        let text = response.text().await.unwrap_or_default();
        return Err(refusal(status.as_u16(), retry_after_ms, &text));
    }
    let closed = |_| CallError::Closed;
    arrived.send(Arrived::Opened).await.map_err(closed)?;
    let mut reader = Reader::default();
    let mut body = response.bytes_stream();
    while let Some(bytes) = body.next().await {
        let bytes = bytes.map_err(|error| broken(&error))?;
        for item in reader.feed(&bytes)? {
            arrived.send(arrival(item)?).await.map_err(closed)?;
        }
    }
    Ok(())
}

/// The first message is the snapshot; what has the member `event` is an event.
fn arrival(item: Item) -> Result<Arrived, CallError> {
    let data = match item {
        Item::Comment => return Ok(Arrived::Heard),
        Item::Message(data) => data,
    };
    if let Ok(incoming) = Incoming::read(&data) {
        return Ok(Arrived::Frame(incoming));
    }
    let snapshot: Snapshot = serde_json::from_str(&data).map_err(|error| CallError::UnexpectedAnswer(error.to_string()))?;
    Ok(Arrived::Snapshot(Box::new(snapshot)))
}
