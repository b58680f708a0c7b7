//! Logs, on standard error, for the person at night: one line per thing that happened, the same field names everywhere, `error` only where someone should act.
//! Tokens, passwords, message texts and addresses of people are never logged.
//!
//! Standard output is for what a person at the terminal asked for: the start-up block and the answers of commands.

use std::io::IsTerminal as _;
use std::panic;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::{LogConfig, LogFormat};

/// Starts logging. Only the first call of a process does anything.
pub fn start(config: &LogConfig) {
    let filter: EnvFilter = config.level.parse().unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    let _ = match config.format {
        LogFormat::Text => builder.with_ansi(std::io::stderr().is_terminal()).compact().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    log_panics();
}

/// A panic is a fault of ours: it is logged with its place, not printed between the lines. Its message may hold a value that somebody sent, so it is cut short.
fn log_panics() {
    const MESSAGE_CHARACTERS_MAX: usize = 200;
    panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("a value that is not a text");
        let message: String = message.chars().take(MESSAGE_CHARACTERS_MAX).collect();
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, message, "a panic: this is a fault of Parlor, please report it");
    }));
}
