//! The memory store passes the suite, and the suite runs every case that is written.

use std::future::{Ready, ready};
use std::sync::Arc;

use parlor_store::{MemoryStore, Store};
use parlor_types::Epoch;

fn open() -> Ready<(Arc<dyn Store>, ())> {
    ready((Arc::new(MemoryStore::new(Epoch(1))), ()))
}

parlor_store::conformance_tests!(super::open);

macro_rules! names {
    (() $($file:ident { $($case:ident)* })*) => {
        &[$((stringify!($file), &[$(stringify!($case)),*])),*]
    };
}

/// The files of the suite with the cases that run.
const CASES: &[(&str, &[&str])] = parlor_store::conformance_cases!([names]);

#[test]
fn every_case_that_is_written_runs() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/conformance");
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_stem().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let written: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("pub async fn ")?.strip_suffix("(scene: &Scene) {")).collect();
        let run = CASES.iter().find(|(name, _)| *name == file).map(|(_, cases)| cases.to_vec()).unwrap_or_default();
        assert_eq!(run, written, "the cases of {file}.rs and those named in conformance_cases!");
    }
}
