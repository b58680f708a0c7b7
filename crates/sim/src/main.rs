//! Crash runs with the real binary, and the checker that reads their history.
//!
//! `parlor-sim crash` starts a node, loads it with concurrent senders, kills it with `kill -9` at random moments, starts it again and reads everything back. All
//! that the clients asked, were told and saw goes into a history, one JSON object per line; [`checker`] judges from the history alone. It shares no code with the server: a mistake in one is not a mistake
//! in both.

mod args;
mod client;
mod crash;
mod load;
mod node;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> anyhow::Result<ExitCode> {
    let args = args::Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match args.command {
            args::Command::Crash(args) => crash::run(args).await,
            args::Command::Check { history } => crash::check(&history),
        }
    })
}
