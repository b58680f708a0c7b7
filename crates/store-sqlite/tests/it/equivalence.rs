use parlor_store::equivalence::{Step, assert_equivalent};
use parlor_store::memory::MemoryStore;
use parlor_types::Epoch;
use proptest::prelude::*;

use crate::scene::Scene;

/// Few by default, for each case compares every read there is; `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    /// The memory store is the model: the same writes come to the same outcomes, positions and reads. What is left is sound.
    #[test]
    fn random_writes_come_to_what_they_come_to_in_the_model(script in prop::collection::vec(any::<Step>(), 1..160)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let scene = Scene::new();
        runtime.block_on(async {
            assert_equivalent(&MemoryStore::new(Epoch(1)), &scene.store, &script).await;
            let findings = parlor_store::Store::check(&scene.store).await.unwrap();
            assert!(findings.is_empty(), "{findings:#?}");
        });
    }
}
