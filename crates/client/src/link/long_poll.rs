//! The long poll as a link: one request after the other, each from where the last one ended.

use std::time::Duration;

use parlor_protocol::Cursor;
use parlor_protocol::events::{OtherEvent, PollAnswer};
use tokio::sync::mpsc;

use super::Arrived;
use crate::error::CallError;
use crate::incoming::Incoming;
use crate::rest::{Rest, broken, refusal, retry_after_ms};

/// How long the server may wait with its answer: shorter than what most proxies take for a dead connection.
const WAIT_SECONDS: u64 = 25;
/// An answer that takes so much longer will not come.
const PATIENCE: Duration = Duration::from_secs(WAIT_SECONDS + 15);

pub(super) async fn run(rest: &Rest, mut cursor: Option<Cursor>, arrived: &mpsc::Sender<Arrived>) -> Arrived {
    let mut is_first = true;
    loop {
        // The first answer comes at once, so that it is seen that the way is open.
        let answer = match poll(rest, cursor.as_ref(), if is_first { 0 } else { WAIT_SECONDS }).await {
            Ok(answer) => answer,
            Err(error) => return Arrived::lost(error),
        };
        let opened = std::mem::take(&mut is_first).then_some(Arrived::Opened);
        let snapshot = answer.snapshot.map(Arrived::Snapshot);
        let events = answer.events.into_iter().map(Arrived::Frame);
        let end = Arrived::Frame(Incoming::Event(Box::new(OtherEvent::Cursor { cursor: answer.cursor.clone() }.into())));
        for arrival in opened.into_iter().chain(snapshot).chain(events).chain([end]) {
            if arrived.send(arrival).await.is_err() {
                return Arrived::lost(CallError::Closed);
            }
        }
        cursor = Some(answer.cursor);
    }
}

/// A [`PollAnswer`] in which an event of a later version is passed over and not an error.
struct Answer {
    cursor: Cursor,
    snapshot: Option<Box<parlor_protocol::Snapshot>>,
    events: Vec<Incoming>,
}

async fn poll(rest: &Rest, cursor: Option<&Cursor>, wait_seconds: u64) -> Result<Answer, CallError> {
    let mut url = rest.server().events();
    url.query_pairs_mut().append_pair("wait", &wait_seconds.to_string());
    if let Some(cursor) = cursor {
        url.query_pairs_mut().append_pair("cursor", cursor.as_str());
    }
    let response = rest.authorized(rest.http().get(url)).timeout(PATIENCE).send().await.map_err(|error| broken(&error))?;
    let status = response.status();
    let retry_after_ms = retry_after_ms(response.headers());
    let text = response.text().await.map_err(|error| broken(&error))?;
    if !status.is_success() {
        return Err(refusal(status.as_u16(), retry_after_ms, &text));
    }
    read(&text).map_err(|error| CallError::UnexpectedAnswer(error.to_string()))
}

fn read(text: &str) -> serde_json::Result<Answer> {
    if let Ok(PollAnswer { cursor, snapshot, events }) = serde_json::from_str(text) {
        let events = events.into_iter().map(|event| Incoming::Event(Box::new(event))).collect();
        return Ok(Answer { cursor, snapshot, events });
    }
    #[derive(serde::Deserialize)]
    struct Loose<'a> {
        cursor: Cursor,
        #[serde(default)]
        snapshot: Option<Box<parlor_protocol::Snapshot>>,
        #[serde(borrow)]
        events: Vec<&'a serde_json::value::RawValue>,
    }
    let loose: Loose<'_> = serde_json::from_str(text)?;
    let events = loose.events.into_iter().filter_map(|event| Incoming::read(event.get()).ok()).collect();
    Ok(Answer { cursor: loose.cursor, snapshot: loose.snapshot, events })
}
