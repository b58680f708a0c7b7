//! `cargo xtask crash …`: kills a loaded node again and again, and checks that nothing it acknowledged was lost.
//!
//! The work is done by `parlor-sim`, which is another program than the node and shares no code with its stores.

use anyhow::{Context as _, Result};

use crate::binaries::{self, Profile};
use crate::process;
use crate::tree::Tree;

/// Kills of the short run: a second or so each.
const RUNS: &str = "5";
/// A bug shows at most kills, not at every one.
const RUNS_PLANTED: &str = "10";

/// Bugs that can be planted; the checker must see each of them, or its green means nothing.
const PLANTS: [&str; 4] = ["ack-before-commit", "keys-in-memory", "seq-without-lock", "publish-before-commit"];

/// Builds the node and the tool, and hands the arguments on. A node with planted bugs is another build.
pub(crate) fn run(tree: &Tree, profile: Profile, args: &[String]) -> Result<()> {
    let plants = args.iter().any(|arg| arg == "--plant" || arg.starts_with("--plant="));
    let [node, sim] = if plants {
        let [sim] = binaries::build(tree, profile, ["parlor-sim"])?;
        [binaries::build_with_plants(tree, profile)?, sim]
    } else {
        binaries::build(tree, profile, ["parlor", "parlor-sim"])?
    };
    process::run(process::command(sim, tree.root()).arg("crash").arg("--binary").arg(node).args(args))
}

/// A short clean run, and one for each planted bug that must be seen.
pub(crate) fn short(tree: &Tree) -> Result<()> {
    run(tree, Profile::Dev, &words(&["--runs", RUNS]))?;
    for plant in PLANTS {
        run(tree, Profile::Dev, &words(&["--runs", RUNS_PLANTED, "--plant", plant, "--expect-violations"]))
            .with_context(|| format!("the planted bug `{plant}` was not seen"))?;
    }
    Ok(())
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
