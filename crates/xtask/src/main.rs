//! The one door for development commands.
//!
//! `cargo xtask run` starts Parlor from the sources, `cargo xtask test` runs everything CI runs. CI itself only calls this
//! program, so that what is red there can be made red here with the same command.
//!
//! To add a command: one module with a `pub(crate) fn`, one line in [`Door`], one arm in [`open`]. A command never asks the
//! reader to have done something before: what it needs on the machine, it installs, and says so.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks to its reader")]

mod bench;
mod binaries;
mod crash;
mod debian;
mod e2e;
mod generate;
mod process;
mod run;
mod setup;
mod test;
mod tidy;
mod tree;
mod web;

use std::process::ExitCode;

use anyhow::Result;
use binaries::Profile;
use clap::{Parser, Subcommand};

/// The one door for development commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    door: Door,
}

#[derive(Subcommand)]
enum Door {
    /// Build Parlor with its web client and start a node on this machine
    Run {
        /// Build without optimisation: ready sooner after each change, slower to run
        #[arg(long)]
        dev: bool,
        /// Arguments for `parlor serve`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Run everything CI runs, or one step of it, or the Rust tests that a filter names
    Test {
        /// A step (fmt, clippy, tidy, rust, doc, web, e2e, crash, generated), or part of the name of a Rust test
        filter: Option<String>,
    },
    /// Check the import table and the habits that a compiler cannot check
    Tidy,
    /// Write the generated files: API descriptions, configuration reference, TypeScript types
    Generate,
    /// Kill a loaded node again and again and check that nothing acknowledged was lost
    Crash {
        /// Build without optimisation: ready sooner, and as good at losing nothing
        #[arg(long)]
        dev: bool,
        /// Arguments for `parlor-sim crash`, such as `--runs 200` or `--plant keys-in-memory`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Measure a node
    Bench {
        /// Arguments for `parlor-bench`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Walk the journeys of the web client in Chromium, against the real binary
    E2e {
        /// Arguments for the test runner, such as a file or a title
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Install what the other commands need; they call it themselves
    Setup,
}

fn main() -> ExitCode {
    let Arguments { door } = Arguments::parse();
    match open(door) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn open(door: Door) -> Result<()> {
    let tree = tree::Tree::find()?;
    match door {
        Door::Run { dev, args } => run::run(&tree, profile(dev), &args),
        Door::Test { filter } => test::run(&tree, filter.as_deref()),
        Door::Tidy => tidy::run(&tree),
        Door::Generate => generate::run(&tree),
        Door::Crash { dev, args } => crash::run(&tree, profile(dev), &args),
        Door::Bench { args } => bench::run(&tree, &args),
        Door::E2e { args } => e2e::run(&tree, &args),
        Door::Setup => setup::everything(&tree),
    }
}

fn profile(dev: bool) -> Profile {
    if dev { Profile::Dev } else { Profile::Release }
}
