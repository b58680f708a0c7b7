//! Events for those who cannot hold a socket: as a stream (server-sent events) or by long poll, from the same mailbox and with the same cursor, so that a client may
//! change between all transports at any moment and loses nothing (G4).
//!
//! `GET /v1/events?cursor=…` with `Accept: text/event-stream` streams; without it `GET /v1/events?cursor=…&wait=25` answers once.

mod poll;
mod sse;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, header, request};
use parlor_engine::Session;
use parlor_protocol::Cursor;
use parlor_protocol::operations::Rate;

use crate::api::{Api, Refused, call_of, not_allowed, refuse};

/// How long a long poll waits when the client does not say.
const WAIT_SECONDS: u32 = 25;
/// Bytes that are taken from the mailbox at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// What a client asks for.
struct Question {
    session: Session,
    cursor: Option<Cursor>,
    wait: Duration,
    is_stream: bool,
}

/// Answers `GET /v1/events`.
pub(crate) async fn open(State(api): State<Arc<Api>>, request: Request) -> Response {
    if request.method() != Method::GET {
        return not_allowed(&api, request.method(), &HeaderValue::from_static("GET, OPTIONS"));
    }
    let (parts, _) = request.into_parts();
    match answer(&api, &parts).await {
        Ok(response) => response,
        Err(refused) => refuse(&api, refused),
    }
}

async fn answer(api: &Arc<Api>, parts: &request::Parts) -> Result<Response, Refused> {
    let question = read(api, parts).await?;
    if question.is_stream { sse::open(api, question).await } else { poll::answer(api, question).await }
}

async fn read(api: &Api, parts: &request::Parts) -> Result<Question, Refused> {
    let call = call_of(api, parts).await?;
    let session = call.actor.session()?;
    api.rates.charge(Rate::Read, call.caller)?;
    let most = api.engine.limits().long_poll_seconds_max;
    let (mut cursor, mut wait) = (None, None);
    for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
        let given = match &*name {
            "cursor" => cursor.replace(value.into_owned()).is_some(),
            "wait" => {
                let seconds = value.parse::<u32>().ok().filter(|seconds| *seconds <= most);
                wait.replace(seconds.ok_or_else(|| Refused::invalid(format!("wait must be a number of seconds from 0 to {most}")))?).is_some()
            }
            _ => return Err(Refused::invalid(format!("unknown field `{name}`, expected `cursor` or `wait`"))),
        };
        if given {
            return Err(Refused::invalid(format!("the argument {name:?} is given twice")));
        }
    }
    let is_stream = accepts_stream(&parts.headers);
    let resumed = parts.headers.get("last-event-id").filter(|_| is_stream).and_then(|id| id.to_str().ok()).map(str::to_owned);
    Ok(Question {
        session,
        cursor: resumed.or(cursor).filter(|cursor| !cursor.is_empty()).map(Cursor::from_client),
        wait: Duration::from_secs(wait.unwrap_or_else(|| WAIT_SECONDS.min(most)).into()),
        is_stream,
    })
}

fn accepts_stream(headers: &HeaderMap) -> bool {
    let kinds = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    kinds.filter_map(|kind| kind.split(';').next()).any(|kind| kind.trim().eq_ignore_ascii_case("text/event-stream"))
}
