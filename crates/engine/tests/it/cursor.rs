//! Cursors never skip anything (G4), whatever order commits land in.

use std::sync::Arc;

use parlor_bus::InProcessBus;
use parlor_engine::Notice;
use parlor_store::Store as _;
use parlor_store::memory::MemoryStore;
use parlor_types::{Epoch, Limits, Position};

use crate::world::{Person, World, frames_until};

fn missed_seqs(notices: &[Notice]) -> Vec<u64> {
    notices.iter().filter_map(|notice| if let Notice::Log(event) = notice { Some(event.seq.0) } else { None }).collect()
}

#[tokio::test]
async fn g4_a_resume_continues_exactly_where_the_cursor_stands() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let direct = mia.direct(&ben).await;
    let first = ben.connect().await;
    for number in 0..10 {
        mia.send(direct, &format!("number {number}")).await;
    }
    frames_until(&first.mailbox, |frame| frame == format!("log {direct} 13")).await;
    let position = ben.engine.hub().horizon();
    ben.engine.disconnect(&first.mailbox).await;
    let nothing = ben.resume(position).await;
    assert!(nothing.start.resumed && missed_seqs(&nothing.start.missed).is_empty());
    for number in 10..13 {
        mia.send(direct, &format!("number {number}")).await;
    }
    let second = ben.resume(position).await;
    assert_eq!(missed_seqs(&second.start.missed), [14, 15, 16]);
    assert_eq!(second.start.heads.len(), 1);
    assert_eq!(second.start.heads[0].unread, 13);
}

#[tokio::test]
async fn g4_too_much_missed_is_said_as_a_gap() {
    let world = World::with_limits(Limits { resume_events_max: 5, ..Limits::DEFAULT }).await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let direct = mia.direct(&ben).await;
    let position = ben.connect().await.start.position;
    for number in 0..6 {
        mia.send(direct, &format!("number {number}")).await;
    }
    let resumed = ben.resume(position).await;
    assert!(matches!(&resumed.start.missed[..], [Notice::Gap(view)] if view.head.conversation.last_seq.0 == 9));
}

#[tokio::test]
async fn g11_a_cursor_of_another_epoch_or_of_the_future_starts_afresh() {
    let world = World::new().await;
    let mia = world.person("mia").await;
    mia.direct(&mia).await;
    let position = mia.connect().await.start.position;
    let other = mia.engine.connect(mia.session, Some((Epoch(8), position))).await.unwrap();
    let future = mia.engine.connect(mia.session, Some((Epoch(7), Position(position.0 + 1)))).await.unwrap();
    assert!(!other.start.resumed && !future.start.resumed);
    assert_eq!((other.start.heads.len(), future.start.heads.len()), (1, 1));
}

/// Two nodes on one store; a commit of the first one is slow, so that what the second one commits after it lands before it.
#[tokio::test]
async fn g4_a_slow_commit_of_another_node_is_never_skipped() {
    let store = Arc::new(MemoryStore::new(Epoch(7)));
    let bus = Arc::new(InProcessBus::shared());
    let one = World::on(store.clone(), bus.clone(), 1, Limits::DEFAULT).await;
    let two = World::on(store.clone(), bus, 2, Limits::DEFAULT).await;
    let (mia, ben) = (one.person("mia").await, one.person("ben").await);
    let slow = mia.direct(&ben).await;
    let fast = one.group(&mia, &[&ben]).await;
    let at = |person: &Person, world: &World| Person { engine: world.engine.clone(), session: person.session };

    let reader = at(&ben, &two);
    let connection = reader.connect().await;
    let gate = store.plant_slow_commit(slow);
    let delayed = tokio::spawn({
        let mia = mia.clone();
        async move { mia.send(slow, "slow").await }
    });
    gate.caught().await;
    let held = store.horizon().await.unwrap();
    at(&mia, &two).send(fast, "fast").await;
    frames_until(&connection.mailbox, |frame| frame == format!("log {fast} 4")).await;
    let cursor = two.engine.hub().horizon();
    assert!(cursor <= held, "the cursor {cursor} passed the slow commit above {held}");

    // The reader goes away with that cursor, and comes back after the slow commit landed.
    two.engine.disconnect(&connection.mailbox).await;
    gate.release();
    delayed.await.unwrap();
    let resumed = reader.resume(cursor).await;
    let seen: Vec<_> =
        resumed.start.missed.iter().filter_map(|notice| if let Notice::Log(event) = notice { Some(event.conversation) } else { None }).collect();
    assert!(seen.contains(&slow), "the slow commit was skipped: {seen:?}");
}

#[tokio::test]
async fn g5_an_event_of_another_node_arrives_though_every_hint_is_lost() {
    let store = Arc::new(MemoryStore::new(Epoch(7)));
    let deaf = || Arc::new(InProcessBus::shared());
    let one = World::on(store.clone(), deaf(), 1, Limits::DEFAULT).await;
    let two = World::on(store.clone(), deaf(), 2, Limits::DEFAULT).await;
    let (mia, ben) = (one.person("mia").await, one.person("ben").await);
    let direct = mia.direct(&ben).await;
    let reader = Person { engine: two.engine.clone(), session: ben.session };
    let connection = reader.connect().await;
    mia.send(direct, "hi").await;
    frames_until(&connection.mailbox, |frame| frame == format!("log {direct} 4")).await;
}

#[tokio::test]
async fn g9_a_resume_is_bounded_in_bytes_and_says_gap_for_the_rest() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let conversation = mia.direct(&ben).await;
    let position = ben.connect().await.start.position;
    for number in 0..70 {
        mia.try_send(conversation, &format!("number-{number:04}"), &"x".repeat(16_000)).await.unwrap();
    }
    let start = ben.resume(position).await.start;
    assert!(start.resumed);
    assert!(matches!(start.missed.as_slice(), [Notice::Gap(_)]), "{} notices", start.missed.len());
}
