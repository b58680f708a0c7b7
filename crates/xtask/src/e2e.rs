//! `cargo xtask e2e`: the journeys of the web client, in Chromium, against the real binary.

use anyhow::Result;

use crate::binaries::{self, Profile};
use crate::tree::Tree;
use crate::{debian, process, web};

/// Builds the web client and the node that serves it, and walks every journey, or those the arguments name.
///
/// The runner finds the node at `PARLOR_BINARY` and the browser at `CHROMIUM`.
pub(crate) fn run(tree: &Tree, args: &[String]) -> Result<()> {
    let chromium = debian::ensure(&debian::CHROMIUM)?;
    web::ensure_built(tree)?;
    let [parlor] = binaries::build(tree, Profile::Dev, ["parlor"])?;
    let mut npm = web::npm(tree);
    npm.args(["run", "--silent", "e2e"]);
    if !args.is_empty() {
        npm.arg("--").args(args);
    }
    process::run(npm.env("PARLOR_BINARY", parlor).env("CHROMIUM", chromium))
}
