use std::path::Path;

use parlor_server::generated;

#[test]
fn committed_files_follow_from_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let stale: Vec<&str> = generated::files()
        .into_iter()
        .filter(|(path, text)| std::fs::read_to_string(root.join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| path)
        .collect();
    assert!(stale.is_empty(), "these do not follow from the code any more, `cargo xtask generate` writes them: {stale:?}");
}

#[test]
fn descriptions_are_the_same_every_time() {
    assert_eq!(generated::files(), generated::files());
}
