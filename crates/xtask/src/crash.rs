//! `cargo xtask crash …`: kills a loaded node again and again, and checks that nothing it acknowledged was lost.
//!
//! The work is done by `parlor-sim`, which is another program than the node and shares no code with its stores.

use anyhow::{Context as _, Result};

use crate::binaries::{self, Profile};
use crate::process;
use crate::tree::Tree;

/// Bugs that can be planted; the checker must see each of them, or its green means nothing.
const PLANTS: [&str; 4] = ["ack-before-commit", "keys-in-memory", "seq-without-lock", "publish-before-commit"];

/// Builds the node and the tool, and hands the arguments on.
pub(crate) fn run(tree: &Tree, profile: Profile, args: &[String]) -> Result<()> {
    let [parlor, sim] = binaries::build(tree, profile, ["parlor", "parlor-sim"])?;
    process::run(process::command(sim, tree.root()).arg("crash").arg("--binary").arg(parlor).args(args))
}

/// A short clean run, and one for each planted bug that must be seen.
pub(crate) fn short(tree: &Tree) -> Result<()> {
    let args = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    run(tree, Profile::Dev, &args(&["--runs", "5"]))?;
    for plant in PLANTS {
        run(tree, Profile::Dev, &args(&["--runs", "5", "--plant", plant, "--expect-violations"]))
            .with_context(|| format!("the planted bug `{plant}` was not seen"))?;
    }
    Ok(())
}
