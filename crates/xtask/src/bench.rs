//! `cargo xtask bench …`: measures a node as people run it, built for release.

use anyhow::Result;

use crate::binaries::{self, Profile};
use crate::process;
use crate::tree::Tree;

/// Builds the node and the measuring tool, and hands the arguments on.
pub(crate) fn run(tree: &Tree, args: &[String]) -> Result<()> {
    let [parlor, bench] = binaries::build(tree, Profile::Release, ["parlor", "parlor-bench"])?;
    process::run(process::command(bench, tree.root()).args(args).env("PARLOR_BINARY", parlor))
}
