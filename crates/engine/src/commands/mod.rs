//! Every change of state, one type each. An edge builds a command from what it parsed and calls [`crate::Engine::execute`]; nothing else writes.
//!
//! To add one: a struct with domain-typed fields, an `impl Command` that checks through `domain`, commits through the committer and tells the hub, a
//! test, and an operation in `protocol`. See docs/dev/adding-an-operation.md.

mod account;
mod admin;
mod append;
mod contact;
mod conversation;
mod invite;
mod member;
mod message;
mod receipt;
mod session;

pub use account::*;
pub use admin::*;
pub use append::Sent;
pub use contact::*;
pub use conversation::*;
pub use invite::*;
pub use member::*;
pub use message::*;
pub use receipt::*;
pub use session::*;

use crate::{Actor, Engine, Result};

/// A change of state that somebody asks for.
pub trait Command: Send {
    /// What a granted one answers.
    type Reply: Send;
    /// Checks, decides, commits, publishes. Call [`crate::Engine::execute`] instead.
    fn run(self, engine: &Engine, actor: &Actor) -> impl Future<Output = Result<Self::Reply>> + Send;
}
