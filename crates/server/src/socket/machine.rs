//! What a connection does next: a pure machine of three phases. Inputs in, outputs out; it holds no socket, no timer and no task.

use std::time::Duration;

use bytes::Bytes;
use parlor_engine::CloseReason;
use parlor_protocol::frames::{Failure, Hello, Request};
use parlor_protocol::{CloseCode, ErrorCode};
use serde::Deserialize;
use tokio::time::Instant;

use super::allowance::Allowance;
use crate::api::{Refused, Row, find_operation, is_object, is_too_deep};
use crate::attach::{close_code, goodbye};
use crate::encode::frame;
use crate::websocket::{self, EncodedFrame, Violation};

/// How long a closing connection waits for its peer to take the last frame and to close.
const CLOSING: Duration = Duration::from_secs(3);

/// The limits that the machine keeps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    /// For `hello`.
    pub(super) hello: Duration,
    /// Silence after which a connection is dead.
    pub(super) dead_after: Duration,
    /// Over which time clients are told to come back when the node stops.
    pub(super) spread: Duration,
    /// Depth of a question's arguments.
    pub(super) json_depth_max: u32,
}

/// What happens to a connection.
#[derive(Debug)]
pub(super) enum Input<'a> {
    /// The peer sent a text.
    Text(&'a str),
    /// The peer wants an answer to this.
    Ping(&'a [u8]),
    /// The peer answered, or is just alive.
    Pong,
    /// The peer closes.
    PeerClosed(Option<websocket::CloseCode>),
    /// The peer broke the framing rules.
    Broke(Violation),
    /// `hello` was good: its answer, and what was missed.
    Greeted(Vec<Bytes>),
    /// `hello` was not good.
    NotGreeted(Refused),
    /// A question was refused because there were too many.
    RateLimited,
    /// The engine ends the connection, or the node stops.
    Ended(CloseReason),
    /// A time limit may have passed.
    Tick,
}

/// What is to be done, in this order.
#[derive(Debug)]
pub(super) enum Output<'a> {
    /// Check the token and attach.
    Greet { id: u64, hello: Hello },
    /// Answer a question.
    Ask { id: u64, operation: &'static Row, args: &'a str },
    /// Send frames.
    Send(Vec<Bytes>),
    /// Detach and send these last frames: after what waits, or in its place.
    Close { code: Option<CloseCode>, keep: bool, last: Vec<Bytes> },
    /// Let go at once.
    Drop,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Machine {
    phase: Phase,
    timing: Timing,
}

#[derive(Debug)]
enum Phase {
    /// Nothing may be asked yet. `greeting` is the number of a `hello` that is being checked.
    AwaitingHello { until: Instant, greeting: Option<u64>, allowance: Allowance },
    /// Authenticated and attached.
    Live { heard_at: Instant, allowance: Allowance },
    /// The last frames are on their way; what the peer says is not heard any more. `answered` when it has said its close.
    Closing { until: Instant, answered: bool },
}

impl Machine {
    pub(super) fn new(timing: Timing, now: Instant) -> Self {
        Self { phase: Phase::AwaitingHello { until: now + timing.hello, greeting: None, allowance: Allowance::full(now) }, timing }
    }

    /// Whether questions are heard now. Those that come while `hello` is being checked wait for it.
    pub(super) const fn hears(&self) -> bool {
        !matches!(self.phase, Phase::AwaitingHello { greeting: Some(_), .. })
    }

    /// Whether no session is attached yet.
    pub(super) const fn awaits_hello(&self) -> bool {
        matches!(self.phase, Phase::AwaitingHello { .. })
    }

    /// Whether the last frames are on their way.
    pub(super) const fn is_closing(&self) -> bool {
        matches!(self.phase, Phase::Closing { .. })
    }

    /// Whether nothing more is expected of the peer.
    pub(super) const fn is_answered(&self) -> bool {
        matches!(self.phase, Phase::Closing { answered: true, .. })
    }

    /// When to say [`Input::Tick`] at the latest.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::AwaitingHello { until, greeting: None, .. } | Phase::Closing { until, .. } => Some(until),
            Phase::AwaitingHello { greeting: Some(_), .. } => None,
            Phase::Live { heard_at, .. } => Some(heard_at + self.timing.dead_after),
        }
    }

    /// One step.
    pub(super) fn handle<'a>(&mut self, input: Input<'a>, now: Instant) -> Vec<Output<'a>> {
        match (&mut self.phase, input) {
            (Phase::Closing { answered, .. }, Input::PeerClosed(_) | Input::Broke(_)) => {
                *answered = true;
                Vec::new()
            }
            (Phase::Closing { until, .. }, Input::Tick) if *until <= now => vec![Output::Drop],
            (Phase::Closing { .. }, _) => Vec::new(),
            (_, Input::PeerClosed(code)) => self.part(EncodedFrame::close(code, ""), now),
            (_, Input::Broke(violation)) => {
                let reason = violation.to_string();
                self.close_with(EncodedFrame::close(Some(violation.close_code()), &reason), now)
            }
            (_, Input::Ended(reason)) => self.close(close_code(reason), Vec::new(), now),
            (Phase::AwaitingHello { .. }, input) => self.await_hello(input, now),
            (Phase::Live { .. }, input) => self.live(input, now),
        }
    }

    fn await_hello<'a>(&mut self, input: Input<'a>, now: Instant) -> Vec<Output<'a>> {
        let Phase::AwaitingHello { until, greeting, allowance } = &mut self.phase else { return Vec::new() };
        if matches!(input, Input::Ping(_) | Input::Pong) && !allowance.spend(now) {
            return self.close(CloseCode::Flood, Vec::new(), now);
        }
        match input {
            Input::Text(text) => match parse_hello(text, self.timing.json_depth_max) {
                Ok((id, hello)) => {
                    *greeting = Some(id);
                    vec![Output::Greet { id, hello }]
                }
                Err((id, refused)) => {
                    let code = if refused.0.code == ErrorCode::Unauthenticated { CloseCode::Unauthenticated } else { CloseCode::InvalidFrame };
                    self.close(code, vec![failure(id, refused)], now)
                }
            },
            Input::Ping(_) | Input::Pong if !allowance.spend(now) => self.close(CloseCode::Flood, Vec::new(), now),
            Input::Ping(payload) => vec![Output::Send(vec![EncodedFrame::pong(payload).into_bytes()])],
            Input::Greeted(frames) => {
                self.phase = Phase::Live { heard_at: now, allowance: Allowance::full(now) };
                vec![Output::Send(frames)]
            }
            Input::NotGreeted(refused) => {
                let code = match refused.0.code {
                    ErrorCode::RateLimited | ErrorCode::Overloaded | ErrorCode::Unavailable | ErrorCode::Internal => CloseCode::Overloaded,
                    _ => CloseCode::Unauthenticated,
                };
                let id = *greeting;
                self.close(code, vec![failure(id, refused)], now)
            }
            Input::Tick if greeting.is_none() && *until <= now => self.close(CloseCode::Unauthenticated, Vec::new(), now),
            _ => Vec::new(),
        }
    }

    fn live<'a>(&mut self, input: Input<'a>, now: Instant) -> Vec<Output<'a>> {
        let Phase::Live { heard_at, allowance } = &mut self.phase else { return Vec::new() };
        if matches!(input, Input::Text(_) | Input::Ping(_) | Input::Pong) {
            *heard_at = now;
        }
        let output = match input {
            Input::Text(text) => match parse_question(text, self.timing.json_depth_max) {
                Ok((id, operation, args)) => return vec![Output::Ask { id, operation, args }],
                Err((id, refused)) => Some(Output::Send(vec![failure(id, refused)])),
            },
            Input::Ping(payload) => Some(Output::Send(vec![EncodedFrame::pong(payload).into_bytes()])),
            Input::Pong | Input::RateLimited => None,
            Input::Tick if *heard_at + self.timing.dead_after <= now => return self.close(CloseCode::HeartbeatMissed, Vec::new(), now),
            _ => return Vec::new(),
        };
        // What is not paid for by a rate limit is paid for here, and so is going on after a rate limit has said no.
        if allowance.spend(now) { output.into_iter().collect() } else { self.close(CloseCode::Flood, Vec::new(), now) }
    }

    /// Closes from our side, with the frames to be sent before.
    fn close<'a>(&mut self, code: CloseCode, mut last: Vec<Bytes>, now: Instant) -> Vec<Output<'a>> {
        if matches!(code, CloseCode::ServerStopping | CloseCode::Overloaded) {
            last.push(goodbye(code, self.timing.spread.as_millis() as u64));
        }
        last.push(EncodedFrame::close(websocket::CloseCode::new(code.number()), code.reason()).into_bytes());
        self.phase = Phase::Closing { until: now + CLOSING, answered: false };
        // Nothing follows a revocation (G8), and what a slow reader did not take it gets when it resumes.
        let keep = !matches!(code, CloseCode::Revoked | CloseCode::SlowConsumer);
        vec![Output::Close { code: Some(code), keep, last }]
    }

    fn close_with<'a>(&mut self, close: EncodedFrame, now: Instant) -> Vec<Output<'a>> {
        self.phase = Phase::Closing { until: now + CLOSING, answered: false };
        vec![Output::Close { code: None, keep: false, last: vec![close.into_bytes()] }]
    }

    /// Answers the peer's close.
    fn part<'a>(&mut self, close: EncodedFrame, now: Instant) -> Vec<Output<'a>> {
        let outputs = self.close_with(close, now);
        self.phase = Phase::Closing { until: now + CLOSING, answered: true };
        outputs
    }
}

/// The answer to a question that was not granted.
pub(super) fn failure(id: Option<u64>, refused: Refused) -> Bytes {
    frame(&Failure { id, error: refused.0 })
}

type NoQuestion = (Option<u64>, Refused);

fn parse_frame(text: &str, depth_max: u32) -> Result<Request<'_>, NoQuestion> {
    #[derive(Deserialize)]
    struct Numbered {
        id: u64,
    }
    // The frame is one level around the arguments.
    if is_too_deep(text, depth_max + 1) {
        return Err((None, Refused::invalid(format!("the frame nests deeper than {depth_max} levels"))));
    }
    if !is_object(text) {
        return Err((None, Refused::invalid("a frame must be a JSON object: {\"id\":…,\"op\":\"…\",\"args\":{…}}")));
    }
    serde_json::from_str(text).map_err(|error| {
        let id = serde_json::from_str::<Numbered>(text).ok().map(|numbered| numbered.id);
        (id, Refused::invalid(format!("a frame must be {{\"id\":…,\"op\":\"…\",\"args\":{{…}}}}: {error}")))
    })
}

fn parse_hello(text: &str, depth_max: u32) -> Result<(u64, Hello), NoQuestion> {
    let request = parse_frame(text, depth_max)?;
    let id = request.id;
    if request.op != "hello" {
        return Err((Some(id), Refused::new(ErrorCode::Unauthenticated, "the first frame must be hello")));
    }
    let args = request.args.map_or("{}", serde_json::value::RawValue::get);
    if !is_object(args) {
        return Err((Some(id), Refused::invalid("hello: the arguments must be a JSON object")));
    }
    let hello: Hello = serde_json::from_str(args).map_err(|error| (Some(id), Refused::invalid(format!("hello: {error}"))))?;
    if hello.client.as_ref().is_some_and(|client| client.chars().count() > 64) {
        return Err((Some(id), Refused::invalid("hello: client must be at most 64 characters long")));
    }
    Ok((id, hello))
}

fn parse_question(text: &str, depth_max: u32) -> Result<(u64, &'static Row, &str), NoQuestion> {
    let request = parse_frame(text, depth_max)?;
    let id = Some(request.id);
    if request.op == "hello" {
        return Err((id, Refused::new(ErrorCode::Conflict, "hello was said already")));
    }
    let operation = find_operation(&request.op).map_err(|refused| (id, refused))?;
    Ok((request.id, operation, request.args.map_or("{}", serde_json::value::RawValue::get)))
}
