//! Snowflake ids: 41 bits of milliseconds, 10 bits of node, 12 bits of counter. Unique and roughly sortable by time; never used for order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::time::Clock;

/// 2025-01-01T00:00:00Z in Unix milliseconds; ids count from here and last until 2094.
const EPOCH_MS: i64 = 1_735_689_600_000;
const COUNTER_BITS: u32 = 12;
const NODE_BITS: u32 = 10;

/// The number of a node in its cluster, 0 to 1023. No two live nodes may share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NodeId(u16);

impl NodeId {
    /// The only node of an embedded installation.
    pub const SINGLE: Self = Self(0);

    /// `None` when the number does not fit into ten bits.
    pub const fn new(number: u16) -> Option<Self> {
        if number < 1 << NODE_BITS { Some(Self(number)) } else { None }
    }
}

/// Makes ids. One per node; shared by all its tasks.
///
/// When the clock goes back, or more than 4096 ids are asked for within a millisecond, ids continue from the last one given
/// out (they borrow from the future), so uniqueness never rests on the clock (fault 10).
pub struct Snowflake {
    clock: Arc<dyn Clock>,
    node: NodeId,
    /// Milliseconds since `EPOCH_MS` and counter of the last id, packed without the node.
    last: AtomicU64,
}

impl Snowflake {
    /// A generator for `node`. `last_raw` is the highest id known to exist, zero if none, so that a restart under a clock that
    /// went back cannot repeat an id.
    pub fn new(clock: Arc<dyn Clock>, node: NodeId, last_raw: u64) -> Self {
        let milliseconds = last_raw >> (NODE_BITS + COUNTER_BITS);
        let last = (milliseconds << COUNTER_BITS) | ((1 << COUNTER_BITS) - 1);
        Self { clock, node, last: AtomicU64::new(if last_raw == 0 { 0 } else { last }) }
    }

    /// A new id, as the raw value of any of the id types.
    pub fn next(&self) -> u64 {
        let now = u64::try_from(self.clock.now().milliseconds() - EPOCH_MS).unwrap_or(0) << COUNTER_BITS;
        let previous =
            self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(now.max(last + 1))).expect("the update always gives a value");
        let packed = now.max(previous + 1);
        let (milliseconds, counter) = (packed >> COUNTER_BITS, packed & ((1 << COUNTER_BITS) - 1));
        (milliseconds << (NODE_BITS + COUNTER_BITS)) | (u64::from(self.node.0) << COUNTER_BITS) | counter
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::time::ManualClock;

    #[test]
    fn ids_stay_unique_and_rising_when_the_clock_goes_back() {
        let clock = Arc::new(ManualClock::at(EPOCH_MS + 5_000_000));
        let ids = Snowflake::new(clock.clone(), NodeId::SINGLE, 0);
        let mut seen = HashSet::new();
        let mut last = 0;
        for step in 0..20_000_i64 {
            clock.set(EPOCH_MS + 5_000_000 - step * 7);
            let id = ids.next();
            assert!(id > last && seen.insert(id));
            last = id;
        }
        let restarted = Snowflake::new(clock, NodeId::SINGLE, last);
        assert!(restarted.next() > last);
    }
}
