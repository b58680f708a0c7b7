//! The import table: which crate may depend on which, and that only `server` names concrete back ends.

use super::Finding;
use crate::tree::Package;

/// Normal dependencies that each crate may have among ours. A crate exists because a direction must be enforced, so this
/// table and ARCHITECTURE.md change together. Where a crate's signatures are made of another's types, both are named.
const TABLE: [(&str, &[&str]); 15] = [
    ("types", &[]),
    ("protocol", &["types"]),
    ("domain", &["types"]),
    ("store", &["types", "domain"]),
    ("store-sqlite", &["store", "types", "domain"]),
    ("store-postgres", &["store", "types", "domain"]),
    ("bus", &["types"]),
    ("bus-nats", &["bus", "types"]),
    ("media", &["types", "store"]),
    ("push", &["types", "store"]),
    ("engine", &["types", "domain", "store", "bus", "media", "push"]),
    ("server", &["types", "protocol", "domain", "store", "bus", "media", "push", "engine", "store-sqlite", "store-postgres", "bus-nats"]),
    ("client", &["types", "protocol"]),
    ("tui", &["types", "client"]),
    ("parlor", &["server", "tui"]),
];

/// May depend on anything, and nothing that is shipped may depend on them.
const DEVELOPMENT: [&str; 4] = ["bench", "sim", "test-support", "xtask"];

/// Checks every crate of the workspace against the table.
pub(super) fn table(packages: &[Package]) -> Vec<Finding> {
    packages.iter().flat_map(check_package).collect()
}

fn check_package(package: &Package) -> Vec<Finding> {
    let name = short(&package.name);
    let manifest = format!("crates/{name}/Cargo.toml");
    if DEVELOPMENT.contains(&name) {
        return Vec::new();
    }
    let Some((_, allowed)) = TABLE.iter().find(|(row, _)| *row == name) else {
        return vec![Finding::new(&manifest, 0, "is not in the import table (crates/xtask/src/tidy/imports.rs)")];
    };
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind.as_deref() != Some("dev") && is_ours(&dependency.name))
        .map(|dependency| short(&dependency.name))
        .filter(|imported| !allowed.contains(imported))
        .map(|imported| Finding::new(&manifest, 0, format!("`{name}` may not depend on `{imported}`")))
        .collect()
}

fn is_ours(name: &str) -> bool {
    name.starts_with("parlor-") || name == "parlor" || name == "xtask"
}

fn short(name: &str) -> &str {
    name.strip_prefix("parlor-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Dependency;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependencies = dependencies.iter().map(|(name, kind)| Dependency { name: (*name).to_owned(), kind: kind.map(str::to_owned) }).collect();
        Package { name: name.to_owned(), dependencies }
    }

    #[test]
    fn what_the_table_names_is_allowed() {
        let good = [
            package("parlor-engine", &[("parlor-store", None), ("tokio", None), ("parlor-store-sqlite", Some("dev"))]),
            package("parlor-sim", &[("parlor-server", None)]),
        ];
        assert_eq!(table(&good), []);
    }

    #[test]
    fn wrong_directions_and_unknown_crates_are_found() {
        assert_eq!(table(&[package("parlor-domain", &[("parlor-store", None)])]).len(), 1);
        assert_eq!(table(&[package("parlor-engine", &[("parlor-store-sqlite", None)])]).len(), 1);
        assert_eq!(table(&[package("parlor-server", &[("parlor-test-support", None)])]).len(), 1);
        assert_eq!(table(&[package("parlor-mystery", &[])]).len(), 1);
    }

    #[test]
    fn only_the_server_names_back_ends() {
        let backends = ["store-sqlite", "store-postgres", "bus-nats"];
        for (name, allowed) in TABLE.iter().filter(|(name, _)| *name != "server") {
            assert!(!allowed.iter().any(|imported| backends.contains(imported)), "{name} names a back end");
        }
    }
}
