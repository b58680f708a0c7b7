//! What every crate's manifest has in common: the workspace's lints, and dependencies from one place.

use super::Finding;

/// Where every dependency has its reason.
pub(super) const DEPENDENCIES_PAGE: &str = "docs/dev/dependencies.md";

const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// A crate inherits the workspace's lints and takes every dependency from the workspace, with the features chosen there.
pub(super) fn crate_manifest(path: &str, text: &str) -> Vec<Finding> {
    if !path.starts_with("crates/") || !path.ends_with("/Cargo.toml") {
        return Vec::new();
    }
    let manifest: toml::Table = match text.parse() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Finding::new(path, 0, format!("is not TOML: {error}"))],
    };
    let mut findings = Vec::new();
    let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
    if inherits != Some(true) {
        findings.push(Finding::new(path, 0, "does not inherit the workspace's lints: `[lints] workspace = true`"));
    }
    for section in SECTIONS {
        let Some(dependencies) = manifest.get(section).and_then(toml::Value::as_table) else { continue };
        for (name, dependency) in dependencies {
            let from_workspace = dependency.get("workspace").and_then(toml::Value::as_bool) == Some(true);
            if !from_workspace {
                findings.push(Finding::new(path, 0, format!("`{name}` is not taken from the workspace")));
            } else if dependency.get("features").is_some() {
                findings.push(Finding::new(path, 0, format!("`{name}` adds features; they are chosen in the workspace")));
            }
        }
    }
    findings
}

/// Every dependency of the workspace is taken by a crate, and has its line with a reason on the page about dependencies.
pub(super) fn workspace_dependencies(root: &str, crate_manifests: &[&str], page: &str) -> Vec<Finding> {
    let taken: Vec<toml::Table> = crate_manifests.iter().filter_map(|text| text.parse().ok()).collect();
    let is_taken = |name: &str| {
        taken.iter().any(|manifest| SECTIONS.iter().any(|section| manifest.get(*section).is_some_and(|found| found.get(name).is_some())))
    };
    let Ok(manifest) = root.parse::<toml::Table>() else { return vec![Finding::new("Cargo.toml", 0, "is not TOML")] };
    let dependencies = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies")).and_then(toml::Value::as_table);
    let mut findings = Vec::new();
    for name in dependencies.into_iter().flatten().filter(|(_, dependency)| dependency.get("path").is_none()).map(|(name, _)| name) {
        if !is_taken(name) {
            findings.push(Finding::new("Cargo.toml", 0, format!("no crate takes the dependency `{name}`")));
        }
        if !page.contains(&format!("`{name}`")) {
            findings.push(Finding::new(DEPENDENCIES_PAGE, 0, format!("gives no reason for `{name}`")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nname = \"x\"\n[lints]\nworkspace = true\n[dependencies]\nserde.workspace = true\n";

    fn count(text: &str) -> usize {
        crate_manifest("crates/x/Cargo.toml", text).len()
    }

    #[test]
    fn a_manifest_that_inherits_is_good() {
        assert_eq!(count(GOOD), 0);
        assert_eq!(crate_manifest("Cargo.toml", "[workspace]\n"), []);
    }

    #[test]
    fn lints_versions_and_features_of_its_own_are_found() {
        assert_eq!(count(&GOOD.replace("workspace = true\n[dep", "[dep")), 1);
        assert_eq!(count(&format!("{GOOD}rand = \"0.9\"\n")), 1);
        assert_eq!(count(&format!("{GOOD}tokio = {{ workspace = true, features = [\"full\"] }}\n")), 1);
        assert_eq!(count("not toml"), 1);
    }

    #[test]
    fn dependencies_are_taken_and_have_a_reason() {
        let root = "[workspace.dependencies]\nparlor-types = { path = \"crates/types\" }\nserde = \"1\"\n";
        let page = "| JSON | `serde` | |";
        assert_eq!(workspace_dependencies(root, &[GOOD], page), []);
        assert_eq!(workspace_dependencies(root, &[GOOD], "").len(), 1);
        assert_eq!(workspace_dependencies(root, &["[package]"], page).len(), 1);
    }
}
