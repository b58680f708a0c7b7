//! The loop under the machine: it owns the stream and everything that wakes the connection.

use std::collections::VecDeque;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use parlor_engine::{Actor, CloseReason, Delivery, Session};
use parlor_protocol::ErrorCode;
use parlor_protocol::frames::{Hello, Success};
use parlor_protocol::operations::Rate;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::alarm::Alarm;
use super::machine::{Input, Machine, Output, Timing, failure};
use super::outbound::Outbound;
use super::work::{QUESTIONS_MAX, Work};
use crate::api::{Api, Call, Form, Refused, Row};
use crate::attach::{Attached, Start};
use crate::auth;
use crate::encode::frame;
use crate::pace::Pace;
use crate::peer::Peer;
use crate::rate::Caller;
use crate::websocket::{self, Decoder, DecoderOptions, Event};

/// Bytes that may wait for the stream before the mailbox is left alone and no more questions are taken: enough for a full write.
const WINDOW_BYTES: usize = 64 * 1024;
/// The longest first frame: a token and a cursor.
const HELLO_BYTES_MAX: usize = 4 * 1024;
/// How long a revoked connection may finish what it has asked. With the tick of the alarms well within a second (G8).
const LAST_ANSWERS: Duration = Duration::from_millis(500);
/// What one read takes. All connections of a thread share the buffer.
const SCRATCH_BYTES: usize = 16 * 1024;

thread_local! {
    static SCRATCH: std::cell::RefCell<Box<[u8]>> = std::cell::RefCell::new(vec![0; SCRATCH_BYTES].into());
}

/// One socket after its handshake. A future that ends when the socket does; spawn it as a task of its own.
pub struct Connection<S> {
    stream: S,
    api: Arc<Api>,
    /// Keeps the connection counted.
    _peer: Peer,
    address: Option<IpAddr>,
    decoder: Decoder,
    machine: Machine,
    outbound: Outbound,
    /// Questions that were read and cannot be taken yet. Nothing is read while there are any.
    held: VecDeque<Box<str>>,
    greeting: Option<BoxFuture<'static, Result<Greeting, Refused>>>,
    live: Option<Live>,
    /// Boxed, and only while something is asked: it is large.
    work: Option<Box<Work>>,
    alarm: Alarm,
    /// The session was revoked; until then what was asked before may still be answered, the log-out itself above all.
    revoked_until: Option<Instant>,
    is_over: bool,
}

/// What a connection has once it said `hello`.
struct Live {
    attached: Attached,
    session: Session,
    pace: Pace,
}

struct Greeting {
    live: Live,
    frames: Vec<Bytes>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// A connection over `stream`, whose peer's client has this address.
    pub fn new(stream: S, api: Arc<Api>, peer: Peer, address: Option<IpAddr>) -> Self {
        let limits = api.engine.limits();
        let timing = Timing {
            hello: Duration::from_millis(limits.hello_timeout_ms.into()),
            dead_after: Duration::from_millis(limits.dead_after_ms.into()),
            spread: api.config.drain,
            json_depth_max: limits.json_depth_max,
        };
        api.tally.socket_opened();
        Self {
            stream,
            _peer: peer,
            address,
            decoder: Decoder::new(DecoderOptions { message_bytes_max: HELLO_BYTES_MAX, accept_binary: false }),
            machine: Machine::new(timing, Instant::now()),
            outbound: Outbound::default(),
            held: VecDeque::new(),
            greeting: None,
            live: None,
            work: None,
            alarm: Alarm::new(api.alarms.clone()),
            revoked_until: None,
            api,
            is_over: false,
        }
    }

    fn feed(&mut self, input: Input<'_>, now: Instant) {
        for output in self.machine.handle(input, now) {
            match output {
                Output::Greet { id, hello } => self.greeting = Some(greet(self.api.clone(), self.address, id, hello).boxed()),
                Output::Ask { id, operation, args } => self.ask(id, operation, args, now),
                Output::Send(frames) => self.outbound.extend(frames),
                Output::Close { code, keep, last } => {
                    if let Some(code) = code {
                        self.api.tally.count_close(code);
                    }
                    // What waits after a revocation are the last answers; the rest went when it was noticed.
                    if !keep && self.revoked_until.is_none() {
                        self.outbound.clear();
                    }
                    self.outbound.extend(last);
                    (self.live, self.work, self.greeting, self.held) = (None, None, None, VecDeque::new());
                }
                Output::Drop => self.is_over = true,
            }
        }
    }

    fn ask(&mut self, id: u64, operation: &'static Row, args: &str, now: Instant) {
        let Some(live) = &self.live else { return };
        let caller = Caller::new(Some(live.session), self.address);
        let call = Call { actor: Actor::Session(live.session), caller, mailbox: Some(live.attached.mailbox().clone()) };
        let started = operation.admit(&self.api, &call).and_then(|()| operation.start(&self.api, call, args, Form::Frame(id)));
        match started {
            Ok(started) => self.work.get_or_insert_default().push(id, started),
            Err(refused) => {
                let is_rate_limited = refused.0.code == ErrorCode::RateLimited;
                self.answer(id, Err(refused), now);
                if is_rate_limited {
                    self.feed(Input::RateLimited, now);
                }
            }
        }
    }

    fn answer(&mut self, id: u64, answer: Result<Bytes, Refused>, now: Instant) {
        // One answer may be larger than the limit; a second one behind it is too much.
        if self.outbound.bytes() > self.api.engine.limits().outbound_queue_bytes_max as usize {
            return self.feed(Input::Ended(CloseReason::SlowConsumer), now);
        }
        self.outbound.push(answer.unwrap_or_else(|refused| {
            self.api.tally.count_refusal(refused.0.code);
            failure(Some(id), refused)
        }));
    }

    fn poll_greeting(&mut self, context: &mut Context<'_>, now: Instant) -> bool {
        let Some(greeting) = &mut self.greeting else { return false };
        let Poll::Ready(greeted) = greeting.as_mut().poll(context) else { return false };
        self.greeting = None;
        match greeted {
            Ok(Greeting { live, frames }) => {
                self.live = Some(live);
                self.decoder.set_message_bytes_max(self.api.engine.limits().frame_bytes_max as usize);
                self.feed(Input::Greeted(frames), now);
            }
            Err(refused) => {
                self.api.tally.count_refusal(refused.0.code);
                self.feed(Input::NotGreeted(refused), now);
            }
        }
        true
    }

    fn poll_work(&mut self, context: &mut Context<'_>, now: Instant) -> bool {
        let Some(work) = &mut self.work else { return false };
        let has_room = self.outbound.bytes() < WINDOW_BYTES;
        let Poll::Ready((id, answer)) = work.poll_next(context, has_room) else { return false };
        if work.len() == 0 {
            self.work = None;
        }
        self.answer(id, answer, now);
        true
    }

    fn poll_mailbox(&mut self, context: &mut Context<'_>, now: Instant) -> bool {
        if let Some(until) = self.revoked_until {
            if self.work.is_some() && now < until || self.machine.is_closing() {
                return false;
            }
            self.feed(Input::Ended(CloseReason::Revoked), now);
            return true;
        }
        let Some(live) = &mut self.live else { return false };
        let mailbox = live.attached.mailbox();
        if self.outbound.bytes() >= WINDOW_BYTES {
            let Poll::Ready(reason) = mailbox.poll_closed(context) else { return false };
            self.end(reason, context, now);
            return true;
        }
        // Taken before the mailbox is looked into: that order makes the cursor true (G4).
        let horizon = self.api.engine.hub().horizon();
        match mailbox.poll_take(context, WINDOW_BYTES) {
            Poll::Ready(Delivery::Frames(frames)) => {
                live.pace.delivered(now);
                self.outbound.extend(frames);
                true
            }
            Poll::Ready(Delivery::Closed(reason)) => {
                self.end(reason, context, now);
                true
            }
            Poll::Pending => {
                let told = live.pace.drained(horizon, now);
                let Some(position) = told else { return false };
                self.outbound.push(self.api.encoder.cursor(position));
                true
            }
        }
    }

    /// The engine ends the connection.
    fn end(&mut self, reason: CloseReason, context: &mut Context<'_>, now: Instant) {
        // An answer that is ready goes before what waits is dropped.
        self.poll_write(context, now);
        match &mut self.work {
            Some(work) if reason == CloseReason::Revoked => {
                work.drop_waiting();
                self.outbound.clear();
                self.revoked_until = Some(now + LAST_ANSWERS);
            }
            _ => self.feed(Input::Ended(reason), now),
        }
    }

    fn poll_write(&mut self, context: &mut Context<'_>, now: Instant) -> bool {
        let (any, written) = self.outbound.poll_write(&mut self.stream, context, now);
        match written {
            Poll::Ready(Err(_)) => self.is_over = true,
            Poll::Ready(Ok(())) if self.machine.is_answered() => {
                self.is_over = Pin::new(&mut self.stream).poll_shutdown(context).is_ready();
            }
            Poll::Ready(Ok(())) | Poll::Pending => {}
        }
        any || self.is_over
    }

    fn poll_read(&mut self, context: &mut Context<'_>, now: Instant) -> bool {
        if self.takes_questions()
            && let Some(text) = self.held.pop_front()
        {
            self.feed(Input::Text(&text), now);
            return true;
        }
        self.held.shrink_to(0);
        if !self.held.is_empty() || !(self.takes_questions() || self.machine.is_closing()) {
            return false;
        }
        SCRATCH.with_borrow_mut(|scratch| {
            let mut buffer = ReadBuf::new(scratch);
            match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                Poll::Pending => return false,
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.receive(buffer.filled_mut(), now),
                Poll::Ready(_) => self.is_over = true,
            }
            true
        })
    }

    fn receive(&mut self, bytes: &mut [u8], now: Instant) {
        let mut input = websocket::Input::new(bytes);
        loop {
            match self.decoder.decode(&mut input) {
                Ok(None) => return,
                Ok(Some(Event::Text(text))) if self.held.is_empty() && self.takes_questions() => self.feed(Input::Text(&text), now),
                Ok(Some(Event::Text(text))) if !self.machine.is_closing() => self.held.push_back(text.into()),
                Ok(Some(Event::Ping(payload))) => self.feed(Input::Ping(&payload), now),
                Ok(Some(Event::Close { code, .. })) => self.feed(Input::PeerClosed(code), now),
                Ok(Some(Event::Text(_) | Event::Pong(_) | Event::Binary(_))) => self.feed(Input::Pong, now),
                Err(violation) => self.feed(Input::Broke(violation), now),
            }
        }
    }

    /// Whether another question can be taken: `hello` is not being checked, few are under way, and the peer takes the answers.
    fn takes_questions(&self) -> bool {
        let asked = self.work.as_ref().map_or(0, |work| work.len());
        let is_ending = self.machine.is_closing() || self.revoked_until.is_some();
        self.machine.hears() && asked < QUESTIONS_MAX && self.outbound.bytes() < WINDOW_BYTES && !is_ending
    }

    fn poll_alarm(&mut self, context: &mut Context<'_>, now: Instant) -> bool {
        if self.machine.awaits_hello() && self.api.stopping.is_cancelled() {
            self.feed(Input::Ended(CloseReason::Stopping), now);
            return true;
        }
        let blocked = self.outbound.blocked_since().filter(|_| !self.machine.is_closing()).map(|since| since + self.api.config.connections.write);
        let pace = self.live.as_ref().and_then(|live| live.pace.due()).filter(|_| self.outbound.bytes() < WINDOW_BYTES);
        let revoked = self.revoked_until.filter(|_| !self.machine.is_closing());
        let Some(due) = [self.machine.deadline(), blocked, pace, revoked].into_iter().flatten().min() else { return false };
        if self.alarm.poll(context, due, now).is_pending() {
            return false;
        }
        let input = if blocked.is_some_and(|blocked| blocked <= now) { Input::Ended(CloseReason::SlowConsumer) } else { Input::Tick };
        self.feed(input, now);
        true
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Future for Connection<S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        while !this.is_over {
            let now = Instant::now();
            // Answers before the mailbox: who logs out is answered before the mailbox says that the session is over.
            let moved = this.poll_greeting(context, now)
                | this.poll_work(context, now)
                | this.poll_mailbox(context, now)
                | this.poll_write(context, now)
                | this.poll_read(context, now)
                | this.poll_alarm(context, now);
            if !moved {
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }
}

impl<S> Drop for Connection<S> {
    fn drop(&mut self) {
        self.api.tally.socket_closed();
    }
}

/// Checks the token, attaches, and makes the frames to begin with.
async fn greet(api: Arc<Api>, address: Option<IpAddr>, id: u64, hello: Hello) -> Result<Greeting, Refused> {
    api.rates.charge(Rate::Read, Caller::new(None, address))?;
    if !auth::is_token(&hello.token) {
        return Err(parlor_engine::EngineError::Unauthenticated.into());
    }
    let session = api.engine.authenticate(&hello.token).await?;
    api.rates.charge(Rate::Read, Caller::new(Some(session), None))?;
    let (attached, Start { snapshot, missed, position }) = Attached::begin(&api, session, hello.cursor.as_ref()).await?;
    let mut frames = Vec::with_capacity(2 + missed.len());
    frames.push(frame(&Success { id, ok: snapshot }));
    if !missed.is_empty() {
        frames.extend(missed);
        frames.push(api.encoder.cursor(position));
    }
    Ok(Greeting { live: Live { attached, session, pace: Pace::at(position) }, frames })
}

#[cfg(test)]
mod tests {
    use hyper::upgrade::Upgraded;
    use hyper_util::rt::TokioIo;

    use super::*;

    #[test]
    fn an_idle_connection_is_small() {
        // What it owns beside itself while it is idle: the stream, its mailbox, and an alarm of 40 bytes.
        let bytes = size_of::<Connection<TokioIo<Upgraded>>>();
        assert!(bytes <= 768, "{bytes} bytes");
    }
}
