//! Documents point only at files that are there.

use std::path::{Component, Path, PathBuf};

use super::{Finding, has_extension};

/// Folders of the tree that documents name in backticks.
const FOLDERS: [&str; 5] = ["crates/", "web/", "docs/", "deploy/", "fixtures/"];

/// Every relative link, and every path of the tree in backticks, leads to a file or folder. `exists` is asked with paths from the root.
pub(super) fn dead(path: &str, text: &str, exists: impl Fn(&Path) -> bool) -> Vec<Finding> {
    if !has_extension(path, "md") {
        return Vec::new();
    }
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let links = between(line, "](", ')').filter(|link| is_relative(link)).map(|link| (link, resolve(&folder.join(without_anchor(link)))));
        let paths = between(line, "`", '`').filter(|path| is_path(path)).map(|path| (path, PathBuf::from(path)));
        for (shown, target) in links.chain(paths) {
            if !exists(&target) {
                findings.push(Finding::new(path, index + 1, format!("points at `{shown}`, which is not there")));
            }
        }
    }
    findings
}

/// What stands between an opening and the next closing mark, each time.
fn between<'line>(line: &'line str, open: &'static str, close: char) -> impl Iterator<Item = &'line str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(open)?;
        let (inside, after) = after.split_once(close)?;
        rest = after;
        Some(inside)
    })
}

fn is_relative(link: &str) -> bool {
    !link.contains("://") && !link.starts_with(['#', '/']) && !link.starts_with("mailto:") && !link.is_empty()
}

fn is_path(text: &str) -> bool {
    let plain = text.chars().all(|letter| letter.is_ascii_alphanumeric() || "/_-.".contains(letter));
    plain && FOLDERS.iter().any(|folder| text.starts_with(folder)) && !BUILT.iter().any(|built| text.starts_with(built))
}

/// Made by a build, so named in documents and absent from a fresh tree.
const BUILT: [&str; 2] = ["web/dist", "web/node_modules"];

fn without_anchor(link: &str) -> &str {
    link.split('#').next().unwrap_or(link)
}

/// Takes `..` out of a path, without asking the disk.
fn resolve(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut resolved, component| {
        match component {
            Component::ParentDir => drop(resolved.pop()),
            Component::CurDir => {}
            other => resolved.push(other),
        }
        resolved
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        let there = ["ARCHITECTURE.md", "docs/dev/errors.md", "crates/types/src/limits.rs"];
        dead("docs/dev/testing.md", text, |path| there.iter().any(|known| Path::new(known) == path)).len()
    }

    #[test]
    fn links_and_paths_that_lead_somewhere_are_fine() {
        assert_eq!(count("see [errors](errors.md#codes) and [the map](../../ARCHITECTURE.md) in `crates/types/src/limits.rs`"), 0);
        assert_eq!(count("[elsewhere](https://example.org/x.md), [below](#habits), `crates/store-<name>`, `web/dist`, `crates/*/src`"), 0);
    }

    #[test]
    fn those_that_do_not_are_found() {
        assert_eq!(count("see [errors](error.md) and [the map](../ARCHITECTURE.md)"), 2);
        assert_eq!(count("in `crates/types/src/limit.rs`, or `x`"), 1);
    }
}
