//! `cargo xtask test`: everything CI runs, in the order in which a fault is cheapest to find; stops at the first that fails.
//!
//! A step runs when what it checks is in the tree; there is no switch to leave one out.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::tree::Tree;
use crate::{crash, debian, e2e, generate, process, tidy, web};

/// One thing that must hold.
struct Step {
    name: &'static str,
    /// What the reader learns when it is green.
    meaning: &'static str,
    /// Whether the tree has what this step checks.
    applies: fn(&Tree) -> bool,
    run: fn(&Tree) -> Result<()>,
}

const STEPS: [Step; 9] = [
    Step { name: "fmt", meaning: "the Rust code is formatted", applies: always, run: check_format },
    Step { name: "clippy", meaning: "no lint of the workspace fires", applies: always, run: clippy },
    Step { name: "tidy", meaning: "the import table and the habits hold", applies: always, run: tidy::run },
    Step { name: "rust", meaning: "the Rust tests pass", applies: always, run: |tree| rust_tests(tree, None) },
    Step { name: "doc", meaning: "links and examples in the Rust docs lead somewhere", applies: always, run: docs },
    Step { name: "web", meaning: "the web client's lint, types, unit tests and build", applies: has_web, run: web_tests },
    Step { name: "e2e", meaning: "the journeys of the web client in Chromium", applies: has_journeys, run: |tree| e2e::run(tree, &[]) },
    Step { name: "crash", meaning: "killed nodes lose nothing, and planted bugs are seen", applies: has_crash, run: crash::short },
    Step { name: "generated", meaning: "the generated files follow from the code", applies: has_generated, run: generate::check },
];

/// Runs every step, or the one named, or the Rust tests whose name contains the filter.
pub(crate) fn run(tree: &Tree, filter: Option<&str>) -> Result<()> {
    let Some(filter) = filter else { return run_all(tree) };
    let Some(step) = STEPS.iter().find(|step| step.name == filter) else { return rust_tests(tree, Some(filter)) };
    (step.run)(tree)
}

fn run_all(tree: &Tree) -> Result<()> {
    // What has to be installed is installed first: a machine that cannot have it should say so now, not in ten minutes.
    if has_journeys(tree) {
        debian::ensure(&debian::CHROMIUM)?;
    }
    let started = Instant::now();
    let mut timings: Vec<(&Step, Duration)> = Vec::new();
    for step in &STEPS {
        if !(step.applies)(tree) {
            continue;
        }
        println!("\n== {}: {}", step.name, step.meaning);
        let step_started = Instant::now();
        let outcome = (step.run)(tree);
        timings.push((step, step_started.elapsed()));
        if outcome.is_err() {
            summarize(&timings, started.elapsed(), Some(step));
        }
        outcome.with_context(|| format!("`cargo xtask test {}` runs this step alone", step.name))?;
    }
    summarize(&timings, started.elapsed(), None);
    Ok(())
}

fn summarize(timings: &[(&Step, Duration)], total: Duration, failed: Option<&Step>) {
    println!("\n== summary");
    for (step, elapsed) in timings {
        let mark = if failed.is_some_and(|failed| failed.name == step.name) { "FAILED" } else { "ok" };
        println!("{mark:>6}  {:<10} {:>8}  {}", step.name, show(*elapsed), step.meaning);
    }
    match failed {
        Some(step) => println!("\nStopped at `{}` after {}.", step.name, show(total)),
        None => println!("\nAll {} steps are green, in {}.", timings.len(), show(total)),
    }
}

fn check_format(tree: &Tree) -> Result<()> {
    process::run(&mut process::cargo(tree.root(), &["fmt", "--all", "--check"]))
}

fn clippy(tree: &Tree) -> Result<()> {
    let deny: &[&str] = &["--all-targets", "--quiet", "--", "--deny", "warnings"];
    process::run(process::cargo(tree.root(), &["clippy", "--workspace"]).args(deny))?;
    // The bugs that can be planted are code, too.
    process::run(process::cargo(tree.root(), &["clippy", "--package", "parlor", "--features", "plant"]).args(deny))
}

fn rust_tests(tree: &Tree, filter: Option<&str>) -> Result<()> {
    let has_nextest = process::find_program("cargo-nextest").is_some();
    let args: &[&str] =
        if has_nextest { &["nextest", "run", "--workspace"] } else { &["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"] };
    process::run(process::cargo(tree.root(), args).args(filter))
}

fn docs(tree: &Tree) -> Result<()> {
    // Links from public to private items lead somewhere for us, who read both.
    let mut doc = process::cargo(tree.root(), &["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"]);
    process::run(doc.env("RUSTDOCFLAGS", "--deny warnings --allow rustdoc::private_intra_doc_links --allow rustdoc::bare_urls"))?;
    process::run(&mut process::cargo(tree.root(), &["test", "--workspace", "--doc", "--quiet"]))
}

fn web_tests(tree: &Tree) -> Result<()> {
    web::ensure_installed(tree)?;
    for script in ["lint", "typecheck", "test"] {
        web::script(tree, script, &[])?;
    }
    web::ensure_built(tree)
}

fn always(_: &Tree) -> bool {
    true
}

fn has_web(tree: &Tree) -> bool {
    web::exists(tree)
}

fn has_journeys(tree: &Tree) -> bool {
    web::has_script(tree, "e2e")
}

fn has_crash(tree: &Tree) -> bool {
    tree.has("crates/sim")
}

fn has_generated(tree: &Tree) -> bool {
    generate::exists(tree)
}

fn show(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..60 => format!("{:.1} s", duration.as_secs_f64()),
        _ => format!("{} m {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_a_clock() {
        assert_eq!(show(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(show(Duration::from_mins(1)), "1 m 00 s");
        assert_eq!(show(Duration::from_secs(754)), "12 m 34 s");
    }

    #[test]
    fn steps_have_names_of_their_own() {
        let mut names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
    }
}
