//! Builds binaries of the workspace and tells where they are.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::process;
use crate::tree::Tree;

/// How to build.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Profile {
    /// Quick to build; what the tests of the workspace have built already.
    Dev,
    /// What people run and what is measured.
    Release,
}

impl Profile {
    /// The folder under cargo's target folder.
    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// Builds the packages in one cargo run and returns the path of the binary of the same name for each.
pub(crate) fn build<const N: usize>(tree: &Tree, profile: Profile, packages: [&str; N]) -> Result<[PathBuf; N]> {
    let mut cargo = process::cargo(tree.root(), &["build"]);
    for package in packages {
        cargo.args(["--package", package]);
    }
    cargo.arg("--bins");
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)?;

    let folder = tree.metadata()?.target_directory.join(profile.folder());
    let paths = packages.map(|package| folder.join(package));
    if let Some(absent) = paths.iter().find(|path| !path.is_file()) {
        bail!("cargo built no binary at {}", absent.display());
    }
    Ok(paths)
}
