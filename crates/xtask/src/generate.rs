//! `cargo xtask generate`: writes the files that follow from the code, and checks that the committed ones still do.
//!
//! `parlor generate <folder>` writes them under their paths in the tree; the web client's types follow from the API
//! descriptions by its own `generate` script.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::binaries::{self, Profile};
use crate::tree::Tree;
use crate::{process, web};

/// Whether the tree has generated files to keep fresh.
pub(crate) fn exists(tree: &Tree) -> bool {
    tree.has("docs/generated")
}

/// Writes every generated file into the tree.
pub(crate) fn run(tree: &Tree) -> Result<()> {
    write_into(tree, tree.root())?;
    if web::has_script(tree, "generate") {
        web::ensure_installed(tree)?;
        web::script(tree, "generate", &[])?;
    }
    Ok(())
}

/// Fails when a generated file in the tree is not what the code gives now. Changes nothing that is fresh.
pub(crate) fn check(tree: &Tree) -> Result<()> {
    let folder = tempfile::tempdir()?;
    write_into(tree, folder.path())?;
    let fresh = read_all(folder.path())?;
    if fresh.is_empty() {
        bail!("`parlor generate` wrote nothing");
    }
    let mut stale = stale(&fresh, |path| fs::read(tree.root().join(path)).ok());
    stale.extend(stale_types(tree)?);
    if !stale.is_empty() {
        bail!("these files do not follow from the code any more; `cargo xtask generate` writes them:\n  {}", stale.join("\n  "));
    }
    println!("{} generated files are fresh", fresh.len());
    Ok(())
}

fn write_into(tree: &Tree, folder: &Path) -> Result<()> {
    let [parlor] = binaries::build(tree, Profile::Dev, ["parlor"])?;
    process::run(process::command(parlor, tree.root()).arg("generate").arg(folder))
}

/// The web client's sources that a new run of its script would change. They are put back as they were.
fn stale_types(tree: &Tree) -> Result<Vec<String>> {
    if !web::has_script(tree, "generate") {
        return Ok(Vec::new());
    }
    web::ensure_installed(tree)?;
    let folder = tree.path("web/src");
    let committed = read_all(&folder)?;
    web::script(tree, "generate", &[])?;
    let fresh = read_all(&folder)?;
    for path in fresh.keys().filter(|path| !committed.contains_key(*path)) {
        fs::remove_file(folder.join(path))?;
    }
    for (path, bytes) in committed.iter().filter(|(path, bytes)| fresh.get(*path) != Some(*bytes)) {
        fs::write(folder.join(path), bytes)?;
    }
    Ok(stale(&fresh, |path| committed.get(path).cloned()).into_iter().map(|path| format!("web/src/{path}")).collect())
}

/// The paths whose committed content differs, or is not there.
fn stale(fresh: &BTreeMap<PathBuf, Vec<u8>>, committed: impl Fn(&Path) -> Option<Vec<u8>>) -> Vec<String> {
    let differs = fresh.iter().filter(|(path, bytes)| committed(path).as_ref() != Some(*bytes));
    differs.map(|(path, _)| path.display().to_string()).collect()
}

/// Every file under the folder, by its path inside.
fn read_all(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(current) = waiting.pop() {
        for entry in fs::read_dir(&current).with_context(|| format!("could not list {}", current.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let inside = path.strip_prefix(folder)?.to_path_buf();
                files.insert(inside, fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_and_absent_files_are_stale_and_equal_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("docs/generated")).unwrap();
        fs::write(folder.path().join("docs/generated/openapi.json"), "{}").unwrap();
        fs::write(folder.path().join("docs/generated/config.md"), "# Keys").unwrap();
        let fresh = read_all(folder.path()).unwrap();
        assert_eq!(fresh.len(), 2);

        assert!(stale(&fresh, |path| fresh.get(path).cloned()).is_empty());
        let one_changed = |path: &Path| Some(if path.ends_with("config.md") { b"old".to_vec() } else { b"{}".to_vec() });
        assert_eq!(stale(&fresh, one_changed), ["docs/generated/config.md"]);
        assert_eq!(stale(&fresh, |_| None).len(), 2);
    }
}
