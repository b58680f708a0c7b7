//! Gathers writes into shared transactions and publishes what became of them.
//!
//! While one transaction runs, what comes in queues up and goes into the next: no timer, so a lone send is not delayed, and a thousand concurrent ones share
//! an fsync (G1). After the commit a second task acknowledges and publishes, while the next transaction already runs. Both happen in the order of the commits, and only after them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parlor_bus::{Bus, Hint};
use parlor_store::{AppendOutcome, Commit, Store, StoreError, StoredEvent, Write, Written};
use parlor_types::Position;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::task::TaskTracker;

use crate::error::{EngineError, Result};
use crate::hub::Hub;

/// Writes that may wait for a transaction; past it callers are refused (G9).
const QUEUE_MAX: usize = 8192;
/// Writes in one transaction: enough to make the fsync cheap, few enough to keep its neighbours' wait short.
const BATCH_MAX: usize = 1024;

/// What the hub is told of an outcome, beside the events of logs. Runs after the commit and before the horizon passes it.
type Announce = Box<dyn FnOnce(&Hub, &Written) + Send>;

struct Job {
    write: Write,
    reply: Reply,
    announce: Option<Announce>,
}

/// The way to the store for everything that writes.
pub struct Committer {
    queue: parking_lot::Mutex<Option<mpsc::Sender<Job>>>,
    damaged: watch::Receiver<Option<String>>,
    counters: Arc<Counters>,
}

#[derive(Default)]
struct Counters {
    batches: AtomicU64,
    writes: AtomicU64,
    microseconds: AtomicU64,
}

/// What the committer has done since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitFigures {
    /// Transactions.
    pub batches: u64,
    /// Writes in them.
    pub writes: u64,
    /// Time spent in them.
    pub microseconds: u64,
}

impl Committer {
    /// Starts the two tasks.
    pub(crate) fn start(
        store: Arc<dyn Store>,
        publisher: Publisher,
        tasks: &TaskTracker,
        #[cfg(feature = "plant")] plant: crate::plant::Early,
    ) -> Self {
        let (sender, jobs) = mpsc::channel(QUEUE_MAX);
        let (damage, damaged) = watch::channel(None);
        let (done, finished) = mpsc::channel(2);
        let counters = Arc::new(Counters::default());
        tasks.spawn(commit_all(
            store,
            jobs,
            done,
            damage,
            counters.clone(),
            #[cfg(feature = "plant")]
            plant,
        ));
        tasks.spawn(publisher.run(finished));
        Self { queue: parking_lot::Mutex::new(Some(sender)), damaged, counters }
    }

    /// Commits one write together with whatever else is waiting. The outcome comes after it is on stable storage and its events were published.
    pub(crate) async fn commit<W: Commit>(&self, write: W) -> Result<W::Outcome> {
        self.submit::<W>(write, None).await
    }

    /// The same, and has `announce` tell the hub of the outcome in the order of the commits.
    pub(crate) async fn commit_and_announce<W>(&self, write: W, announce: impl FnOnce(&Hub, &W::Outcome) + Send + 'static) -> Result<W::Outcome>
    where
        W: Commit,
    {
        let announce: Announce = Box::new(move |hub, written| {
            if let Some(outcome) = W::outcome_ref(written) {
                announce(hub, outcome);
            }
        });
        self.submit::<W>(write, Some(announce)).await
    }

    async fn submit<W: Commit>(&self, write: W, announce: Option<Announce>) -> Result<W::Outcome> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.lock().clone();
        let overloaded = || EngineError::Overloaded { retry_after_ms: 1_000 };
        queue.ok_or_else(overloaded)?.try_send(Job { write: write.into_write(), reply, announce }).map_err(|_| overloaded())?;
        match answer.await {
            Ok(Ok(written)) => Ok(W::outcome(written)),
            Ok(Err(error)) => Err(EngineError::Unavailable(error)),
            Err(_) => Err(overloaded()),
        }
    }

    /// Takes no more; what is queued is still committed.
    pub(crate) fn close(&self) {
        self.queue.lock().take();
    }

    /// Resolves when the store is damaged.
    pub(crate) async fn damaged(&self) -> String {
        let mut damaged = self.damaged.clone();
        loop {
            if let Some(reason) = damaged.borrow_and_update().clone() {
                return reason;
            }
            if damaged.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    pub(crate) fn figures(&self) -> CommitFigures {
        CommitFigures {
            batches: self.counters.batches.load(Ordering::Relaxed),
            writes: self.counters.writes.load(Ordering::Relaxed),
            microseconds: self.counters.microseconds.load(Ordering::Relaxed),
        }
    }
}

type Reply = oneshot::Sender<std::result::Result<Written, Arc<StoreError>>>;

/// One committed transaction on its way to the publisher.
struct Finished {
    outcomes: Vec<(Reply, Option<Announce>, Written)>,
    /// The store's horizon when it was committed and nothing later was.
    horizon: Option<Position>,
}

async fn commit_all(
    store: Arc<dyn Store>,
    mut jobs: mpsc::Receiver<Job>,
    done: mpsc::Sender<Finished>,
    damage: watch::Sender<Option<String>>,
    counters: Arc<Counters>,
    #[cfg(feature = "plant")] plant: crate::plant::Early,
) {
    let mut batch = Vec::new();
    while jobs.recv_many(&mut batch, BATCH_MAX).await > 0 {
        let (writes, answers): (Vec<_>, Vec<_>) = batch.drain(..).map(|job| (job.write, (job.reply, job.announce))).unzip();
        let started = tokio::time::Instant::now();
        let count = writes.len() as u64;
        #[cfg(feature = "plant")]
        plant.publish_early(&*store, &writes).await;
        let result = store.commit(writes).await;
        counters.batches.fetch_add(1, Ordering::Relaxed);
        counters.writes.fetch_add(count, Ordering::Relaxed);
        counters.microseconds.fetch_add(started.elapsed().as_micros() as u64, Ordering::Relaxed);
        match result {
            Ok(written) => {
                let horizon = store.horizon().await.ok();
                let finished = Finished {
                    outcomes: answers.into_iter().zip(written).map(|((reply, announce), written)| (reply, announce, written)).collect(),
                    horizon,
                };
                if done.send(finished).await.is_err() {
                    return;
                }
            }
            Err(error) => {
                tracing::error!(error = %error, writes = count, "a transaction failed; its senders were told to try again");
                let is_damaged = matches!(error, StoreError::Damaged(_));
                let error = Arc::new(error);
                for (reply, _) in answers {
                    let _ = reply.send(Err(error.clone()));
                }
                if is_damaged {
                    damage.send_replace(Some(error.to_string()));
                    return;
                }
                // A store that fails at once must not make this loop spin.
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }
}

/// Acknowledges and publishes committed transactions, in their order.
pub(crate) struct Publisher {
    hub: Arc<Hub>,
    bus: Arc<dyn Bus>,
}

impl Publisher {
    pub(crate) fn new(hub: Arc<Hub>, bus: Arc<dyn Bus>) -> Self {
        Self { hub, bus }
    }

    async fn run(self, mut finished: mpsc::Receiver<Finished>) {
        let shared = self.bus.is_shared();
        while let Some(Finished { outcomes, horizon }) = finished.recv().await {
            for (reply, announce, written) in outcomes {
                let events = events_of(&written);
                if !shared {
                    for stored in events {
                        self.hub.publish(&stored.event);
                    }
                } else if let Some(stored) = events.first() {
                    // Several nodes write: order and completeness come from the feed, which the follower reads.
                    self.bus.publish(Hint::News(stored.event.conversation));
                }
                if let Some(announce) = announce {
                    announce(&self.hub, &written);
                }
                let _ = reply.send(Ok(written));
            }
            if !shared && let Some(horizon) = horizon {
                self.hub.raise_horizon(horizon);
            }
        }
    }
}

/// Entries of logs that everybody who receives the conversation gets. A new conversation is announced by the command that made it.
fn events_of(written: &Written) -> &[StoredEvent] {
    match written {
        Written::Append(AppendOutcome::Appended(events)) => events,
        _ => &[],
    }
}
