//! Parlor: a messaging system that people host themselves. This crate only reads the command line; what it says is done elsewhere.
#![expect(clippy::print_stderr, reason = "a command-line program talks to its reader")]

mod generate;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Messaging that people host themselves.
#[derive(Parser)]
#[command(name = "parlor", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the files of the repository that follow from the code
    #[command(hide = true)]
    Generate {
        /// The root of the repository, or any other folder
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Generate { folder } => generate::run(&folder),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("parlor: {error:#}");
            ExitCode::FAILURE
        }
    }
}
