//! What every crate's manifest has in common: the workspace's lints, and dependencies from one place.

use super::Finding;

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
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
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
}
