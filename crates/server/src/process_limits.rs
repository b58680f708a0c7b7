//! What the operating system allows this process, found and raised at the start, so that the limit that will be met first is known before it is met.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that are never given to connections: the store's readers and writer, listeners, files being read, refusals.
const RESERVE: u64 = 256;
/// Even a very low limit leaves room for a few.
const CONNECTIONS_MIN: usize = 16;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessLimits {
    /// Files and sockets that the process may have open; `None` for no limit.
    pub open_files: Option<u64>,
}

impl ProcessLimits {
    /// Raises the limit on open files to the highest that this process may set, and says what holds now.
    pub fn raise() -> Self {
        let found = getrlimit(Resource::Nofile);
        if found.current != found.maximum {
            // Not being allowed to is no fault: what holds is read below.
            let _ = setrlimit(Resource::Nofile, Rlimit { current: found.maximum, maximum: found.maximum });
        }
        Self::found()
    }

    /// What holds now.
    pub fn found() -> Self {
        Self { open_files: getrlimit(Resource::Nofile).current }
    }

    /// How many connections fit, with a reserve; `wanted` may ask for fewer. The second value says whether more were wanted than fit.
    pub fn connections(self, wanted: Option<usize>) -> (usize, bool) {
        let fit =
            self.open_files.map_or(usize::MAX, |files| usize::try_from(files.saturating_sub(RESERVE)).unwrap_or(usize::MAX).max(CONNECTIONS_MIN));
        match wanted {
            Some(wanted) => (wanted.min(fit), wanted > fit),
            None => (fit, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_22_connections_leave_descriptors_for_the_store() {
        let limits = |files| ProcessLimits { open_files: Some(files) };
        assert_eq!(limits(20_000).connections(None), (19_744, false));
        assert_eq!(limits(20_000).connections(Some(100)), (100, false));
        assert_eq!(limits(1_024).connections(Some(5_000)), (768, true));
        assert_eq!(limits(64).connections(None), (CONNECTIONS_MIN, false));
        assert_eq!(ProcessLimits { open_files: None }.connections(Some(7)), (7, false));
    }

    #[test]
    fn the_limit_that_holds_is_told() {
        assert!(ProcessLimits::raise().open_files.is_none_or(|files| files >= 64));
    }
}
