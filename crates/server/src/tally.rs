//! What the edges count, for the metrics. Plain counters: whoever publishes them reads them when asked.

use std::sync::atomic::{AtomicU64, Ordering};

use parlor_protocol::{CloseCode, ErrorCode, REGISTRY};

/// The counters of a node's edges. Only ever rise, except [`Tally::sockets`].
#[derive(Debug)]
pub struct Tally {
    answered: Vec<AtomicU64>,
    refused: Vec<AtomicU64>,
    closed: Vec<AtomicU64>,
    sockets: AtomicU64,
    streams: AtomicU64,
    polls: AtomicU64,
}

impl Default for Tally {
    fn default() -> Self {
        let zeros = |count: usize| (0..count).map(|_| AtomicU64::new(0)).collect();
        Self {
            answered: zeros(REGISTRY.len()),
            refused: zeros(ErrorCode::ALL.len()),
            closed: zeros(CloseCode::ALL.len()),
            sockets: AtomicU64::new(0),
            streams: AtomicU64::new(0),
            polls: AtomicU64::new(0),
        }
    }
}

impl Tally {
    /// How often each operation was done, by name.
    pub fn answered(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        REGISTRY.iter().zip(&self.answered).map(|(entry, count)| (entry.name, count.load(Ordering::Relaxed)))
    }

    /// How often something was refused, by code.
    pub fn refused(&self) -> impl Iterator<Item = (ErrorCode, u64)> + '_ {
        ErrorCode::ALL.iter().zip(&self.refused).map(|(code, count)| (*code, count.load(Ordering::Relaxed)))
    }

    /// How often the server closed a socket, by code.
    pub fn closed(&self) -> impl Iterator<Item = (CloseCode, u64)> + '_ {
        CloseCode::ALL.iter().zip(&self.closed).map(|(code, count)| (*code, count.load(Ordering::Relaxed)))
    }

    /// Sockets that are open now, also before `hello`.
    pub fn sockets(&self) -> u64 {
        self.sockets.load(Ordering::Relaxed)
    }

    /// Event streams that were opened.
    pub fn streams(&self) -> u64 {
        self.streams.load(Ordering::Relaxed)
    }

    /// Long polls that were asked.
    pub fn polls(&self) -> u64 {
        self.polls.load(Ordering::Relaxed)
    }

    pub(crate) fn count_answer(&self, place: usize) {
        if let Some(count) = self.answered.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn count_refusal(&self, code: ErrorCode) {
        if let Some(place) = ErrorCode::ALL.iter().position(|other| *other == code) {
            self.refused[place].fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn count_close(&self, code: CloseCode) {
        if let Some(place) = CloseCode::ALL.iter().position(|other| *other == code) {
            self.closed[place].fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn socket_opened(&self) {
        self.sockets.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn socket_closed(&self) {
        self.sockets.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn stream_opened(&self) {
        self.streams.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn poll_asked(&self) {
        self.polls.fetch_add(1, Ordering::Relaxed);
    }
}
