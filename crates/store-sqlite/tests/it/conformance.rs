use std::sync::Arc;

use parlor_store::Store;
use parlor_store_sqlite::SqliteStore;

use crate::scene::options;

#[expect(clippy::unused_async, reason = "the suite opens stores that are reached over a network too")]
pub(crate) async fn open() -> (Arc<dyn Store>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Arc::new(SqliteStore::open(options(&folder.path().join("parlor.db"))).unwrap()), folder)
}

parlor_store::conformance_tests!(crate::conformance::open);
