//! The command line.

use clap::{Args as ClapArgs, Parser, Subcommand};

/// Measures a node.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Pairs of people who write as fast as they are answered: durable, acknowledged and received messages per second.
    Pairs(PairsArgs),
    /// Pairs who write at a fixed rate: time from the intended send to the receipt.
    Latency(LatencyArgs),
    /// Connections that do nothing: resident bytes of the node for each.
    Idle(IdleArgs),
    /// Starting on an existing store: time to the first answer.
    Start(StartArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PairsArgs {
    /// How many pairs.
    #[arg(long, default_value_t = 200)]
    pub(crate) pairs: usize,
    /// Sends of one person that may be under way.
    #[arg(long, default_value_t = 4)]
    pub(crate) window: usize,
    /// For how long, after a second of warming up.
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u64,
    /// Bytes of one text.
    #[arg(long, default_value_t = 100)]
    pub(crate) bytes: usize,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LatencyArgs {
    /// How many pairs.
    #[arg(long, default_value_t = 200)]
    pub(crate) pairs: usize,
    /// Messages per second over all pairs.
    #[arg(long, default_value_t = 500)]
    pub(crate) rate: u64,
    /// For how long, after a second of warming up.
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u64,
    /// Bytes of one text.
    #[arg(long, default_value_t = 100)]
    pub(crate) bytes: usize,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct IdleArgs {
    /// How many connections.
    #[arg(long, default_value_t = 15_000)]
    pub(crate) connections: usize,
    /// Over how many users they are spread.
    #[arg(long, default_value_t = 500)]
    pub(crate) users: usize,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct StartArgs {
    /// Messages in the store.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) messages: usize,
    /// How often it is started.
    #[arg(long, default_value_t = 7)]
    pub(crate) times: usize,
}
