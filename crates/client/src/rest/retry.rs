//! When to ask again, and after how long.

use parlor_protocol::ErrorCode;
use parlor_types::Random;

use crate::backoff::Backoff;
use crate::error::CallError;

/// How often a call is tried, and how long in all.
///
/// A question that was surely not carried out (refused with 429 or 503 `overloaded`, server not reached) is always asked again. One of which this is
/// not known (the connection broke, 503 `unavailable`) is asked again only when twice is once: it changes nothing, sets a value, or carries a key.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Attempts in all, the first one included.
    pub attempts_max: u32,
    /// The waits between attempts together are never longer.
    pub waits_max_ms: u64,
}

impl RetryPolicy {
    /// Every refusal is told at once.
    pub const NEVER: Self = Self { attempts_max: 1, waits_max_ms: 0 };

    pub(super) const fn attempts(self, repeatable: bool) -> Attempts {
        Attempts { policy: self, repeatable, made: 1, waited_ms: 0, backoff: Backoff::new(200, 10_000) }
    }
}

impl Default for RetryPolicy {
    /// Five attempts within twenty seconds: longer than a node's restart, shorter than a person's patience.
    fn default() -> Self {
        Self { attempts_max: 5, waits_max_ms: 20_000 }
    }
}

/// The attempts of one call.
pub(super) struct Attempts {
    policy: RetryPolicy,
    repeatable: bool,
    made: u32,
    waited_ms: u64,
    backoff: Backoff,
}

impl Attempts {
    /// How long to wait before the next attempt; `None` when the error is final.
    pub(super) fn wait_ms_after(&mut self, error: &CallError, random: &dyn Random) -> Option<u64> {
        let retry_after_ms = match error {
            CallError::Unreachable(_) => None,
            CallError::Interrupted(_) if self.repeatable => None,
            CallError::Refused(problem) => match problem.code {
                ErrorCode::RateLimited | ErrorCode::Overloaded => problem.retry_after_ms,
                ErrorCode::Unavailable if self.repeatable => problem.retry_after_ms,
                _ => return None,
            },
            CallError::Interrupted(_) | CallError::UnexpectedAnswer(_) | CallError::InvalidQuestion(_) | CallError::Closed => return None,
        };
        if self.made >= self.policy.attempts_max {
            return None;
        }
        let wait_ms = self.backoff.next_wait_after_ms(random, retry_after_ms);
        if self.waited_ms.saturating_add(wait_ms) > self.policy.waits_max_ms {
            return None;
        }
        self.made += 1;
        self.waited_ms += wait_ms;
        Some(wait_ms)
    }
}

#[cfg(test)]
mod tests {
    use parlor_protocol::Problem;
    use parlor_types::OsRandom;

    use super::*;

    fn refused(code: ErrorCode, retry_after_ms: Option<u64>) -> CallError {
        CallError::Refused(Problem { retry_after_ms, ..Problem::new(code, "no") })
    }

    #[test]
    fn what_may_have_happened_is_repeated_only_when_twice_is_once() {
        let unsure = [CallError::Interrupted("cut".to_owned()), refused(ErrorCode::Unavailable, None)];
        for error in &unsure {
            assert!(RetryPolicy::default().attempts(true).wait_ms_after(error, &OsRandom).is_some());
            assert!(RetryPolicy::default().attempts(false).wait_ms_after(error, &OsRandom).is_none());
        }
        for error in [refused(ErrorCode::RateLimited, Some(10)), refused(ErrorCode::Overloaded, None), CallError::Unreachable("no".to_owned())] {
            assert!(RetryPolicy::default().attempts(false).wait_ms_after(&error, &OsRandom).is_some());
        }
        for error in [refused(ErrorCode::NotFound, None), refused(ErrorCode::Internal, None), CallError::UnexpectedAnswer("html".to_owned())] {
            assert!(RetryPolicy::default().attempts(true).wait_ms_after(&error, &OsRandom).is_none());
        }
    }

    #[test]
    fn the_servers_wait_is_honoured_and_the_attempts_end() {
        let mut attempts = RetryPolicy::default().attempts(true);
        let waits: Vec<u64> = std::iter::from_fn(|| attempts.wait_ms_after(&refused(ErrorCode::RateLimited, Some(1_000)), &OsRandom)).collect();
        assert_eq!(waits.len(), 4);
        assert!(waits.iter().all(|wait| *wait >= 1_000));
        let too_long = refused(ErrorCode::RateLimited, Some(3_600_000));
        assert!(RetryPolicy::default().attempts(true).wait_ms_after(&too_long, &OsRandom).is_none());
    }
}
