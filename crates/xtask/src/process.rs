//! Child processes: each is shown before it runs, and one that fails stops the command that started it.
//!
//! A child never inherits what cargo tells *this* program about itself (`CARGO_PKG_NAME` and its kind): some build scripts
//! watch those variables, and would be run again at every switch between `cargo build` and `cargo xtask`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// A command for `program`, in `folder`, free of cargo's words about this program.
pub(crate) fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(describes_this_program) {
            command.env_remove(name);
        }
    }
    command
}

/// `cargo` with these arguments, in `folder`.
pub(crate) fn cargo(folder: &Path, args: &[&str]) -> Command {
    let mut command = command("cargo", folder);
    command.args(args);
    command
}

/// Shows the command, runs it to its end, and fails when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    println!("  $ {shown}");
    let status = command.status().with_context(|| format!("could not start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs the command in silence and returns its standard output; fails when it fails, with what it said on standard error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output =
        command.stdin(Stdio::null()).stderr(Stdio::piped()).stdout(Stdio::piped()).output().with_context(|| format!("could not start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` did not print UTF-8"))
}

/// Where `program` is found on the PATH.
pub(crate) fn find_program(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn describes_this_program(name: &str) -> bool {
    const EXACT: [&str; 6] = ["CARGO", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PRIMARY_PACKAGE"];
    EXACT.contains(&name) || name.starts_with("CARGO_PKG_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_keep_the_settings_of_cargo_and_lose_its_words_about_us() {
        assert!(describes_this_program("CARGO_PKG_VERSION"));
        assert!(describes_this_program("CARGO_MANIFEST_DIR"));
        assert!(!describes_this_program("CARGO_TARGET_DIR"));
        assert!(!describes_this_program("CARGO_HOME"));
        assert!(!describes_this_program("PATH"));
    }
}
