//! A link: one open transport, as a task that turns what comes over the network into [`Arrived`], in order. It decides nothing and never reconnects: when it ends,
//! it has said so.

mod long_poll;
mod server_sent_events;
mod socket;
mod sse;

use parlor_protocol::{Cursor, Problem, Snapshot};
use tokio::sync::mpsc;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::connection::{Input, Transport};
use crate::error::CallError;
use crate::incoming::Incoming;
use crate::rest::Rest;

/// So many arrivals wait for the client; then the network is not read, and the server sees a slow reader.
const ARRIVALS_MAX: usize = 256;
/// So many texts wait to be written. Who asks more at once than a server can answer has other worries.
const WRITES_MAX: usize = 256;

/// What comes over a link.
#[derive(Debug)]
pub(crate) enum Arrived {
    /// It is open.
    Opened,
    /// A frame, or an event.
    Frame(Incoming),
    /// A snapshot, over a transport without a hello.
    Snapshot(Box<Snapshot>),
    /// A sign of life.
    Heard,
    /// It ended. Nothing follows.
    Lost { problem: Option<Problem>, reason: String },
}

impl Arrived {
    fn lost(error: CallError) -> Self {
        let reason = error.to_string();
        let problem = if let CallError::Refused(problem) = error { Some(problem) } else { None };
        Self::Lost { problem, reason }
    }
}

impl From<Arrived> for Input {
    fn from(arrived: Arrived) -> Self {
        match arrived {
            Arrived::Opened => Self::Opened,
            Arrived::Frame(incoming) => Self::Frame(incoming),
            Arrived::Snapshot(snapshot) => Self::Snapshot(snapshot),
            Arrived::Heard => Self::Heard,
            Arrived::Lost { problem, reason } => Self::Lost { problem, reason },
        }
    }
}

/// An open transport, or one that is being opened. Dropping it cuts it.
pub(crate) struct Link {
    arrivals: mpsc::Receiver<Arrived>,
    writes: mpsc::Sender<String>,
    task: AbortOnDropHandle<()>,
}

impl Link {
    /// Opens a transport. Failure to do so arrives as [`Arrived::Lost`].
    pub(crate) fn open(transport: Transport, rest: &Rest, cursor: Option<Cursor>, tasks: &TaskTracker) -> Self {
        let (arrived, arrivals) = mpsc::channel(ARRIVALS_MAX);
        let (writes, texts) = mpsc::channel(WRITES_MAX);
        let rest = rest.clone();
        let task = tasks.spawn(async move {
            let end = match transport {
                Transport::WebSocket => socket::run(&rest, texts, &arrived).await,
                Transport::ServerSentEvents => while_wanted(server_sent_events::run(&rest, cursor, &arrived), &arrived).await,
                Transport::LongPoll => while_wanted(long_poll::run(&rest, cursor, &arrived), &arrived).await,
            };
            // Who held the other end may have let go of it, and then need not know.
            let _ = arrived.send(end).await;
        });
        Self { arrivals, writes, task: AbortOnDropHandle::new(task) }
    }

    /// The next arrival. Safe to cancel.
    pub(crate) async fn next(&mut self) -> Arrived {
        self.arrivals.recv().await.unwrap_or_else(|| Arrived::Lost { problem: None, reason: "the link ended".to_owned() })
    }

    /// True while more may be written.
    pub(crate) fn has_room(&self) -> bool {
        self.writes.capacity() > WRITES_MAX / 4
    }

    /// Closes in good order, in the background.
    pub(crate) fn close(self) {
        drop(self.writes);
        drop(self.arrivals);
        self.task.detach();
    }

    /// Writes a text; false when too many wait already.
    pub(crate) fn write(&self, text: String) -> bool {
        self.writes.try_send(text).is_ok()
    }
}

/// What only reads has no other way to notice that nobody wants it any more.
async fn while_wanted(run: impl Future<Output = Arrived>, arrived: &mpsc::Sender<Arrived>) -> Arrived {
    tokio::select! {
        end = run => end,
        () = arrived.closed() => Arrived::lost(CallError::Closed),
    }
}
