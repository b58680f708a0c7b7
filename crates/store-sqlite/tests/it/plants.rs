//! The planted bugs break what they say they break; otherwise a crash harness that finds nothing on them would prove nothing.

use parlor_store::{Append, AppendOutcome, Commit, Store};
use parlor_store_sqlite::Plant;
use parlor_types::Seq;

use crate::scene::Scene;

fn planted(plant: Plant) -> Scene {
    Scene::in_folder_with(tempfile::tempdir().unwrap(), |options| options.plant = Some(plant))
}

#[tokio::test]
async fn ack_before_commit_answers_what_is_not_stored_yet() {
    let scene = planted(Plant::AckBeforeCommit);
    let mia = scene.user("mia").await;
    let group = scene.group(&[mia]).await;
    let expected = scene.store.find_conversation(group).await.unwrap().unwrap().rules_version;
    let beside = rusqlite::Connection::open(scene.path()).unwrap();
    let stored = || beside.query_row("SELECT count(*) FROM events WHERE key IS NOT NULL", [], |row| row.get::<_, u64>(0)).unwrap();
    // On a machine that is busy for longer than the planted bug waits, the commit may be first now and then; never always.
    let mut acked = 0;
    let mut lost = false;
    while !lost && acked < 50 {
        scene.commit(scene.send(group, expected, mia, &format!("key-{acked:06}"), "words")).await;
        acked += 1;
        lost = stored() < acked;
    }
    assert!(lost, "every answer came after its commit");
}

#[tokio::test]
async fn keys_in_memory_forget_a_send_with_the_process() {
    let scene = planted(Plant::KeysInMemory);
    let mia = scene.user("mia").await;
    let group = scene.group(&[mia]).await;
    let expected = scene.store.find_conversation(group).await.unwrap().unwrap().rules_version;
    let send = |scene: &Scene| scene.send(group, expected, mia, "key-000001", "words");
    assert!(matches!(scene.commit(send(&scene)).await, AppendOutcome::Appended(_)));
    assert!(matches!(scene.commit(send(&scene)).await, AppendOutcome::Repeated { seq: Seq(3), .. }));
    let scene = Scene::in_folder(scene.close());
    assert!(matches!(scene.commit(send(&scene)).await, AppendOutcome::Appended(_)), "the key outlived the process");
}

#[tokio::test]
async fn seq_without_lock_gives_one_place_to_several() {
    let scene = planted(Plant::SeqWithoutLock);
    let mia = scene.user("mia").await;
    let group = scene.group(&[mia]).await;
    let expected = scene.store.find_conversation(group).await.unwrap().unwrap().rules_version;
    let send = |key: &str| scene.store.commit(vec![scene.send(group, expected, mia, key, "words").into_write()]);
    let (one, two, three) = tokio::join!(send("key-000001"), send("key-000002"), send("key-000003"));
    let mut seqs: Vec<Seq> = [one, two, three]
        .into_iter()
        .map(|written| match Append::outcome(written.unwrap().remove(0)) {
            AppendOutcome::Appended(stored) => stored[0].event.seq,
            other => panic!("{other:?}"),
        })
        .collect();
    seqs.sort_unstable();
    seqs.dedup();
    assert!(seqs.len() < 3, "each got its own place");
}
