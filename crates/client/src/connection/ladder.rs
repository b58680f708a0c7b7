//! Which transport to use: the best one first, a lower one when a proxy in between blocks it.

/// A way to receive. All carry the same cursor; a client may change at any moment and loses nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// The socket: events, questions and answers on one connection.
    WebSocket,
    /// Server-sent events; questions go over REST.
    ServerSentEvents,
    /// One request after the other; questions go over REST.
    LongPoll,
}

/// Which transports may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TransportChoice {
    /// The best one that works.
    #[default]
    Ladder,
    /// This one and no other.
    Only(Transport),
}

const RUNGS: [Transport; 3] = [Transport::WebSocket, Transport::ServerSentEvents, Transport::LongPoll];
/// So many attempts that never got as far as events: then the next rung is tried.
const MISSES_MAX: u32 = 2;
/// A connection on a lower rung that lasted so long makes the next attempt start from the top.
const CLIMB_AFTER_MS: u64 = 10 * 60_000;

#[derive(Debug)]
pub(super) struct Ladder {
    choice: TransportChoice,
    rung: usize,
    misses: u32,
}

impl Ladder {
    pub(super) const fn new(choice: TransportChoice) -> Self {
        Self { choice, rung: 0, misses: 0 }
    }

    pub(super) const fn transport(&self) -> Transport {
        match self.choice {
            TransportChoice::Ladder => RUNGS[self.rung],
            TransportChoice::Only(transport) => transport,
        }
    }

    /// Events flow: this rung holds.
    pub(super) const fn reached(&mut self) {
        self.misses = 0;
    }

    /// A connection ended after so long. After a good while the best rung is worth another try: the network may be another one.
    pub(super) const fn lasted(&mut self, lasted_ms: u64) {
        if lasted_ms >= CLIMB_AFTER_MS {
            self.rung = 0;
        }
    }

    /// An attempt ended before events flowed. After the last rung the first is tried again: then it was the server, not a proxy.
    pub(super) const fn missed(&mut self) {
        self.misses += 1;
        if self.misses >= MISSES_MAX {
            self.misses = 0;
            self.rung = (self.rung + 1) % RUNGS.len();
        }
    }
}
