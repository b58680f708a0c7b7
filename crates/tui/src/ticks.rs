//! Ticks: who has my latest message, and who has read it. Each thing is said once, and only of messages of mine.

use std::collections::{BTreeMap, BTreeSet};

use parlor_client::protocol::models::Receipt;
use parlor_types::{Seq, UserId};

/// So many of my latest messages are watched.
const MINE_MAX: usize = 500;

/// What is known of my messages in one conversation.
#[derive(Debug, Default)]
pub(crate) struct Ticks {
    mine: BTreeSet<Seq>,
    /// Per user, the latest of my messages that was said to be delivered to them, and read by them.
    said: BTreeMap<UserId, (Seq, Seq)>,
}

impl Ticks {
    /// A message of mine.
    pub(crate) fn mine(&mut self, seq: Seq) {
        self.mine.insert(seq);
        if self.mine.len() > MINE_MAX {
            self.mine.pop_first();
        }
    }

    /// Takes a watermark as known before anything is said: what was so at the beginning is no news.
    pub(crate) fn begin(&mut self, receipt: &Receipt) {
        self.said.insert(receipt.user, (receipt.delivered, receipt.read));
    }

    /// A watermark rose: the news in it, if it is any.
    pub(crate) fn raise(&mut self, receipt: &Receipt, name: &str) -> Option<String> {
        let said = self.said.entry(receipt.user).or_default();
        let latest = |through: Seq, after: Seq| self.mine.range(..=through).next_back().copied().filter(|seq| *seq > after);
        let read = latest(receipt.read, said.1);
        let delivered = latest(receipt.delivered, said.0);
        *said = (said.0.max(receipt.delivered), said.1.max(receipt.read));
        match (read, delivered) {
            (Some(seq), _) => Some(format!("✓✓ #{seq} read by {name}")),
            (None, Some(seq)) => Some(format!("✓✓ #{seq} delivered to {name}")),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tick_is_said_once_and_only_of_my_messages() {
        let bob = UserId::from_raw(2);
        let receipt = |delivered, read| Receipt { user: bob, delivered: Seq(delivered), read: Seq(read) };
        let mut ticks = Ticks::default();
        ticks.begin(&receipt(3, 2));
        for seq in [2, 5, 7] {
            ticks.mine(Seq(seq));
        }
        assert_eq!(ticks.raise(&receipt(4, 2), "bob"), None);
        assert_eq!(ticks.raise(&receipt(6, 2), "bob").unwrap(), "✓✓ #5 delivered to bob");
        assert_eq!(ticks.raise(&receipt(6, 2), "bob"), None);
        assert_eq!(ticks.raise(&receipt(9, 5), "bob").unwrap(), "✓✓ #5 read by bob");
        assert_eq!(ticks.raise(&receipt(9, 9), "bob").unwrap(), "✓✓ #7 read by bob");
        assert_eq!(ticks.raise(&receipt(1, 1), "bob"), None);
    }
}
