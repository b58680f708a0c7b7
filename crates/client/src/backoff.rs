//! Waiting before the next attempt: exponential with full jitter, so that many clients which lost one server do not come back together.
//! The one rule: never a tight loop. Even the luckiest draw waits [`Backoff::FLOOR_MS`].

use parlor_types::Random;

/// Counts failed attempts and draws the waits between them.
#[derive(Debug, Clone)]
pub struct Backoff {
    base_ms: u64,
    cap_ms: u64,
    failures: u32,
}

impl Backoff {
    /// No wait is shorter than this, whatever the dice say.
    pub const FLOOR_MS: u64 = 50;

    /// Waits between the floor and `base_ms`, then `2 * base_ms`, and so on, never longer than `cap_ms`.
    pub const fn new(base_ms: u64, cap_ms: u64) -> Self {
        Self { base_ms, cap_ms, failures: 0 }
    }

    /// How many waits were drawn since the last success.
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// The next wait.
    pub fn next_wait_ms(&mut self, random: &dyn Random) -> u64 {
        let ceiling = self.base_ms.saturating_mul(1_u64 << self.failures.min(20)).min(self.cap_ms);
        self.failures = self.failures.saturating_add(1);
        between_ms(random, Self::FLOOR_MS, ceiling)
    }

    /// The next wait, given that the server asked for at least `retry_after_ms`: the jitter comes on top, so that those who were all told the same
    /// do not come back together.
    pub fn next_wait_after_ms(&mut self, random: &dyn Random, retry_after_ms: Option<u64>) -> u64 {
        self.next_wait_ms(random).saturating_add(retry_after_ms.unwrap_or(0))
    }

    /// It worked, if not for long: the next wait is drawn as after so many failures at most.
    pub fn ease(&mut self, failures_max: u32) {
        self.failures = self.failures.min(failures_max);
    }

    /// It worked: the next failure starts from the beginning.
    pub const fn reset(&mut self) {
        self.failures = 0;
    }
}

/// A random moment between `earliest_ms` and `latest_ms`, both included; `earliest_ms` when the two are the wrong way round.
pub(crate) fn between_ms(random: &dyn Random, earliest_ms: u64, latest_ms: u64) -> u64 {
    let span = latest_ms.saturating_sub(earliest_ms);
    if span == 0 {
        return earliest_ms;
    }
    let mut bytes = [0_u8; 8];
    random.fill(&mut bytes);
    // The bias of the remainder is far below a millisecond's worth of meaning.
    earliest_ms + u64::from_le_bytes(bytes) % (span.saturating_add(1))
}
