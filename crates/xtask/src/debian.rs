//! Debian packages: installs what is missing, says what and why, and asks for nothing when nothing is missing.
//!
//! Must never touch the machine without a line on the screen before, and never touch it at all when the program is there
//! already, wherever it came from.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;

/// A program that comes from a Debian package.
pub(crate) struct Program {
    /// What is looked for on the PATH.
    pub(crate) name: &'static str,
    /// The Debian package that has it.
    pub(crate) package: &'static str,
    /// What Parlor does with it, as the end of "needed for …".
    pub(crate) purpose: &'static str,
}

/// The browser of the end-to-end tests.
pub(crate) const CHROMIUM: Program = Program { name: "chromium", package: "chromium", purpose: "the end-to-end tests of the web client" };

/// Who may install packages here, and how.
#[derive(Debug, PartialEq, Eq)]
enum Right {
    /// We are root.
    Root,
    /// `sudo` is there and may ask for a password on this terminal.
    Sudo,
    /// `sudo` is there, but nobody can type a password.
    SudoWithoutPassword,
    /// Somebody else has to do it.
    Nobody,
}

/// Returns where the program is, after installing its package when it is missing.
pub(crate) fn ensure(program: &Program) -> Result<PathBuf> {
    if let Some(path) = process::find_program(program.name) {
        return Ok(path);
    }
    let Program { name, package, purpose } = program;
    let by_hand = format!("apt-get update && apt-get install {package}");
    if process::find_program("apt-get").is_none() {
        bail!("`{name}` is needed for {purpose}, and this is not Debian. Install it so that `{name}` is on the PATH, then run this again.");
    }
    let right = right();
    if right == Right::Nobody {
        bail!("`{name}` is needed for {purpose}. Run this as root, then try again:\n\n    {by_hand}\n");
    }
    println!("Installing the Debian package {package}, needed for {purpose}.");
    let failed = || format!("could not install {package}. Run this as root, then try again:\n\n    {by_hand}\n");
    // A machine fresh from an image has no package lists, or old ones that name files which are gone.
    process::run(apt_get(&right).args(["update", "-qq"])).with_context(failed)?;
    process::run(apt_get(&right).args(["install", "-y", "-qq", "-o=Dpkg::Use-Pty=0", "--no-install-recommends", package])).with_context(failed)?;
    process::find_program(name).with_context(|| format!("{package} is installed, but `{name}` is still not on the PATH"))
}

fn right() -> Right {
    let user = process::output(Command::new("id").arg("-u")).unwrap_or_default();
    let has_sudo = process::find_program("sudo").is_some();
    right_of(user.trim() == "0", has_sudo, std::io::stdin().is_terminal())
}

fn right_of(is_root: bool, has_sudo: bool, has_terminal: bool) -> Right {
    match (is_root, has_sudo, has_terminal) {
        (true, _, _) => Right::Root,
        (false, false, _) => Right::Nobody,
        (false, true, true) => Right::Sudo,
        (false, true, false) => Right::SudoWithoutPassword,
    }
}

fn apt_get(right: &Right) -> Command {
    let here = Path::new("/");
    // `env` carries the variable through sudo, which drops most of ours.
    let words: &[&str] = match right {
        Right::Root | Right::Nobody => &["env"],
        Right::Sudo => &["sudo", "env"],
        Right::SudoWithoutPassword => &["sudo", "-n", "env"],
    };
    let mut command = process::command(words[0], here);
    command.args(&words[1..]).args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_installs_directly_and_others_through_sudo() {
        assert_eq!(right_of(true, false, false), Right::Root);
        assert_eq!(right_of(false, true, true), Right::Sudo);
        assert_eq!(right_of(false, true, false), Right::SudoWithoutPassword);
        assert_eq!(right_of(false, false, true), Right::Nobody);
    }

    #[test]
    fn sudo_without_a_terminal_never_waits_for_a_password() {
        let words: Vec<_> = apt_get(&Right::SudoWithoutPassword).get_args().map(ToOwned::to_owned).collect();
        assert_eq!(words, ["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
}
