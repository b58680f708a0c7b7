//! The connection as a pure machine: what came in and what time it is go in, what to do comes out. No socket, no timer, no task.
//!
//! It keeps one connection alive over any transport, resumes with the cursor, sends heartbeats, notices silence, and obeys the close codes. It must never run in a
//! tight loop: every way back to [`Phase::Waiting`] draws its wait from the back-off, and the back-off starts over only after a connection has lasted.

mod inflight;
mod ladder;

use std::sync::Arc;

use parlor_protocol::close::AfterClose;
use parlor_protocol::events::OtherEvent;
use parlor_protocol::frames::Hello;
use parlor_protocol::{Cursor, ErrorCode, Problem, ServerEvent, Snapshot};
use parlor_types::{Limits, Random};
use serde_json::{Map, Value};

use crate::backoff::{Backoff, between_ms};
use crate::error::CallError;
use crate::incoming::{Incoming, RawAnswer};
use crate::websocket::{hello_frame, request_frame};
use inflight::Inflight;
use ladder::Ladder;
pub use ladder::{Transport, TransportChoice};

/// The number under which whoever asked finds the answer again.
pub type Ticket = u64;

/// Longest wait between two attempts.
const WAIT_MAX_MS: u64 = 60_000;
/// Longest time from the first byte to the snapshot.
const OPENING_MAX_MS: u64 = 20_000;
/// A connection that lasted so long was a good one: the next failure is the first again.
const LASTED_MS: u64 = 10_000;
/// A connection that was live for a shorter time counts as at most so many failures: the server is well, so the wait stays within four seconds.
const SHORT_LIVED_FAILURES_MAX: u32 = 3;
/// The token `hello` is numbered with; questions follow.
const HELLO_ID: u64 = 0;

/// What happens to a connection.
#[derive(Debug)]
pub enum Input {
    /// Connect, and stay connected.
    Start,
    /// The transport is open.
    Opened,
    /// A frame came (or, over the other transports, an event).
    Frame(Incoming),
    /// A snapshot came over a transport that says no hello.
    Snapshot(Box<Snapshot>),
    /// Something came that means only that the other side is there.
    Heard,
    /// The transport could not be opened, or ended without a close frame.
    Lost {
        /// The refusal, when the server said one.
        problem: Option<Problem>,
        /// What happened, in words.
        reason: String,
    },
    /// Somebody asks an operation.
    Ask {
        /// Who.
        ticket: Ticket,
        /// The operation's name.
        operation: &'static str,
        /// Its arguments.
        args: Map<String, Value>,
    },
    /// Go on over another transport, now.
    Switch(TransportChoice),
    /// The deadline has come.
    Tick,
    /// Disconnect for good.
    Stop,
}

/// What to do.
#[derive(Debug)]
pub enum Output {
    /// Open this transport. Whatever was open is gone.
    Open {
        /// Which.
        transport: Transport,
        /// Where to resume.
        cursor: Option<Cursor>,
    },
    /// Send this text.
    Send(String),
    /// Close what is open.
    Close,
    /// Ask over REST.
    AskOverRest {
        /// Who asks.
        ticket: Ticket,
        /// The operation's name.
        operation: &'static str,
        /// Its arguments.
        args: Map<String, Value>,
    },
    /// Here is the answer.
    Answer {
        /// To whom.
        ticket: Ticket,
        /// What.
        result: Result<RawAnswer, CallError>,
    },
    /// A snapshot to load.
    Snapshot(Box<Snapshot>),
    /// An event to apply.
    Event(Box<ServerEvent>),
    /// How the connection stands now.
    State(ConnectionState),
}

/// How a connection stands, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionState {
    /// On the way.
    Connecting(Transport),
    /// Connected, and current.
    Online(Transport),
    /// Not connected; the next attempt comes by itself.
    Waiting {
        /// After so long.
        wait_ms: u64,
        /// Why.
        reason: String,
    },
    /// Not connected, and it will not come by itself: the person must do something (log in, update).
    Away {
        /// The close code, when it was one.
        code: Option<u16>,
        /// Why.
        reason: String,
    },
    /// Closed by who opened it.
    Closed,
}

/// The phases, each with what only it knows.
#[derive(Debug)]
enum Phase {
    Idle,
    Waiting { until_ms: u64 },
    Opening { deadline_ms: u64 },
    Greeting { deadline_ms: u64 },
    Live { since_ms: u64, sent_ms: u64, heard_ms: u64 },
    Away,
    Stopped,
}

/// The machine.
pub struct Connection {
    token: String,
    client: Option<String>,
    random: Arc<dyn Random>,
    phase: Phase,
    ladder: Ladder,
    cursor: Option<Cursor>,
    heartbeat_ms: u64,
    backoff: Backoff,
    /// What `goodbye` said: the close code that follows, and between which moments to come back.
    goodbye: Option<(u16, [u64; 2])>,
    inflight: Inflight,
    next_id: u64,
}

impl Connection {
    /// A connection that was not started. `client` is the program's name and version.
    pub fn new(token: String, client: Option<String>, choice: TransportChoice, cursor: Option<Cursor>, random: Arc<dyn Random>) -> Self {
        Self {
            token,
            client,
            random,
            phase: Phase::Idle,
            ladder: Ladder::new(choice),
            cursor,
            heartbeat_ms: u64::from(Limits::DEFAULT.heartbeat_ms),
            backoff: Backoff::new(500, WAIT_MAX_MS),
            goodbye: None,
            inflight: Inflight::default(),
            next_id: HELLO_ID + 1,
        }
    }

    /// Takes what happened at `now_ms` (any clock that does not go back) and gives what to do, in order.
    pub fn handle(&mut self, input: Input, now_ms: u64) -> Vec<Output> {
        let mut outputs = Vec::new();
        match input {
            Input::Start if matches!(self.phase, Phase::Idle | Phase::Away) => self.open(now_ms, &mut outputs),
            Input::Start => {}
            Input::Opened => self.opened(now_ms, &mut outputs),
            Input::Frame(incoming) => self.frame(incoming, now_ms, &mut outputs),
            Input::Snapshot(snapshot) => self.snapshot(snapshot, now_ms, &mut outputs),
            Input::Heard => self.heard(now_ms, &mut outputs),
            Input::Lost { problem, reason } => self.lost(None, problem, reason, now_ms, &mut outputs),
            Input::Ask { ticket, operation, args } => self.ask(ticket, operation, args, now_ms, &mut outputs),
            Input::Switch(choice) => self.switch(choice, now_ms, &mut outputs),
            Input::Tick => self.tick(now_ms, &mut outputs),
            Input::Stop => self.stop(&mut outputs),
        }
        outputs
    }

    /// When [`Input::Tick`] is due.
    pub fn deadline_ms(&self) -> Option<u64> {
        match self.phase {
            Phase::Waiting { until_ms } => Some(until_ms),
            Phase::Opening { deadline_ms } | Phase::Greeting { deadline_ms } => Some(deadline_ms),
            Phase::Live { sent_ms, heard_ms, .. } => Some(self.dead_at_ms(heard_ms).min(self.heartbeat_at_ms(sent_ms))),
            Phase::Idle | Phase::Away | Phase::Stopped => None,
        }
    }

    /// True while events flow.
    pub const fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Live { .. })
    }

    fn open(&mut self, now_ms: u64, outputs: &mut Vec<Output>) {
        let transport = self.ladder.transport();
        self.phase = Phase::Opening { deadline_ms: now_ms + OPENING_MAX_MS };
        self.goodbye = None;
        outputs.push(Output::State(ConnectionState::Connecting(transport)));
        outputs.push(Output::Open { transport, cursor: self.cursor.clone() });
    }

    fn opened(&mut self, now_ms: u64, outputs: &mut Vec<Output>) {
        if !matches!(self.phase, Phase::Opening { .. }) {
            return;
        }
        self.phase = Phase::Greeting { deadline_ms: now_ms + OPENING_MAX_MS };
        if self.ladder.transport() == Transport::WebSocket {
            let hello = Hello { token: self.token.clone(), cursor: self.cursor.clone(), client: self.client.clone() };
            let text = hello_frame(HELLO_ID, &hello).expect("a hello is always a JSON object");
            outputs.push(Output::Send(text));
        }
    }

    fn frame(&mut self, incoming: Incoming, now_ms: u64, outputs: &mut Vec<Output>) {
        match (&self.phase, incoming) {
            (_, Incoming::Closed { code, reason }) => self.lost(code, None, reason, now_ms, outputs),
            (Phase::Greeting { .. }, Incoming::Answer { id: Some(HELLO_ID), result: Ok(answer) }) => match answer.read::<Snapshot>() {
                Ok(snapshot) => self.snapshot(Box::new(snapshot), now_ms, outputs),
                Err(error) => self.fail(error.to_string(), now_ms, outputs),
            },
            (Phase::Greeting { .. }, Incoming::Answer { result: Err(problem), .. }) => {
                let reason = problem.message.clone();
                outputs.push(Output::Close);
                self.lost(None, Some(problem), reason, now_ms, outputs);
            }
            (Phase::Live { .. }, Incoming::Answer { id: Some(id), result }) => {
                self.heard(now_ms, outputs);
                if let Some(ticket) = self.inflight.take(id) {
                    outputs.push(Output::Answer { ticket, result: result.map_err(CallError::Refused) });
                }
            }
            (Phase::Greeting { .. } | Phase::Live { .. }, Incoming::Event(event)) => self.event(event, now_ms, outputs),
            (Phase::Greeting { .. } | Phase::Live { .. }, Incoming::Answer { .. } | Incoming::Unknown(_)) => self.heard(now_ms, outputs),
            // What a transport that was given up still had to say.
            (Phase::Idle | Phase::Waiting { .. } | Phase::Opening { .. } | Phase::Away | Phase::Stopped, _) => {}
        }
    }

    fn event(&mut self, event: Box<ServerEvent>, now_ms: u64, outputs: &mut Vec<Output>) {
        self.heard(now_ms, outputs);
        match &*event {
            ServerEvent::Other(OtherEvent::Cursor { cursor }) => self.cursor = Some(cursor.clone()),
            ServerEvent::Other(OtherEvent::Goodbye { code, reconnect_after_ms: [earliest, latest] }) => {
                self.goodbye = Some((*code, [now_ms + earliest, now_ms + latest]));
            }
            ServerEvent::Log(_) | ServerEvent::Other(_) => {}
        }
        outputs.push(Output::Event(event));
    }

    fn snapshot(&mut self, snapshot: Box<Snapshot>, now_ms: u64, outputs: &mut Vec<Output>) {
        if !matches!(self.phase, Phase::Greeting { .. } | Phase::Live { .. }) {
            return;
        }
        self.cursor = Some(snapshot.cursor.clone());
        self.heartbeat_ms = u64::from(snapshot.heartbeat_ms).max(100);
        outputs.push(Output::Snapshot(snapshot));
        self.heard(now_ms, outputs);
    }

    /// The other side is there; over the transports without a hello that is all the greeting there may be.
    fn heard(&mut self, now_ms: u64, outputs: &mut Vec<Output>) {
        match &mut self.phase {
            Phase::Live { heard_ms, .. } => *heard_ms = now_ms,
            Phase::Greeting { .. } => {
                self.phase = Phase::Live { since_ms: now_ms, sent_ms: now_ms, heard_ms: now_ms };
                self.ladder.reached();
                outputs.push(Output::State(ConnectionState::Online(self.ladder.transport())));
            }
            Phase::Idle | Phase::Waiting { .. } | Phase::Opening { .. } | Phase::Away | Phase::Stopped => {}
        }
    }

    fn ask(&mut self, ticket: Ticket, operation: &'static str, args: Map<String, Value>, now_ms: u64, outputs: &mut Vec<Output>) {
        let Phase::Live { sent_ms, .. } = &mut self.phase else {
            let stopped = matches!(self.phase, Phase::Stopped);
            outputs.push(if stopped {
                Output::Answer { ticket, result: Err(CallError::Closed) }
            } else {
                Output::AskOverRest { ticket, operation, args }
            });
            return;
        };
        if self.ladder.transport() != Transport::WebSocket {
            outputs.push(Output::AskOverRest { ticket, operation, args });
            return;
        }
        let id = self.next_id;
        match request_frame(id, operation, &args) {
            Ok(text) => {
                *sent_ms = now_ms;
                self.next_id += 1;
                self.inflight.put(id, ticket, operation, args);
                outputs.push(Output::Send(text));
            }
            Err(error) => outputs.push(Output::Answer { ticket, result: Err(error) }),
        }
    }

    fn switch(&mut self, choice: TransportChoice, now_ms: u64, outputs: &mut Vec<Output>) {
        self.ladder = Ladder::new(choice);
        if matches!(self.phase, Phase::Idle | Phase::Away | Phase::Stopped) {
            return;
        }
        outputs.push(Output::Close);
        self.let_go("the transport was changed", outputs);
        self.open(now_ms, outputs);
    }

    fn tick(&mut self, now_ms: u64, outputs: &mut Vec<Output>) {
        match self.phase {
            Phase::Waiting { until_ms } if now_ms >= until_ms => self.open(now_ms, outputs),
            Phase::Opening { deadline_ms } | Phase::Greeting { deadline_ms } if now_ms >= deadline_ms => {
                self.fail("the server did not answer in time".to_owned(), now_ms, outputs);
            }
            Phase::Live { heard_ms, .. } if now_ms >= self.dead_at_ms(heard_ms) => {
                self.fail("nothing was heard from the server for too long".to_owned(), now_ms, outputs);
            }
            Phase::Live { sent_ms, .. } if now_ms >= self.heartbeat_at_ms(sent_ms) => self.ping(now_ms, outputs),
            Phase::Idle
            | Phase::Waiting { .. }
            | Phase::Opening { .. }
            | Phase::Greeting { .. }
            | Phase::Live { .. }
            | Phase::Away
            | Phase::Stopped => {}
        }
    }

    fn ping(&mut self, now_ms: u64, outputs: &mut Vec<Output>) {
        if let Phase::Live { sent_ms, .. } = &mut self.phase {
            *sent_ms = now_ms;
            let text = request_frame(self.next_id, "ping", &Map::new()).expect("a ping is always a JSON object");
            self.next_id += 1;
            outputs.push(Output::Send(text));
        }
    }

    fn stop(&mut self, outputs: &mut Vec<Output>) {
        self.phase = Phase::Stopped;
        outputs.push(Output::Close);
        for ticket in self.inflight.drain().map(|question| question.ticket) {
            outputs.push(Output::Answer { ticket, result: Err(CallError::Closed) });
        }
        outputs.push(Output::State(ConnectionState::Closed));
    }

    /// This side gives the transport up.
    fn fail(&mut self, reason: String, now_ms: u64, outputs: &mut Vec<Output>) {
        outputs.push(Output::Close);
        self.lost(None, None, reason, now_ms, outputs);
    }

    /// The transport is gone: stay away, or wait and come back.
    fn lost(&mut self, code: Option<u16>, problem: Option<Problem>, reason: String, now_ms: u64, outputs: &mut Vec<Output>) {
        let since_ms = match self.phase {
            Phase::Idle | Phase::Waiting { .. } | Phase::Away | Phase::Stopped => return,
            Phase::Live { since_ms, .. } => Some(since_ms),
            Phase::Opening { .. } | Phase::Greeting { .. } => None,
        };
        self.let_go(&reason, outputs);
        let goodbye = self.goodbye.take();
        let code = code.or(goodbye.map(|(code, _)| code));
        let after = code.map_or_else(|| after_problem(problem.as_ref()), AfterClose::of);
        match after {
            AfterClose::StayAway => {
                self.phase = Phase::Away;
                outputs.push(Output::State(ConnectionState::Away { code, reason }));
                return;
            }
            AfterClose::Restart => self.cursor = None,
            AfterClose::Resume => {}
        }
        let lasted_ms = since_ms.map(|since_ms| now_ms.saturating_sub(since_ms));
        match lasted_ms {
            Some(lasted_ms) => {
                self.ladder.lasted(lasted_ms);
                self.backoff.ease(SHORT_LIVED_FAILURES_MAX);
            }
            None => self.ladder.missed(),
        }
        let lasted = lasted_ms.is_some_and(|lasted_ms| lasted_ms >= LASTED_MS);
        if lasted {
            self.backoff.reset();
        }
        let asked_ms = goodbye.map(|(_, [earliest, latest])| between_ms(&*self.random, earliest.max(now_ms), latest.max(now_ms)) - now_ms);
        let wait_ms = match asked_ms {
            Some(asked_ms) if lasted => asked_ms,
            // However soon the server wants to see it: a connection that never lasts must not come back faster and faster.
            _ => {
                let own_ms = self.backoff.next_wait_after_ms(&*self.random, problem.and_then(|problem| problem.retry_after_ms));
                own_ms.max(asked_ms.unwrap_or(0))
            }
        };
        let wait_ms = wait_ms.max(Backoff::FLOOR_MS);
        self.phase = Phase::Waiting { until_ms: now_ms + wait_ms };
        outputs.push(Output::State(ConnectionState::Waiting { wait_ms, reason }));
    }

    /// Questions that were on the way: those that may be asked twice go over REST, of the others it is not known what became of them.
    fn let_go(&mut self, reason: &str, outputs: &mut Vec<Output>) {
        for question in self.inflight.drain() {
            outputs.push(match question.again {
                Some(args) => Output::AskOverRest { ticket: question.ticket, operation: question.operation, args },
                None => Output::Answer { ticket: question.ticket, result: Err(CallError::Interrupted(reason.to_owned())) },
            });
        }
    }

    /// Only the socket has heartbeats of the client; the other transports are kept alive by the server.
    fn heartbeat_at_ms(&self, sent_ms: u64) -> u64 {
        if self.ladder.transport() == Transport::WebSocket { sent_ms + self.heartbeat_ms } else { u64::MAX }
    }

    fn dead_at_ms(&self, heard_ms: u64) -> u64 {
        heard_ms + self.heartbeat_ms * 5 / 2
    }
}

/// What a refusal of the connection itself means.
fn after_problem(problem: Option<&Problem>) -> AfterClose {
    match problem.map(|problem| problem.code) {
        Some(ErrorCode::Unauthenticated | ErrorCode::AccountDisabled | ErrorCode::WrongCredentials | ErrorCode::Forbidden) => AfterClose::StayAway,
        // A cursor that the server cannot read is worth less than none.
        Some(ErrorCode::InvalidRequest) => AfterClose::Restart,
        _ => AfterClose::Resume,
    }
}
