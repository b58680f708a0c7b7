//! Every promise that a node keeps today is named by at least one test, `g1_…` for G1.

use super::Finding;
use super::rust::RustFile;

/// The promises of ARCHITECTURE.md that must have a test. G10 comes with media and G12 with encryption.
const KEPT: [u8; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11];

/// Reports each promise that no test names.
pub(super) fn each_has_a_test(files: &[RustFile]) -> Vec<Finding> {
    let named: Vec<u8> = files.iter().flat_map(tests_of_promises).collect();
    KEPT.iter()
        .filter(|promise| !named.contains(promise))
        .map(|promise| Finding::new("crates", 0, format!("no test names the promise G{promise} (`fn g{promise}_…`)")))
        .collect()
}

fn tests_of_promises(file: &RustFile) -> impl Iterator<Item = u8> {
    file.find("fn").filter(|found| found.token().in_test).filter_map(|found| promise_of(&found.after().first()?.text))
}

/// `g11_restore_changes_epoch` names 11.
fn promise_of(name: &str) -> Option<u8> {
    let (number, _) = name.strip_prefix('g')?.split_once('_')?;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> RustFile {
        RustFile::parse("crates/engine/src/lib.rs", text).unwrap_or_else(|finding| panic!("{finding}"))
    }

    #[test]
    fn names_of_tests_tell_the_promise() {
        assert_eq!(promise_of("g1_ack_is_durable"), Some(1));
        assert_eq!(promise_of("g11_restore_changes_epoch"), Some(11));
        assert_eq!(promise_of("get_user"), None);
        assert_eq!(promise_of("g_x"), None);
    }

    #[test]
    fn only_tests_count_and_every_promise_is_wanted() {
        let all = KEPT.iter().map(|number| format!("#[test]\nfn g{number}_holds() {{}}\n")).collect::<Vec<_>>().concat();
        assert_eq!(each_has_a_test(&[file(&all)]), []);
        let one_is_no_test = all.replacen("#[test]\nfn g4_", "fn g4_", 1);
        let findings = each_has_a_test(&[file(&one_is_no_test)]);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.contains("G4"));
    }
}
