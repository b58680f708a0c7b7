//! What waits for one connection: a short queue of shared frames, bounded in bytes, and perhaps the word that it must end.

use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use parking_lot::Mutex;
use parlor_types::UserId;

use crate::actor::Session;

/// Why a connection must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// Its session was revoked: stay away (G8).
    Revoked,
    /// It did not take what it was sent: resume (G9).
    SlowConsumer,
    /// The node stops: come back.
    Stopping,
    /// Only a fresh snapshot shows what it may see now.
    Resync,
}

/// What a mailbox gives its connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Frames, in order.
    Frames(Vec<Bytes>),
    /// Nothing more will come.
    Closed(CloseReason),
}

/// The mailbox of one connection. Filled by the hub, emptied by the task that owns the connection.
pub struct Mailbox {
    session: Session,
    bytes_max: usize,
    state: Mutex<State>,
    /// Whether the person behind the connection is not looking.
    pub(crate) away: AtomicBool,
    /// Whose presence it is told. Changed by `presence` alone, under its lock.
    pub(crate) watched: Mutex<Box<[UserId]>>,
}

#[derive(Default)]
struct State {
    frames: VecDeque<Bytes>,
    bytes: usize,
    closed: Option<CloseReason>,
    /// The task that owns the connection, while it waits.
    owner: Option<Waker>,
    /// Whether it waits for frames, and not only for the end.
    wants_frames: bool,
}

impl Mailbox {
    pub(super) fn new(session: Session, bytes_max: usize) -> Self {
        Self { session, bytes_max, state: Mutex::default(), away: AtomicBool::new(false), watched: Mutex::default() }
    }

    /// Whose connection it is.
    pub const fn session(&self) -> Session {
        self.session
    }

    /// Bytes that wait.
    pub fn queued_bytes(&self) -> usize {
        self.state.lock().bytes
    }

    /// Puts a frame in. One too many empties the queue and closes: the connection must not show a hole (G4), it resumes.
    pub(crate) fn put(&self, frame: Bytes) -> bool {
        let (taken, owner) = {
            let mut state = self.state.lock();
            if state.closed.is_some() {
                return false;
            }
            let fits = state.bytes + frame.len() <= self.bytes_max;
            if fits {
                state.bytes += frame.len();
                state.frames.push_back(frame);
            } else {
                state.close(CloseReason::SlowConsumer);
            }
            let owner = if state.wants_frames || !fits { state.owner.take() } else { None };
            (fits, owner)
        };
        if let Some(owner) = owner {
            owner.wake();
        }
        taken
    }

    /// Ends the connection; what waits is dropped. The first reason stays.
    pub fn close(&self, reason: CloseReason) {
        let owner = {
            let mut state = self.state.lock();
            state.close(reason);
            state.owner.take()
        };
        if let Some(owner) = owner {
            owner.wake();
        }
    }

    /// Waits until there is something, and takes frames of up to `bytes_max` bytes (at least one). Cancel safe: nothing is taken unless it is returned.
    pub async fn take(&self, bytes_max: usize) -> Delivery {
        std::future::poll_fn(|context| self.poll_take(context, bytes_max)).await
    }

    /// [`Mailbox::take`] for a task that waits for other things too. Only one task may wait at a time: the last one that asked is woken.
    pub fn poll_take(&self, context: &mut Context<'_>, bytes_max: usize) -> Poll<Delivery> {
        let mut state = self.state.lock();
        if let Some(delivery) = state.take(bytes_max) {
            return Poll::Ready(delivery);
        }
        state.wait(context.waker(), true);
        Poll::Pending
    }

    /// Waits for the end alone: for a connection that has no room for frames now. In place of [`Mailbox::poll_take`], not beside it.
    pub fn poll_closed(&self, context: &mut Context<'_>) -> Poll<CloseReason> {
        let mut state = self.state.lock();
        if let Some(reason) = state.closed {
            return Poll::Ready(reason);
        }
        state.wait(context.waker(), false);
        Poll::Pending
    }

    /// Takes what is there now, as [`Mailbox::take`]; `None` when it is empty.
    pub fn try_take(&self, bytes_max: usize) -> Option<Delivery> {
        self.state.lock().take(bytes_max)
    }
}

impl State {
    fn take(&mut self, bytes_max: usize) -> Option<Delivery> {
        if let Some(reason) = self.closed {
            return Some(Delivery::Closed(reason));
        }
        let mut frames = Vec::new();
        let mut taken = 0;
        while let Some(frame) = self.frames.front()
            && (frames.is_empty() || taken + frame.len() <= bytes_max)
        {
            taken += frame.len();
            frames.extend(self.frames.pop_front());
        }
        self.bytes -= taken;
        if self.frames.is_empty() && self.frames.capacity() > 8 {
            // An idle connection keeps no buffer.
            self.frames = VecDeque::new();
        }
        (!frames.is_empty()).then_some(Delivery::Frames(frames))
    }

    fn wait(&mut self, waker: &Waker, wants_frames: bool) {
        self.wants_frames = wants_frames;
        match &mut self.owner {
            Some(owner) => owner.clone_from(waker),
            empty => *empty = Some(waker.clone()),
        }
    }

    fn close(&mut self, reason: CloseReason) {
        self.closed.get_or_insert(reason);
        self.frames = VecDeque::new();
        self.bytes = 0;
    }
}
