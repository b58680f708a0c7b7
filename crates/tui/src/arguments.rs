//! The command line. What stands here is what `parlor chat --help` shows.

use clap::{Args, Subcommand};
use parlor_client::ServerUrl;
use parlor_types::{DeviceName, DisplayName, Handle};

use crate::target::Target;

const HELP: &str = "Examples:
  parlor chat login --server https://chat.example.org mia
  parlor chat                      lists your conversations
  parlor chat @bob                 talks to bob
  parlor chat '#ops'               talks in the group or channel ops
  echo done | parlor chat '#ops'   sends, and succeeds when the server has it
  parlor chat send @bob 'on my way'

While talking, each line you type is sent; /help lists the commands. Times are in UTC.";

/// Chat in the terminal.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_precedence_over_arg = true, after_help = HELP)]
pub struct ChatArgs {
    #[command(subcommand)]
    pub(crate) action: Option<Action>,
    /// Whom to talk to, or where: @handle, '#title', or the id of a conversation
    pub(crate) target: Option<Target>,
    #[command(flatten)]
    pub(crate) options: TalkOptions,
}

/// How to talk.
#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct TalkOptions {
    /// How many of the last messages to show first [default: 20, none when lines are piped in]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(0..=200))]
    pub(crate) history: Option<u32>,
    /// Join a channel without asking
    #[arg(long)]
    pub(crate) join: bool,
    /// How long to wait at the end for what is not acknowledged yet
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) wait: u64,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Action {
    /// Log in, and stay logged in on this computer
    Login(Login),
    /// Make an account and log in
    Register(Register),
    /// Log out, and forget the session
    Logout,
    /// Send one message, and wait until the server has it
    Send(Send),
}

#[derive(Args, Debug)]
pub(crate) struct Login {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Your handle. The password is asked for, or taken from PARLOR_PASSWORD or from the first line of the standard input
    #[arg(value_parser = handle)]
    pub(crate) handle: Handle,
}

#[derive(Args, Debug)]
pub(crate) struct Register {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The handle you want: 2 to 32 of a-z, 0-9, dot, underscore and hyphen
    #[arg(value_parser = handle)]
    pub(crate) handle: Handle,
    /// What people shall call you
    #[arg(long)]
    pub(crate) name: Option<DisplayName>,
    /// The code of an invite, where the server wants one
    #[arg(long)]
    pub(crate) invite: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Place {
    /// The address of the server, such as https://chat.example.org
    #[arg(long, env = "PARLOR_SERVER")]
    pub(crate) server: ServerUrl,
    /// A file with the certificate of the server's own authority, in PEM; without it those that browsers trust
    #[arg(long, env = "PARLOR_CA", value_name = "FILE")]
    pub(crate) ca: Option<std::path::PathBuf>,
    /// What to call this device in your list of sessions
    #[arg(long)]
    pub(crate) device: Option<DeviceName>,
}

#[derive(Args, Debug)]
pub(crate) struct Send {
    /// @handle, '#title', or the id of a conversation
    pub(crate) target: Target,
    /// The message; several words need no quotes
    #[arg(required = true)]
    pub(crate) text: Vec<String>,
    #[command(flatten)]
    pub(crate) options: TalkOptions,
}

/// A handle, with or without the sign in front.
fn handle(text: &str) -> Result<Handle, parlor_types::InvalidName> {
    text.strip_prefix('@').unwrap_or(text).parse()
}
