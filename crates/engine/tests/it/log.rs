//! Sends: durable, once, in one order.

use parlor_domain::Refusal;
use parlor_engine::EngineError;
use parlor_engine::commands::{DeleteMessage, EditMessage, Leave, React, RemoveMember};
use parlor_store::StoreError;
use parlor_types::Limits;
use parlor_types::event::Content;

use crate::world::{World, frames_now, frames_until};

#[tokio::test]
async fn g1_a_send_whose_commit_failed_is_not_acknowledged_and_not_shown_and_can_be_tried_again() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let direct = mia.direct(&ben).await;
    let watching = ben.connect().await;
    world.store.fail_next_commit(StoreError::Full("no room".to_owned()));
    let refused = mia.try_send(direct, "key-12345", "hi").await;
    assert!(matches!(refused, Err(EngineError::Unavailable(_))), "{refused:?}");
    assert_eq!(ben.seqs(direct).await, [1, 2, 3]);
    assert_eq!(frames_now(&watching.mailbox), Vec::<String>::new());
    let sent = mia.try_send(direct, "key-12345", "hi").await.unwrap();
    assert_eq!(sent.seq.0, 4);
    frames_until(&watching.mailbox, |frame| frame == format!("log {direct} 4")).await;
}

#[tokio::test]
async fn g2_second_send_with_same_key_returns_first_message_also_after_leaving() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let group = world.group(&mia, &[&ben]).await;
    let first = ben.try_send(group, "key-12345", "hi").await.unwrap();
    assert_eq!(ben.try_send(group, "key-12345", "hi").await.unwrap(), first);
    assert!(matches!(ben.try_send(group, "key-12345", "ho").await, Err(EngineError::KeyReused)));
    ben.engine.execute(&ben.actor(), Leave { conversation: group }).await.unwrap();
    assert_eq!(ben.try_send(group, "key-12345", "hi").await.unwrap(), first);
    assert!(matches!(ben.try_send(group, "key-67890", "hi").await, Err(EngineError::Refused(Refusal::Forbidden(_)))));
}

#[tokio::test]
async fn g3_concurrent_sends_get_gapless_seqs_and_later_sends_get_higher_ones() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let direct = mia.direct(&ben).await;
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let person = if number % 2 == 0 { mia.clone() } else { ben.clone() };
            tokio::spawn(async move { person.send(direct, &format!("number {number}")).await.seq.0 })
        })
        .collect();
    let mut seqs = Vec::new();
    for task in tasks {
        seqs.push(task.await.unwrap());
    }
    seqs.sort_unstable();
    assert_eq!(seqs, (4..104).collect::<Vec<u64>>());
    assert_eq!(mia.send(direct, "after all").await.seq.0, 104);
}

#[tokio::test]
async fn sends_share_transactions_when_they_come_together() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let direct = mia.direct(&ben).await;
    let before = world.engine.commit_figures();
    let gate = world.store.plant_slow_commit(direct);
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let mia = mia.clone();
            tokio::spawn(async move { mia.send(direct, &format!("number {number}")).await })
        })
        .collect();
    tokio::task::yield_now().await;
    gate.release();
    for task in tasks {
        task.await.unwrap();
    }
    let after = world.engine.commit_figures();
    assert_eq!(after.writes - before.writes, 50);
    assert!(after.batches - before.batches < 25, "{} transactions for 50 sends", after.batches - before.batches);
}

#[tokio::test]
async fn edits_deletions_and_reactions_are_folded_into_what_is_read() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let conversation = mia.direct(&ben).await;
    let target = mia.send(conversation, "first").await.seq;
    let content = Content::text("second".parse().unwrap());
    mia.engine.execute(&mia.actor(), EditMessage { conversation, target, content }).await.unwrap();
    let react = React { conversation, target, emoji: "👍".parse().unwrap(), on: true };
    let reacted = ben.engine.execute(&ben.actor(), react.clone()).await.unwrap();
    assert_eq!(ben.engine.execute(&ben.actor(), react).await.unwrap(), reacted, "twice is once");
    let page = ben.engine.messages(&ben.actor(), conversation, parlor_engine::queries::Place::Newest, 10).await.unwrap();
    let [message] = &page.messages[..] else { panic!("one message: {page:?}") };
    assert_eq!(message.content.text.as_ref().unwrap().as_str(), "second");
    assert_eq!(message.reactions[0].users, [ben.user()]);
    let refused = ben.engine.execute(&ben.actor(), DeleteMessage { conversation, target }).await;
    assert!(matches!(refused, Err(EngineError::Refused(Refusal::Forbidden(_)))));
    mia.engine.execute(&mia.actor(), DeleteMessage { conversation, target }).await.unwrap();
    let events = mia.engine.events(&mia.actor(), conversation, parlor_types::Seq::ZERO, 200).await.unwrap().events;
    assert!(!format!("{events:?}").contains("first") && !serde_json::to_string(&events).unwrap().contains("second"), "{events:?}");
}

#[tokio::test]
async fn g9_a_reader_that_takes_nothing_is_closed_and_the_others_get_everything() {
    let limits = Limits { outbound_queue_bytes_max: 1_000, ..Limits::DEFAULT };
    let world = World::with_limits(limits).await;
    let (mia, ben, eve) = (world.person("mia").await, world.person("ben").await, world.person("eve").await);
    let group = world.group(&mia, &[&ben, &eve]).await;
    let (stalled, reading) = (ben.connect().await, eve.connect().await);
    for number in 0..100 {
        mia.send(group, &format!("number {number}")).await;
        frames_until(&reading.mailbox, |frame| frame == format!("log {group} {}", number + 5)).await;
    }
    assert_eq!(stalled.mailbox.try_take(1), Some(parlor_engine::Delivery::Closed(parlor_engine::CloseReason::SlowConsumer)));
    assert_eq!(stalled.mailbox.queued_bytes(), 0);
    let resumed = ben.resume(stalled.start.position).await;
    assert!(resumed.start.resumed);
    assert_eq!(resumed.start.missed.len(), 100);
}

#[tokio::test]
async fn g7_a_removed_member_cannot_write_or_read_what_follows() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let group = world.group(&mia, &[&ben]).await;
    ben.send(group, "before").await;
    let removed = mia.engine.execute(&mia.actor(), RemoveMember { conversation: group, user: ben.user() }).await.unwrap();
    mia.send(group, "after").await;
    assert_eq!(ben.seqs(group).await.last(), Some(&removed.seq.0));
    assert!(matches!(ben.try_send(group, "key-12345", "hi").await, Err(EngineError::Refused(Refusal::Forbidden(_)))));
}

#[tokio::test]
async fn g9_pages_are_bounded_in_bytes_and_still_join_to_the_whole() {
    use parlor_engine::queries::Place;
    use parlor_types::Seq;
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let conversation = mia.direct(&ben).await;
    for number in 0..60 {
        mia.try_send(conversation, &format!("number-{number:04}"), &"x".repeat(16_384)).await.unwrap();
    }
    let engine = &ben.engine;
    let (mut forward, mut after, mut pages) = (Vec::new(), Seq::ZERO, 0);
    loop {
        let page = engine.messages(&ben.actor(), conversation, Place::After(after), 200).await.unwrap();
        assert!(page.messages.len() <= 32, "{}", page.messages.len());
        after = page.messages.last().unwrap().seq;
        forward.extend(page.messages.iter().map(|message| message.seq.0));
        pages += 1;
        if !page.more_after {
            break;
        }
    }
    assert!(pages > 1);
    let (mut backward, mut place) = (Vec::new(), Place::Newest);
    loop {
        let page = engine.messages(&ben.actor(), conversation, place, 200).await.unwrap();
        assert!(page.messages.len() <= 32, "{}", page.messages.len());
        place = Place::Before(page.messages[0].seq);
        backward.splice(0..0, page.messages.iter().map(|message| message.seq.0));
        if !page.more_before {
            break;
        }
    }
    let (mut raw, mut after) = (Vec::new(), Seq::ZERO);
    loop {
        let page = engine.events(&ben.actor(), conversation, after, 200).await.unwrap();
        assert!(page.events.len() <= 40, "{}", page.events.len());
        raw.extend(page.events.iter().map(|event| event.seq.0));
        after = page.through;
        if !page.more {
            break;
        }
    }
    assert_eq!(forward, (4..64).collect::<Vec<_>>());
    assert_eq!(backward, forward);
    assert_eq!(raw, (1..64).collect::<Vec<_>>());
}
