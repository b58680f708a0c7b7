//! Configuration in two steps: what was said ([`Sources`]: file, environment, flags; unknown keys refused), then what it means ([`Config`]: checked and
//! typed). An empty configuration is valid and runs everything embedded.
//!
//! Must never: let a wrong value pass, stop at the first fault, or name a fault without its key and what to write instead.
//! The example file and the reference page are generated from the doc comments in `said` ([`example_file`], [`reference_page`]).

mod keys;
mod meant;
mod origin;
mod reference;
mod said;
mod sources;

use std::fmt;

pub(crate) use meant::origin_of;
pub use meant::{Config, ConnectionLimits, LogConfig, MetricsListen, Rate, Rates, StoreLocation, TlsFiles};
pub use origin::Origin;
pub use reference::{example_file, reference_page};
pub use said::{LogFormat, ProxyHeader};
pub use sources::Sources;

/// Everything that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The faults, in the order in which they were found.
    pub faults: Vec<Fault>,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key and where it was said.
    pub place: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the configuration is not valid:")?;
        for Fault { place, problem } in &self.faults {
            write!(formatter, "\n  {place} {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
