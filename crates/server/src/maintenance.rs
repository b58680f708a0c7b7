//! What an operator does with the store as a whole: verify, copy, put back.

use std::fmt::Write as _;

use anyhow::Context as _;

use crate::config::Config;
use crate::exit::Exit;
use crate::stores::{self, Absent};

/// How many findings are printed; a store with more is not mended by reading on.
const FINDINGS_SHOWN_MAX: usize = 100;

/// Verifies every invariant of the store; says in words that it is sound, or fails with what is wrong.
pub async fn check(config: Config) -> Result<String, Exit> {
    let opened = tokio::task::spawn_blocking(move || stores::open(&config, Absent::Refuse)).await.context("the store could not be opened")??;
    let findings = opened.store.check().await.map_err(|error| Exit::Damaged(format!("{} could not be verified: {error}", opened.place)))?;
    let figures = opened.store.figures().await.context("the store could not be counted")?;
    if findings.is_empty() {
        let (users, conversations, messages) = (figures.users, figures.conversations, figures.messages);
        return Ok(format!("{} is sound: {users} users, {conversations} conversations, {messages} messages.", opened.place));
    }
    let mut text = format!("{} is not sound, {} findings:", opened.place, findings.len());
    for finding in findings.iter().take(FINDINGS_SHOWN_MAX) {
        let _ = write!(text, "\n  {finding}");
    }
    text.push_str("\nKeep a copy of it, and put a backup back with `parlor restore`.");
    Err(Exit::Damaged(text))
}
