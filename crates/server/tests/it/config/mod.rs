//! What is said becomes what is meant, or every fault at once with its key and the fix.

mod faults;
mod generated;
mod meaning;

use std::path::PathBuf;

use parlor_server::config::{Config, ConfigError, Sources};

/// Reads a file with this text, and nothing else.
fn file(text: &str) -> Result<Config, ConfigError> {
    Config::load(&Sources { file: Some((PathBuf::from("/etc/parlor/parlor.toml"), text.to_owned())), ..Sources::default() })
}

/// Reads these pairs as environment.
fn environment(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load(&Sources { environment: owned(pairs), ..Sources::default() })
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The faults of a configuration that must not be taken, as printed.
fn refusal(loaded: Result<Config, ConfigError>) -> String {
    match loaded {
        Ok(config) => panic!("this was taken: {config:?}"),
        Err(error) => error.to_string(),
    }
}
