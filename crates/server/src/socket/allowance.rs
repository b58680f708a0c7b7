//! What a peer may send that no rate limit pays for: pings, frames that cannot be read, and questions after `rate_limited`.

use tokio::time::Instant;

/// Frames at once.
const FRAMES_MAX: u32 = 200;
/// Frames per second in the long run.
const FRAMES_PER_SECOND: u32 = 20;

/// A token bucket.
#[derive(Debug)]
pub(super) struct Allowance {
    left: u32,
    /// Up to when it was filled.
    filled_at: Instant,
}

impl Allowance {
    pub(super) const fn full(now: Instant) -> Self {
        Self { left: FRAMES_MAX, filled_at: now }
    }

    /// Takes one; false when there is none left.
    pub(super) fn spend(&mut self, now: Instant) -> bool {
        let seconds = now.duration_since(self.filled_at).as_secs();
        if seconds > 0 {
            self.filled_at = now;
            self.left = u32::try_from(seconds).unwrap_or(u32::MAX).saturating_mul(FRAMES_PER_SECOND).saturating_add(self.left).min(FRAMES_MAX);
        }
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn abuse_6_a_flood_is_over_after_the_allowance_and_a_steady_client_never_sees_it() {
        let start = Instant::now();
        let mut allowance = Allowance::full(start);
        let taken = (0..1_000).filter(|_| allowance.spend(start)).count();
        assert_eq!(taken, FRAMES_MAX as usize);
        let mut steady = Allowance::full(start);
        assert!((0..10_000).all(|frame| steady.spend(start + Duration::from_millis(frame * 60))));
    }
}
