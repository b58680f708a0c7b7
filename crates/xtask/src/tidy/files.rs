//! What a file's path, length and first line tell.

use super::habits::EMPTY_NAMES;
use super::{Finding, has_extension, is_rust};

/// Past this, a file is more than one room. Most are 60 to 300.
const LINES_MAX: usize = 500;

/// Files are small enough to be read in one go.
pub(super) fn size(path: &str, text: &str) -> Option<Finding> {
    let is_source = is_rust(path) || has_extension(path, "ts") || has_extension(path, "tsx");
    let lines = text.lines().count();
    (is_source && !is_generated(path) && !is_catalogue(path) && lines > LINES_MAX)
        .then(|| Finding::new(path, 0, format!("has {lines} lines; {LINES_MAX} is the most for one file")))
}

/// Files and folders are named for what is inside.
pub(super) fn name(path: &str) -> Option<Finding> {
    let inside = path.strip_prefix("crates/").or_else(|| path.strip_prefix("web/"))?;
    let named = inside.split('/').map(|part| part.split('.').next().unwrap_or(part));
    // The first part is the crate's own folder, and `src` of the web client.
    let empty = named.skip(1).find(|name| EMPTY_NAMES.contains(name))?;
    Some(Finding::new(path, 0, format!("`{empty}` names nothing that is inside")))
}

/// A module begins with what it is for and what it must never do.
pub(super) fn module_docs(path: &str, text: &str) -> Option<Finding> {
    if !is_rust(path) || !path.starts_with("crates/") || is_generated(path) {
        return None;
    }
    let is_member_of_tests = path.ends_with("/tests.rs") || (path.contains("/tests/") && !path.ends_with("/main.rs"));
    if is_member_of_tests || text.trim_start().starts_with("//!") {
        return None;
    }
    Some(Finding::new(path, 1, "does not begin with `//!` docs"))
}

/// The phrases of one language: as long as the client has phrases, and read by looking one up.
fn is_catalogue(path: &str) -> bool {
    let language = path.strip_prefix("web/src/i18n/").and_then(|file| file.strip_suffix(".ts"));
    language.is_some_and(|language| language.len() == 2)
}

/// Written by a program, never by hand.
pub(super) fn is_generated(path: &str) -> bool {
    path.split('/').any(|part| part == "generated" || part.contains(".generated.")) || has_extension(path, "snap")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_at_the_limit_and_one_past_it() {
        let at_limit = "x\n".repeat(LINES_MAX);
        let past_limit = "x\n".repeat(LINES_MAX + 1);
        assert_eq!(size("crates/types/src/ids.rs", &at_limit), None);
        assert!(size("crates/types/src/ids.rs", &past_limit).is_some());
        assert!(size("web/src/app/App.tsx", &past_limit).is_some());
        assert_eq!(size("web/src/api/generated/wire.ts", &past_limit), None);
        assert_eq!(size("docs/api.md", &past_limit), None);
        assert_eq!(size("web/src/i18n/ar.ts", &past_limit), None);
        assert!(size("web/src/i18n/format.ts", &past_limit).is_some());
    }

    #[test]
    fn names_say_something() {
        assert!(name("crates/engine/src/utils.rs").is_some());
        assert!(name("crates/engine/src/core/hub.rs").is_some());
        assert!(name("crates/engine/tests/common/mod.rs").is_some());
        assert!(name("web/src/features/helpers.ts").is_some());
        assert_eq!(name("crates/engine/src/hub.rs"), None);
        assert_eq!(name("docs/common.md"), None);
    }

    #[test]
    fn modules_say_what_they_are_for() {
        assert!(module_docs("crates/types/src/lib.rs", "use std::fmt;\n").is_some());
        assert_eq!(module_docs("crates/types/src/lib.rs", "//! Ids and names.\n"), None);
        assert!(module_docs("crates/types/tests/it/main.rs", "mod ids;\n").is_some());
        assert_eq!(module_docs("crates/types/tests/it/ids.rs", "use super::*;\n"), None);
        assert_eq!(module_docs("crates/types/src/ids/tests.rs", "use super::*;\n"), None);
    }
}
