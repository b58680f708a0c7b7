//! Retention.

use parlor_engine::commands::UpdateReceipt;
use parlor_types::{ConversationKind, Retention};

use crate::world::World;

#[tokio::test]
async fn until_delivered_takes_a_message_away_when_every_device_of_every_member_has_it() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let conversation = world.conversation(ConversationKind::Group, &mia, &[&ben], Retention::UntilDelivered).await;
    let sent = mia.send(conversation, "hi").await;
    let delivered = UpdateReceipt { conversation, delivered: Some(sent.seq), read: None };
    mia.engine.execute(&mia.actor(), delivered).await.unwrap();
    assert_eq!(world.engine.run_jobs().await.unwrap(), 0, "one device does not have it");
    ben.engine.execute(&ben.actor(), delivered).await.unwrap();
    assert_eq!(world.engine.run_jobs().await.unwrap(), sent.seq.0);
    assert!(mia.seqs(conversation).await.is_empty());
    assert_eq!(mia.try_send(conversation, "key-of-hi", "hi").await.unwrap(), sent, "a retry is still recognised");
    assert_eq!(mia.send(conversation, "ho").await.seq, sent.seq.next());
}

#[tokio::test]
async fn days_take_away_what_is_older() {
    let world = World::new().await;
    let mia = world.person("mia").await;
    let conversation = world.conversation(ConversationKind::Group, &mia, &[], Retention::Days { days: 7 }).await;
    mia.send(conversation, "old").await;
    world.clock.advance_milliseconds(6 * 86_400_000);
    let young = mia.send(conversation, "young").await;
    assert_eq!(world.engine.run_jobs().await.unwrap(), 0);
    world.clock.advance_milliseconds(86_400_001);
    assert_eq!(world.engine.run_jobs().await.unwrap(), young.seq.0 - 1);
    assert_eq!(mia.seqs(conversation).await, [young.seq.0]);
}
