//! Builds binaries of the workspace and tells where they are.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

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

    let folder = folder(tree, profile)?;
    let paths = packages.map(|package| folder.join(package));
    if let Some(absent) = paths.iter().find(|path| !path.is_file()) {
        bail!("cargo built no binary at {}", absent.display());
    }
    Ok(paths)
}

/// Builds the node with the bugs that can be planted in it, and puts it where no other command takes it for the real one.
pub(crate) fn build_with_plants(tree: &Tree, profile: Profile) -> Result<PathBuf> {
    let mut cargo = process::cargo(tree.root(), &["build", "--package", "parlor", "--bins", "--features", "plant"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)?;

    let built = folder(tree, profile)?.join("parlor");
    let kept_in = folder(tree, profile)?.join("with-plants");
    let kept = kept_in.join("parlor");
    fs::create_dir_all(&kept_in)?;
    fs::rename(&built, &kept).with_context(|| format!("could not put {} into {}", built.display(), kept_in.display()))?;
    Ok(kept)
}

fn folder(tree: &Tree, profile: Profile) -> Result<PathBuf> {
    Ok(tree.metadata()?.target_directory.join(profile.folder()))
}
