//! Commits of the memory store that are planted to land late, or to fail.

use std::sync::Arc;
use std::time::Duration;

use parlor_store::conformance::scene::{Scene, appended, keyed, message};
use parlor_store::{Append, AppendOutcome, Commit, MemoryStore, Result, Store, StoreError, Written};
use parlor_types::{ConversationId, Epoch, Position, Seq, UserId};
use tokio::task::JoinHandle;
use tokio::time::timeout;

async fn scene() -> (Arc<MemoryStore>, Scene, UserId, [ConversationId; 2]) {
    let store = Arc::new(MemoryStore::new(Epoch(1)));
    let scene = Scene::new(store.clone());
    let mia = scene.user("mia").await;
    let logs = [scene.group(mia, &[]).await, scene.group(mia, &[]).await];
    (store, scene, mia, logs)
}

async fn start(scene: &Scene, log: ConversationId, user: UserId) -> JoinHandle<Result<Vec<Written>>> {
    let append = scene.new_append(log, user, vec![message("x", &[])]).await;
    let store = scene.store.clone();
    tokio::spawn(async move { store.commit(vec![append.into_write()]).await })
}

async fn finish(task: JoinHandle<Result<Vec<Written>>>) -> (Seq, Position) {
    let written = timeout(Duration::from_secs(10), task).await.unwrap().unwrap().unwrap().remove(0);
    let stored = appended(Append::outcome(written)).remove(0);
    (stored.event.seq, stored.position)
}

#[tokio::test]
async fn g4_a_slow_commit_lands_out_of_order_and_holds_the_horizon_back() {
    let (store, scene, mia, [slow, fast]) = scene().await;
    let start_position = scene.horizon().await;
    let guard = store.plant_slow_commit(slow);
    let held = start(&scene, slow, mia).await;
    guard.caught().await;
    let overtaking = scene.append(fast, mia, vec![message("overtakes", &[])]).await;
    assert_eq!(overtaking[0].position, Position(start_position.0 + 2), "the held commit has the position before");
    assert_eq!(scene.events(fast).await.len(), 3, "what others commit is visible");
    assert_eq!((scene.events(slow).await.len(), scene.facts(slow).await.last_seq), (2, Seq(2)), "the held one is not");
    assert_eq!(scene.horizon().await, start_position);
    assert_eq!(scene.changed_heads(mia, start_position).await, [fast]);
    assert!(!held.is_finished());
    guard.release();
    assert_eq!(finish(held).await, (Seq(3), start_position.next()));
    assert_eq!(scene.horizon().await, Position(start_position.0 + 2));
    assert_eq!(scene.changed_heads(mia, start_position).await, [fast, slow], "a cursor at the horizon skips nothing");
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn commits_on_the_conversation_of_a_slow_one_wait_for_it() {
    let (store, scene, mia, [slow, _]) = scene().await;
    let guard = store.plant_slow_commit(slow);
    let first = start(&scene, slow, mia).await;
    guard.caught().await;
    let second = start(&scene, slow, mia).await;
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert!(!second.is_finished());
    drop(guard);
    assert_eq!((finish(first).await.0, finish(second).await.0), (Seq(3), Seq(4)));
}

#[tokio::test]
async fn a_held_commit_happens_although_nobody_waits_for_it_any_more() {
    let (store, scene, mia, [slow, _]) = scene().await;
    let guard = store.plant_slow_commit(slow);
    let held = start(&scene, slow, mia).await;
    guard.caught().await;
    held.abort();
    assert!(held.await.is_err());
    guard.release();
    assert_eq!(scene.facts(slow).await.last_seq, Seq(3));
}

#[tokio::test]
async fn a_plant_that_caught_nothing_is_taken_back() {
    let (store, scene, mia, [slow, _]) = scene().await;
    drop(store.plant_slow_commit(slow));
    assert_eq!(scene.say(slow, mia, "at once").await, Seq(3));
}

#[tokio::test]
async fn a_failed_commit_changes_nothing_and_a_lost_answer_everything() {
    let (store, scene, mia, [log, _]) = scene().await;
    let send = Append { key: keyed("key-0001", 1), ..scene.new_append(log, mia, vec![message("x", &[])]).await };
    store.fail_next_commit(StoreError::Full("planted".to_owned()));
    let before = scene.facts(log).await;
    assert!(matches!(store.commit(vec![send.clone().into_write()]).await, Err(StoreError::Full(_))));
    assert_eq!(scene.facts(log).await, before);
    store.lose_next_answer(StoreError::Unavailable("planted".to_owned()));
    assert!(matches!(store.commit(vec![send.clone().into_write()]).await, Err(StoreError::Unavailable(_))));
    assert_eq!(scene.facts(log).await.last_seq, Seq(3));
    assert!(matches!(scene.commit(send).await, AppendOutcome::Repeated { seq: Seq(3), .. }), "a retry is safe");
}
