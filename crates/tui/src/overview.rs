//! The list of conversations.

use std::process::ExitCode;

use parlor_client::protocol::operations::ListConversations;

use crate::render::{self, People};
use crate::session::Session;

/// Prints one line per conversation, newest last, where the eye is.
pub(crate) async fn print() -> anyhow::Result<ExitCode> {
    let session = Session::get()?;
    let list = session.rest()?.call(&ListConversations {}).await?;
    if list.conversations.is_empty() {
        println!("No conversations yet. Try: parlor chat @somebody");
    }
    let people = People::new(&list.users);
    for head in list.conversations.iter().rev() {
        println!("{}", render::overview_line(head, &people));
    }
    Ok(ExitCode::SUCCESS)
}
