//! When a connection is told its cursor: at most once a second while there is news, and once before it falls silent. So a resume repeats little, and an idle connection
//! costs nothing.

use std::time::Duration;

use parlor_types::Position;
use tokio::time::Instant;

/// How long after something was handed over its cursor is told.
const EVERY: Duration = Duration::from_secs(1);

/// What one connection was told of its cursor.
#[derive(Debug)]
pub(crate) struct Pace {
    told: Position,
    /// When to tell the next one; `None` while nothing was handed over since the last.
    due: Option<Instant>,
}

impl Pace {
    /// For a connection that starts at `position`.
    pub(crate) const fn at(position: Position) -> Self {
        Self { told: position, due: None }
    }

    /// Notes that something was handed over.
    pub(crate) fn delivered(&mut self, now: Instant) {
        self.due.get_or_insert(now + EVERY);
    }

    /// To be called when the mailbox was found empty after `horizon` was taken from the hub, and all of it was handed over: that order makes the cursor true (G4).
    /// The cursor to tell now, if any.
    pub(crate) fn drained(&mut self, horizon: Position, now: Instant) -> Option<Position> {
        self.due.take_if(|due| *due <= now)?;
        // Typing and presence have no place in the feed.
        (horizon > self.told).then(|| {
            self.told = horizon;
            horizon
        })
    }

    /// When to look again.
    pub(crate) const fn due(&self) -> Option<Instant> {
        self.due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g4_a_cursor_is_told_a_second_after_the_news_and_not_again_without_news() {
        let start = Instant::now();
        let after = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut pace = Pace::at(Position(5));
        assert_eq!(pace.drained(Position(9), start), None, "nothing was handed over");
        pace.delivered(after(10));
        pace.delivered(after(500));
        assert_eq!(pace.drained(Position(6), after(999)), None, "too early");
        assert_eq!(pace.drained(Position(7), after(1_010)), Some(Position(7)));
        assert_eq!(pace.drained(Position(8), after(5_000)), None, "nothing was handed over since");
        pace.delivered(after(6_000));
        assert_eq!(pace.drained(Position(7), after(7_000)), None, "the feed did not move");
        assert_eq!(pace.due(), None);
    }
}
