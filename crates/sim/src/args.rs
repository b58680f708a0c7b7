//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

/// Kills loaded nodes and checks that nothing acknowledged is lost.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Kill, restart, read back, again and again; then judge. Prints one JSON line.
    Crash(CrashArgs),
    /// Judge a history that an earlier run kept.
    Check {
        /// The file.
        history: PathBuf,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CrashArgs {
    /// The node: a `parlor` binary.
    #[arg(long)]
    pub(crate) binary: PathBuf,
    /// How often the node is killed.
    #[arg(long, default_value_t = 20)]
    pub(crate) runs: u32,
    /// A bug to plant; the binary must be built with the feature `plant`.
    #[arg(long)]
    pub(crate) plant: Option<String>,
    /// Succeed when violations are found, and fail when none are.
    #[arg(long)]
    pub(crate) expect_violations: bool,
    /// Chooses the moments of the kills and what is sent.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Keep the history here.
    #[arg(long)]
    pub(crate) history: Option<PathBuf>,
}
