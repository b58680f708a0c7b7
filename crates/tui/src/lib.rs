//! The terminal client: `parlor chat`. For now its line mode: what others write appears as plain lines, and every line typed (or piped in) is sent.
//!
//! The map: [`arguments`](ChatArgs) is the command line; `entrance` registers, logs in and out; `session` keeps who is logged in; `target` finds the
//! conversation that is meant; `talk` is the loop; `input` reads what was typed; `render` makes the lines, from values alone; `escape` makes what others wrote harmless.
//!
//! It must never: print a control character that somebody else wrote, put a password or token on a command line or into a log, or say success before the
//! server has the message on stable storage.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks to its reader")]

mod arguments;
mod entrance;
mod escape;
mod input;
mod overview;
mod password;
mod render;
mod session;
mod standard_input;
mod talk;
mod target;
mod ticks;

use std::process::ExitCode;

use arguments::Action;
pub use arguments::ChatArgs;

/// Runs `parlor chat`. The exit code is zero only when everything that was asked for was done: for sends, when the server has acknowledged all of them.
pub async fn run(arguments: ChatArgs) -> anyhow::Result<ExitCode> {
    match arguments.action {
        Some(Action::Login(login)) => entrance::log_in(login).await,
        Some(Action::Register(register)) => entrance::register(register).await,
        Some(Action::Logout) => entrance::log_out().await,
        Some(Action::Send(send)) => talk::send(send).await,
        None => match arguments.target {
            Some(target) => talk::run(target, arguments.options).await,
            None => overview::print().await,
        },
    }
}
