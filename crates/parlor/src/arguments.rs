//! The command line. What stands here is what `parlor --help` shows.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Messaging that people host themselves.
#[derive(Parser)]
#[command(name = "parlor", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 it could not be done; 2 the command line or the configuration is wrong; \
    3 the store is damaged, or `check` found a fault.";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run a node
    Serve(Serve),
    /// Chat in the terminal
    Chat(parlor_tui::ChatArgs),
    /// Manage users, invites and settings of the server, running or not
    Admin {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        action: Action,
    },
    /// Write a consistent copy of the store to a file, also while the node runs
    Backup {
        #[command(flatten)]
        place: Place,
        /// The file to write; it must not exist yet
        file: PathBuf,
    },
    /// Put a backup in the place of the store; the node must not run
    Restore {
        #[command(flatten)]
        place: Place,
        /// The backup
        file: PathBuf,
        /// Replace the store that is there; it is kept beside the new one under another name
        #[arg(long)]
        replace: bool,
    },
    /// Verify everything that the store promises; the node must not run
    Check {
        #[command(flatten)]
        place: Place,
    },
    /// Say whether the configuration is valid, and what it means
    CheckConfig {
        #[command(flatten)]
        place: Place,
    },
    /// Write the files of the repository that follow from the code
    #[command(hide = true)]
    Generate {
        /// The root of the repository, or any other folder
        folder: PathBuf,
    },
}

/// Where the configuration comes from.
#[derive(Args, Default)]
pub(crate) struct Place {
    /// The configuration file [default: PARLOR_CONFIG, else parlor.toml, else /etc/parlor/parlor.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The data folder
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) data: Option<String>,
    /// Set any key of the configuration; may be repeated
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) set: Vec<(String, String)>,
}

#[derive(Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Listen on this address; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Vec<String>,
    /// The address under which people reach the server
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// How much to log: error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL")]
    pub(crate) log: Option<String>,
    /// A bug to plant
    #[cfg(feature = "plant")]
    #[arg(long, hide = true)]
    pub(crate) plant: Option<parlor_server::plant::Plant>,
}

#[derive(Subcommand)]
pub(crate) enum Action {
    /// List accounts
    Users {
        /// Only those whose handle or name contains this
        query: Option<String>,
    },
    /// Make an account; prints a new password unless one is given
    CreateUser {
        /// The unique name
        handle: String,
        /// What to call the user
        #[arg(long)]
        display_name: Option<String>,
        /// Make the user an admin of the server
        #[arg(long)]
        admin: bool,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Set a new password and end all sessions of a user; prints it unless one is given
    ResetPassword {
        /// Whose
        handle: String,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Disable an account and end its sessions
    Disable {
        /// Whose
        handle: String,
    },
    /// Enable a disabled account
    Enable {
        /// Whose
        handle: String,
    },
    /// Make a user an admin of the server
    MakeAdmin {
        /// Whom
        handle: String,
    },
    /// Make an admin an ordinary user again; the last admin stays one
    RemoveAdmin {
        /// Whom
        handle: String,
    },
    /// Make an invite to the server
    Invite {
        /// For how many accounts
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        uses: u32,
        /// For how many days
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=365))]
        days: u32,
    },
    /// List the invites to the server that still let somebody in
    Invites,
    /// Revoke an invite to the server
    RevokeInvite {
        /// Its id, as `invites` shows it
        invite: String,
    },
    /// Change who may register, or the server's name
    Set {
        /// Who may make an account: open, invite or closed
        #[arg(long, value_parser = ["open", "invite", "closed"])]
        registration: Option<String>,
        /// The server's name
        #[arg(long)]
        name: Option<String>,
    },
    /// Show how much there is
    Figures,
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (key, value) = text.split_once('=').ok_or("must be a key, an equals sign and a value, such as log.level=debug")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}
