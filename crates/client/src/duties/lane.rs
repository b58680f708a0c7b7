//! One thing at a time, and a wait after each failure.

use parlor_protocol::{ErrorCode, Problem};
use parlor_types::Random;

use crate::backoff::Backoff;
use crate::error::CallError;

/// So many faults of the server in a row, for the same question, are a refusal.
const FAULTS_MAX: u32 = 8;

/// Where one line of duties stands.
#[derive(Debug, Clone)]
pub(super) struct Lane {
    asked: bool,
    not_before_ms: u64,
    /// It was the network, so it need not wait when the network is back.
    waits_for_network: bool,
    backoff: Backoff,
}

/// What a failure means for a duty.
#[derive(Debug)]
pub(super) enum Verdict {
    /// Try again later.
    Later,
    /// Never try again by yourself.
    Never(Problem),
}

impl Lane {
    pub(super) const fn new() -> Self {
        Self { asked: false, not_before_ms: 0, waits_for_network: false, backoff: Backoff::new(500, 60_000) }
    }

    pub(super) const fn is_ready(&self, now_ms: u64) -> bool {
        !self.asked && now_ms >= self.not_before_ms
    }

    /// When it will be ready, if it only waits for time.
    pub(super) fn deadline_ms(&self) -> Option<u64> {
        (!self.asked).then_some(self.not_before_ms)
    }

    pub(super) const fn ask(&mut self) {
        self.asked = true;
    }

    pub(super) const fn succeed(&mut self) {
        self.asked = false;
        self.not_before_ms = 0;
        self.backoff.reset();
    }

    /// The connection is back.
    pub(super) const fn reconnected(&mut self) {
        if self.waits_for_network {
            self.waits_for_network = false;
            self.not_before_ms = 0;
        }
    }

    /// Takes a failure: how long it waits is decided here.
    pub(super) fn fail(&mut self, error: CallError, random: &dyn Random, now_ms: u64) -> Verdict {
        self.asked = false;
        self.waits_for_network = matches!(error, CallError::Unreachable(_) | CallError::Interrupted(_));
        let retry_after_ms = match error {
            CallError::Refused(problem) => match problem.code {
                ErrorCode::RateLimited | ErrorCode::Overloaded | ErrorCode::Unavailable => problem.retry_after_ms,
                // The session has ended; the connection says so to the person.
                ErrorCode::Unauthenticated => Some(1_000),
                ErrorCode::Internal if self.backoff.failures() < FAULTS_MAX => problem.retry_after_ms,
                _ => return self.give_up(problem),
            },
            CallError::InvalidQuestion(reason) => return self.give_up(Problem::new(ErrorCode::InvalidRequest, reason)),
            CallError::Unreachable(_) | CallError::Interrupted(_) | CallError::UnexpectedAnswer(_) | CallError::Closed => None,
        };
        self.not_before_ms = now_ms + self.backoff.next_wait_after_ms(random, retry_after_ms);
        Verdict::Later
    }

    fn give_up(&mut self, problem: Problem) -> Verdict {
        self.succeed();
        Verdict::Never(problem)
    }
}
