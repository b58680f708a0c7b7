//! The long poll: one answer, at once when something was missed, else when something happens or the time is up.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use parlor_engine::{CloseReason, Delivery, EngineError};
use parlor_protocol::{Cursor, Snapshot};
use parlor_types::Position;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::time::{Instant, timeout_at};

use super::{CHUNK_BYTES, Question};
use crate::api::{Api, Refused};
use crate::attach::{Attached, Start};
use crate::encode::payload;

/// What happens shortly after the first event goes into the same answer, and the feed's horizon has time to pass it.
const GATHER: Duration = Duration::from_millis(20);

/// The form of [`parlor_protocol::events::PollAnswer`], with events that were written as JSON before.
#[derive(Serialize)]
struct Answer<'a> {
    cursor: Cursor,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<Snapshot>,
    events: Vec<&'a RawValue>,
}

pub(super) async fn answer(api: &Arc<Api>, question: Question) -> Result<Response, Refused> {
    api.tally.poll_asked();
    let (attached, start) = Attached::begin(api, question.session, question.cursor.as_ref()).await?;
    if has_news(&start) {
        let snapshot = (!start.snapshot.resumed || has_changes(&start.snapshot)).then_some(start.snapshot);
        return write(api, start.position, snapshot, &start.missed);
    }
    let (position, frames) = wait(api, &attached, start.position, Instant::now() + question.wait).await?;
    write(api, position, None, &frames)
}

fn has_news(start: &Start) -> bool {
    !start.snapshot.resumed || has_changes(&start.snapshot) || !start.missed.is_empty()
}

fn has_changes(snapshot: &Snapshot) -> bool {
    !snapshot.conversations.is_empty() || !snapshot.contacts.is_empty()
}

/// Waits for something to happen and gathers it, with the cursor behind it.
async fn wait(api: &Api, attached: &Attached, from: Position, until: Instant) -> Result<(Position, Vec<Bytes>), Refused> {
    let mailbox = attached.mailbox();
    let mut frames = Vec::new();
    if let Ok(first) = timeout_at(until, mailbox.take(CHUNK_BYTES)).await {
        frames.extend(opened(first)?);
        tokio::time::sleep(GATHER).await;
    }
    // Taken before the mailbox is emptied: that order makes the cursor true (G4).
    let horizon = api.engine.hub().horizon();
    while let Some(delivery) = mailbox.try_take(CHUNK_BYTES) {
        frames.extend(opened(delivery)?);
    }
    Ok((horizon.max(from), frames))
}

fn opened(delivery: Delivery) -> Result<Vec<Bytes>, Refused> {
    match delivery {
        Delivery::Frames(frames) => Ok(frames),
        Delivery::Closed(CloseReason::Revoked) => Err(EngineError::Unauthenticated.into()),
        // Nothing was handed over, so the client's own cursor is where it goes on.
        Delivery::Closed(CloseReason::SlowConsumer | CloseReason::Stopping | CloseReason::Resync) => {
            Err(EngineError::Overloaded { retry_after_ms: 1_000 }.into())
        }
    }
}

fn write(api: &Api, position: Position, snapshot: Option<Snapshot>, frames: &[Bytes]) -> Result<Response, Refused> {
    let payloads: Vec<Bytes> = frames.iter().map(payload).collect();
    let events: Result<Vec<&RawValue>, _> = payloads.iter().map(|payload| serde_json::from_slice(payload)).collect();
    let body = events.and_then(|events| serde_json::to_vec(&Answer { cursor: Cursor::at(api.engine.epoch(), position), snapshot, events }));
    let body = body.map_err(|error| {
        tracing::error!(%error, "a poll could not be answered: an event is not JSON");
        Refused::internal()
    })?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response())
}
