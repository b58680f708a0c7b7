//! Load and latency against a running Parlor.
//!
//! `parlor-bench <scenario>` starts a node of its own on an empty store (the binary in `PARLOR_BINARY`), drives it over loopback, and prints one JSON line with figures
//! and how they came about. Load and node share the machine; say so wherever a figure is quoted.

mod args;
mod client;
mod figures;
mod node;
mod scenario;

use clap::Parser as _;

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn main() -> anyhow::Result<()> {
    let args = args::Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let figures = runtime.block_on(async {
        match args.command {
            args::Command::Pairs(args) => scenario::pairs::run(args).await,
            args::Command::Latency(args) => scenario::latency::run(args).await,
            args::Command::Idle(args) => scenario::idle::run(args).await,
            args::Command::Start(args) => scenario::start::run(args).await,
        }
    })?;
    println!("{figures}");
    Ok(())
}
