//! Everything that has to be on the machine or in the tree before a command can work.
//!
//! Nobody has to know of it: each command calls what it needs.

use anyhow::Result;

use crate::tree::Tree;
use crate::{debian, web};

/// Installs all that any command needs.
pub(crate) fn everything(tree: &Tree) -> Result<()> {
    if web::exists(tree) {
        web::ensure_installed(tree)?;
    }
    if web::has_script(tree, "e2e") {
        debian::ensure(&debian::CHROMIUM)?;
    }
    println!("All that the commands need is here.");
    Ok(())
}
