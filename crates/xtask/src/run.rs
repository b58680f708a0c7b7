//! `cargo xtask run`: from a fresh checkout to a node that answers, in one command.
//!
//! It builds for release: from nothing that takes no longer than a debug build here (optimising once at the end is cheaper than
//! half-optimising every dependency), and what people try first is then as quick as what they would install.

use std::os::unix::process::CommandExt as _;

use anyhow::{Context as _, Result};

use crate::binaries::{self, Profile};
use crate::tree::Tree;
use crate::{process, web};

/// Builds what is out of date, then becomes the node: it has this terminal, and Ctrl-C reaches it directly.
pub(crate) fn run(tree: &Tree, profile: Profile, args: &[String]) -> Result<()> {
    if web::exists(tree) {
        web::ensure_built(tree)?;
    }
    println!("Building Parlor. The first time takes a few minutes, later ones seconds.");
    let [parlor] = binaries::build(tree, profile, ["parlor"])?;
    println!("Starting a node with everything embedded, no other service needed. Ctrl-C stops it.\n");
    let error = process::command(&parlor, tree.root()).arg("serve").args(args).exec();
    Err(error).with_context(|| format!("could not start {}", parlor.display()))
}
