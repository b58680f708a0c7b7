//! How a command ends: the exit codes, in one table.
//!
//! | code | means |
//! |---|---|
//! | 0 | done |
//! | 1 | it could not be done; the message says why |
//! | 2 | the command line or the configuration is wrong |
//! | 3 | the store is damaged, or `parlor check` found a fault: do not simply start again |

use std::fmt;

use parlor_engine::EngineError;
use parlor_store::StoreError;

use crate::config::ConfigError;

/// Why a command did not end well.
#[derive(Debug)]
pub enum Exit {
    /// It could not be done.
    Failed(anyhow::Error),
    /// What was said is wrong.
    Config(ConfigError),
    /// The stored data cannot be trusted; the text says what was found.
    Damaged(String),
}

impl Exit {
    /// The process's exit code.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Config(_) => 2,
            Self::Damaged(_) => 3,
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(formatter, "{error:#}"),
            Self::Config(error) => error.fmt(formatter),
            Self::Damaged(found) => formatter.write_str(found),
        }
    }
}

impl From<EngineError> for Exit {
    fn from(error: EngineError) -> Self {
        match &error {
            EngineError::Unavailable(cause) if matches!(**cause, StoreError::Damaged(_)) => Self::Damaged(cause.to_string()),
            EngineError::Unavailable(cause) => Self::Failed(anyhow::anyhow!("{cause}")),
            _ => Self::Failed(error.into()),
        }
    }
}

impl From<StoreError> for Exit {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged(_) => Self::Damaged(error.to_string()),
            StoreError::Unavailable(_) | StoreError::Full(_) => Self::Failed(error.into()),
        }
    }
}

impl From<anyhow::Error> for Exit {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<ConfigError> for Exit {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}
