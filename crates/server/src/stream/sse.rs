//! Server-sent events: the snapshot first, then every event as it comes. `id` lines carry the cursor, so that a client that gives the last one back resumes there.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http::{HeaderValue, header};
use parlor_engine::{CloseReason, Delivery};
use parlor_protocol::Cursor;
use parlor_types::Position;
use tokio::time::{Instant, timeout_at};

use super::{CHUNK_BYTES, Question};
use crate::api::{Api, Refused};
use crate::attach::{Attached, Start, close_code, goodbye};
use crate::encode::payload;
use crate::pace::Pace;

/// How often an idle stream says that it is alive; proxies give up after a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// One open stream.
struct Events {
    api: Arc<Api>,
    /// `None` once it has ended.
    attached: Option<Attached>,
    /// Written, and not taken yet.
    first: Option<Bytes>,
    pace: Pace,
    heartbeat: Instant,
}

pub(super) async fn open(api: &Arc<Api>, question: Question) -> Result<Response, Refused> {
    let (attached, Start { snapshot, missed, position }) = Attached::begin(api, question.session, question.cursor.as_ref()).await?;
    api.tally.stream_opened();
    let json = serde_json::to_string(&snapshot).map_err(|error| {
        tracing::error!(%error, "a snapshot could not be written as JSON");
        Refused::internal()
    })?;
    let mut first = BytesMut::new();
    // What follows was missed, and the snapshot stands behind it: only the cursor event after it says so.
    push(&mut first, &["event: snapshot\ndata: ", &json, "\n\n"]);
    push_frames(&mut first, &missed);
    push_cursor(&mut first, api, position);
    let events = Events {
        api: api.clone(),
        attached: Some(attached),
        first: Some(first.freeze()),
        pace: Pace::at(position),
        heartbeat: Instant::now() + HEARTBEAT,
    };
    let body = Body::from_stream(stream::unfold(events, |mut events| async move {
        let chunk = events.next().await?;
        Some((Ok::<_, std::convert::Infallible>(chunk), events))
    }));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        // Some proxies gather what they pass on; this asks them not to.
        (header::HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, body).into_response())
}

impl Events {
    /// The next piece of the stream; `None` at its end.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            let mailbox = self.attached.as_ref()?.mailbox().clone();
            // Taken before the mailbox is looked into: that order makes the cursor true (G4).
            let horizon = self.api.engine.hub().horizon();
            let now = Instant::now();
            if let Some(delivery) = mailbox.try_take(CHUNK_BYTES) {
                return Some(self.write(delivery, now));
            }
            let mut chunk = BytesMut::new();
            if let Some(position) = self.pace.drained(horizon, now) {
                push_cursor(&mut chunk, &self.api, position);
                return Some(chunk.freeze());
            }
            if self.heartbeat <= now {
                self.heartbeat = now + HEARTBEAT;
                return Some(Bytes::from_static(b":\n\n"));
            }
            let until = self.pace.due().map_or(self.heartbeat, |due| due.min(self.heartbeat));
            if let Ok(delivery) = timeout_at(until, mailbox.take(CHUNK_BYTES)).await {
                return Some(self.write(delivery, Instant::now()));
            }
        }
    }

    fn write(&mut self, delivery: Delivery, now: Instant) -> Bytes {
        let mut chunk = BytesMut::new();
        match delivery {
            Delivery::Frames(frames) => {
                self.pace.delivered(now);
                self.heartbeat = now + HEARTBEAT;
                push_frames(&mut chunk, &frames);
            }
            Delivery::Closed(reason) => {
                self.attached = None;
                push_frames(&mut chunk, &[self.goodbye(reason)]);
            }
        }
        chunk.freeze()
    }

    fn goodbye(&self, reason: CloseReason) -> Bytes {
        goodbye(close_code(reason), self.api.config.drain.as_millis() as u64)
    }
}

fn push(chunk: &mut BytesMut, parts: &[&str]) {
    for part in parts {
        chunk.extend_from_slice(part.as_bytes());
    }
}

fn push_frames(chunk: &mut BytesMut, frames: &[Bytes]) {
    for frame in frames {
        chunk.extend_from_slice(b"data: ");
        chunk.extend_from_slice(&payload(frame));
        chunk.extend_from_slice(b"\n\n");
    }
}

fn push_cursor(chunk: &mut BytesMut, api: &Api, position: Position) {
    push(chunk, &["id: ", Cursor::at(api.engine.epoch(), position).as_str(), "\n"]);
    push_frames(chunk, &[api.encoder.cursor(position)]);
}
