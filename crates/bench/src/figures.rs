//! Percentiles.

use std::time::Duration;

/// Durations that were measured.
#[derive(Default)]
pub(crate) struct Durations(Vec<Duration>);

impl Durations {
    pub(crate) fn add(&mut self, duration: Duration) {
        self.0.push(duration);
    }

    pub(crate) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The duration that `percent` of all do not exceed, in milliseconds.
    pub(crate) fn percentile_ms(&mut self, percent: f64) -> f64 {
        self.0.sort_unstable();
        let place = ((self.0.len() as f64 * percent / 100.0).ceil() as usize).saturating_sub(1);
        self.0.get(place).map_or(f64::NAN, |duration| (duration.as_secs_f64() * 1e6).round() / 1e3)
    }
}
