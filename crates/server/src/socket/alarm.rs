//! Coarse timers for many sleeping connections: one sweep for all of them instead of a timer for each.
//!
//! An alarm costs about 40 bytes and nothing while it waits. It rings up to [`TICK`] late, never early.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often alarms are looked through. Time limits of connections are seconds.
const TICK: Duration = Duration::from_millis(250);
/// Connections of two cores rarely meet at one lock.
const SHARDS: usize = 16;

/// The alarms of a node.
#[derive(Default)]
pub(crate) struct Alarms {
    shards: [Mutex<Shard>; SHARDS],
    next: AtomicUsize,
}

#[derive(Default)]
struct Shard {
    entries: Vec<Option<(Instant, Waker)>>,
    free: Vec<u32>,
}

impl Alarms {
    /// Rings what is due until `stopping`; then everything once, so that all can end, and goes on until nobody is left.
    pub(crate) async fn run_until(self: Arc<Self>, stopping: CancellationToken) {
        while stopping.run_until_cancelled(tokio::time::sleep(TICK)).await.is_some() {
            self.ring(Some(Instant::now()));
        }
        self.ring(None);
        while !self.is_empty() {
            tokio::time::sleep(TICK).await;
            self.ring(Some(Instant::now()));
        }
    }

    /// Rings what is due at `now`, or wakes everybody.
    fn ring(&self, now: Option<Instant>) {
        for shard in &self.shards {
            let due: Vec<Waker> = {
                let mut shard = shard.lock();
                match now {
                    Some(now) => shard.entries.iter_mut().filter_map(|entry| entry.take_if(|(due, _)| *due <= now)).map(|(_, waker)| waker).collect(),
                    // They stay set: whoever is woken may still count on them.
                    None => shard.entries.iter().flatten().map(|(_, waker)| waker.clone()).collect(),
                }
            };
            due.into_iter().for_each(Waker::wake);
        }
    }

    fn is_empty(&self) -> bool {
        self.shards.iter().all(|shard| {
            let shard = shard.lock();
            shard.entries.len() == shard.free.len()
        })
    }
}

/// The alarm of one connection.
pub(super) struct Alarm {
    alarms: Arc<Alarms>,
    place: Option<(u16, u32)>,
    armed: Option<Instant>,
}

impl Alarm {
    pub(super) const fn new(alarms: Arc<Alarms>) -> Self {
        Self { alarms, place: None, armed: None }
    }

    /// Ready when `due` has come; else the task is woken then. An alarm that was set for an earlier moment stays set for it, and the task asks again.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, due: Instant, now: Instant) -> Poll<()> {
        if due <= now {
            return Poll::Ready(());
        }
        if self.armed.is_none_or(|armed| armed <= now || due < armed) {
            self.arm(due, context.waker());
        }
        Poll::Pending
    }

    fn arm(&mut self, due: Instant, waker: &Waker) {
        let (shard, place) = *self.place.get_or_insert_with(|| {
            let shard = self.alarms.next.fetch_add(1, Ordering::Relaxed) % SHARDS;
            let mut entries = self.alarms.shards[shard].lock();
            let place = entries.free.pop().unwrap_or_else(|| {
                entries.entries.push(None);
                (entries.entries.len() - 1) as u32
            });
            (shard as u16, place)
        });
        self.alarms.shards[usize::from(shard)].lock().entries[place as usize] = Some((due, waker.clone()));
        self.armed = Some(due);
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Some((shard, place)) = self.place {
            let mut shard = self.alarms.shards[usize::from(shard)].lock();
            shard.entries[place as usize] = None;
            shard.free.push(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_alarm_rings_at_most_a_tick_late_and_never_early() {
        let alarms = Arc::new(Alarms::default());
        let stopping = CancellationToken::new();
        let ringing = tokio::spawn(alarms.clone().run_until(stopping.clone()));
        let start = Instant::now();
        let mut alarm = Alarm::new(alarms.clone());
        for wait_ms in [10_000, 1_000, 75_000] {
            let due = Instant::now() + Duration::from_millis(wait_ms);
            std::future::poll_fn(|context| alarm.poll(context, due, Instant::now())).await;
            assert!(Instant::now() >= due && Instant::now() <= due + TICK, "{:?}", start.elapsed());
        }
        // Stopping wakes whoever waits, and ends when nobody is left.
        stopping.cancel();
        drop(alarm);
        ringing.await.unwrap();
    }
}
