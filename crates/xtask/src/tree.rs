//! The source tree: where it is, which files belong to it, and what cargo knows of its crates.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::process;

/// The checked-out repository that this program was built from.
pub(crate) struct Tree {
    root: PathBuf,
}

/// The crates of the workspace and what they depend on, as `cargo metadata` tells.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) target_directory: PathBuf,
}

/// One crate of the workspace.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One dependency as a crate's manifest names it.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `None` for a normal dependency, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

impl Tree {
    /// Finds the tree: cargo says where this crate is; without cargo, the nearest folder above with a workspace in it.
    pub(crate) fn find() -> Result<Self> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => std::env::current_dir()?,
        };
        let root = start.ancestors().find(|folder| folder.join("crates/xtask").is_dir());
        let root = root.context("this is not a checkout of Parlor: no folder above has crates/xtask")?;
        Ok(Self { root: root.to_path_buf() })
    }

    /// The folder that holds the workspace.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside the tree.
    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// Whether a file or folder is there.
    pub(crate) fn has(&self, inside: &str) -> bool {
        self.path(inside).exists()
    }

    /// The files that are, or would be, committed: relative paths, sorted, without what git ignores.
    pub(crate) fn files(&self) -> Result<Vec<String>> {
        let mut git = process::command("git", &self.root);
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listing = process::output(&mut git)?;
        let paths: BTreeSet<&str> = listing.split_terminator('\0').collect();
        if paths.is_empty() {
            bail!("git lists no files in {}", self.root.display());
        }
        // A file deleted but not yet committed is still listed.
        Ok(paths.into_iter().filter(|path| self.has(path)).map(str::to_owned).collect())
    }

    /// What cargo knows of the workspace.
    pub(crate) fn metadata(&self) -> Result<Metadata> {
        let mut cargo = process::cargo(&self.root, &["metadata", "--format-version=1", "--no-deps"]);
        serde_json::from_str(&process::output(&mut cargo)?).context("cargo metadata printed something unexpected")
    }
}
