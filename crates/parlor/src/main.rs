//! Parlor: a messaging system that people host themselves. This crate only reads the command line; what it asks for is done in `parlor_server` and
//! `parlor_tui`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks to its reader")]

mod admin;
mod arguments;
mod generate;
mod settings;

use std::future::Future;
use std::process::ExitCode;

use clap::Parser as _;
use parlor_server::exit::Exit;
use parlor_server::{lifecycle, maintenance, stores};

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    stores::keep_private();
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(exit) => {
            eprintln!("parlor: {exit}");
            ExitCode::from(exit.code())
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Exit> {
    let done = match command {
        // It gives an exit code of its own: a message that was not acknowledged is no error of the program.
        Command::Chat(chat) => return block_on(async { Ok(parlor_tui::run(chat).await?) }),
        Command::Serve(serve) => {
            let config = settings::of_serve(serve)?;
            block_on(lifecycle::serve(config))
        }
        Command::Admin { place, action } => {
            let config = settings::of_place(place)?;
            block_on(admin::run(config, action))
        }
        Command::Backup { place, file } => {
            let written = maintenance::backup(&settings::of_place(place)?, &file)?;
            println!("{written}");
            Ok(())
        }
        Command::Restore { place, file, replace } => {
            let restored = maintenance::restore(&settings::of_place(place)?, &file, replace)?;
            println!("{restored}");
            Ok(())
        }
        Command::Check { place } => {
            let config = settings::of_place(place)?;
            let sound = block_on(maintenance::check(config))?;
            println!("{sound}");
            Ok(())
        }
        Command::CheckConfig { place } => {
            let config = settings::of_place(place)?;
            println!("The configuration is valid.\n{config:#?}");
            Ok(())
        }
        Command::Generate { folder } => Ok(generate::run(&folder)?),
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn block_on<T>(task: impl Future<Output = Result<T, Exit>>) -> Result<T, Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Exit::Failed(anyhow::anyhow!("the threads could not be started: {error}")))?.block_on(task)
}
