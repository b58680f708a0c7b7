//! The web client's packages and its build: both are made when, and only when, they are out of date.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::tree::Tree;

/// The oldest Node that the web client's tools run on.
const NODE_MAJOR_MIN: u32 = 20;

/// Whether the tree has a web client.
pub(crate) fn exists(tree: &Tree) -> bool {
    tree.has("web/package.json")
}

/// Whether the web client's manifest has a script of this name. A manifest that cannot be read has none; npm says why.
pub(crate) fn has_script(tree: &Tree, script: &str) -> bool {
    let text = fs::read_to_string(tree.path("web/package.json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    manifest["scripts"][script].is_string()
}

/// Installs the npm packages when the lock file differs from the one that was installed last.
pub(crate) fn ensure_installed(tree: &Tree) -> Result<()> {
    let lock = tree.path("web/package-lock.json");
    // Inside node_modules, so that it goes when they go; `npm ci` itself begins by removing the folder.
    let installed = tree.path("web/node_modules/.parlor-installed-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("{} is missing", lock.display()))?;
    if fs::read(&installed).is_ok_and(|last| last == wanted) {
        return Ok(());
    }
    check_node(tree)?;
    println!("Installing the npm packages of the web client into web/node_modules.");
    process::run(npm(tree).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::create_dir_all(tree.path("web/node_modules"))?;
    fs::write(&installed, wanted).with_context(|| format!("could not write {}", installed.display()))
}

/// Builds the web client when one of its sources is newer than the last build.
pub(crate) fn ensure_built(tree: &Tree) -> Result<()> {
    ensure_installed(tree)?;
    let stamp = tree.path("web/node_modules/.parlor-built");
    let built_at = fs::metadata(&stamp).and_then(|metadata| metadata.modified()).ok();
    let changed_at = newest_change(&tree.path("web"))?;
    if tree.has("web/dist/index.html") && built_at.is_some_and(|built_at| built_at >= changed_at) {
        return Ok(());
    }
    println!("Building the web client into web/dist.");
    script(tree, "build", &["--logLevel=warn".to_owned()])?;
    // The time before the build: what was saved while it ran counts as newer.
    let stamp_file = fs::File::create(&stamp).with_context(|| format!("could not write {}", stamp.display()))?;
    stamp_file.set_modified(changed_at)?;
    Ok(())
}

/// Runs a script of the web client's manifest.
pub(crate) fn script(tree: &Tree, name: &str, args: &[String]) -> Result<()> {
    let mut npm = npm(tree);
    npm.args(["run", "--silent", name]);
    if !args.is_empty() {
        npm.arg("--").args(args);
    }
    process::run(&mut npm)
}

/// `npm` in the web client's folder.
pub(crate) fn npm(tree: &Tree) -> std::process::Command {
    let mut npm = process::command("npm", &tree.path("web"));
    npm.env("NPM_CONFIG_UPDATE_NOTIFIER", "false");
    npm
}

fn check_node(tree: &Tree) -> Result<()> {
    let advice = format!("The web client is built with Node {NODE_MAJOR_MIN} or newer and npm. Install them, then run this again.");
    let Ok(version) = process::output(process::command("node", tree.root()).arg("--version")) else {
        bail!("`node` is not on the PATH. {advice}");
    };
    match major(&version) {
        Some(found) if found >= NODE_MAJOR_MIN => Ok(()),
        _ => bail!("`node --version` says {}. {advice}", version.trim()),
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// When anything under the folder changed last. Folders count too: that is how a deletion shows.
fn newest_change(folder: &Path) -> Result<SystemTime> {
    const NOT_SOURCES: [&str; 4] = ["node_modules", "dist", "test-results", "playwright-report"];
    let mut newest = SystemTime::UNIX_EPOCH;
    let mut waiting: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("could not list {}", folder.display()))? {
            let entry = entry?;
            if NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            let metadata = entry.metadata()?;
            newest = newest.max(metadata.modified()?);
            if metadata.is_dir() {
                waiting.push(entry.path());
            }
        }
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn node_versions_are_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
        assert_eq!(major("nonsense"), None);
    }

    #[test]
    fn installed_packages_and_the_last_build_are_not_sources() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("src")).unwrap();
        fs::create_dir_all(folder.path().join("node_modules")).unwrap();
        fs::write(folder.path().join("src/app.ts"), "").unwrap();
        let before = newest_change(folder.path()).unwrap();

        let later = before + Duration::from_mins(1);
        let installed = fs::File::create(folder.path().join("node_modules/x.js")).unwrap();
        installed.set_modified(later).unwrap();
        assert_eq!(newest_change(folder.path()).unwrap(), before);

        let source = fs::File::create(folder.path().join("src/app.ts")).unwrap();
        source.set_modified(later).unwrap();
        assert_eq!(newest_change(folder.path()).unwrap(), later);
    }
}
