//! Who is blocked reaches nobody and is told nothing.

use parlor_engine::commands::{SetTyping, UpdateBlock, UpdateReceipt};
use parlor_engine::{EngineError, PresenceState};

use crate::world::{World, frames_now, frames_until};

#[tokio::test]
async fn what_a_blocked_user_writes_is_acknowledged_and_never_reaches_who_blocked_them() {
    let world = World::new().await;
    let (mia, eve) = (world.person("mia").await, world.person("eve").await);
    let conversation = mia.direct(&eve).await;
    let connection = mia.connect().await;
    world.engine.execute(&mia.actor(), UpdateBlock { other: eve.user(), blocked: true }).await.unwrap();
    frames_now(&connection.mailbox);
    let sent = eve.send(conversation, "unheard").await;
    world.engine.execute(&eve.actor(), SetTyping { conversation, on: true }).await.unwrap();
    assert_eq!(frames_now(&connection.mailbox), Vec::<String>::new());
    assert!(!mia.seqs(conversation).await.contains(&sent.seq.0));
    let confirm = UpdateReceipt { conversation, delivered: Some(sent.seq), read: None };
    assert!(mia.engine.execute(&mia.actor(), confirm).await.is_err(), "nor can it be confirmed");
    assert!(mia.try_send(conversation, "key-12345", "hi").await.is_err());
    assert_eq!(mia.resume(connection.start.position).await.start.missed.len(), 0);

    world.engine.execute(&mia.actor(), UpdateBlock { other: eve.user(), blocked: false }).await.unwrap();
    let after = eve.send(conversation, "heard").await;
    frames_until(&connection.mailbox, |frame| frame == format!("log {conversation} {}", after.seq)).await;
    assert!(!mia.seqs(conversation).await.contains(&sent.seq.0), "what was written meanwhile stays unseen");
}

#[tokio::test]
async fn a_blocked_user_opens_a_conversation_into_the_void_and_sees_no_presence() {
    let world = World::new().await;
    let (mia, eve) = (world.person("mia").await, world.person("eve").await);
    world.engine.execute(&mia.actor(), UpdateBlock { other: eve.user(), blocked: true }).await.unwrap();
    let connection = mia.connect().await;
    let conversation = eve.direct(&mia).await;
    eve.send(conversation, "hello there").await;
    assert_eq!(frames_now(&connection.mailbox), Vec::<String>::new());
    let (heads, _) = mia.engine.heads(&mia.actor()).await.unwrap();
    assert!(heads.is_empty(), "{heads:?}");
    let seen = eve.engine.watch_presence(&eve.actor(), None, &[mia.user()]).await.unwrap();
    assert_eq!(seen[0].state, PresenceState::Hidden);
}

#[tokio::test]
async fn watermarks_rise_never_fall_and_never_pass_the_head() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let conversation = mia.direct(&ben).await;
    let connection = mia.connect().await;
    let last = mia.send(conversation, "hi").await.seq;
    let mark = |delivered: Option<u64>, read: Option<u64>| UpdateReceipt {
        conversation,
        delivered: delivered.map(parlor_types::Seq),
        read: read.map(parlor_types::Seq),
    };
    let marked = ben.engine.execute(&ben.actor(), mark(None, Some(last.0))).await.unwrap();
    assert_eq!((marked.delivered, marked.read, marked.unread), (last, last, 0));
    frames_until(&connection.mailbox, |frame| frame == format!("receipt {} {last} {last}", ben.user())).await;
    let lower = ben.engine.execute(&ben.actor(), mark(Some(1), Some(1))).await.unwrap();
    assert_eq!((lower.delivered, lower.read, lower.changed), (last, last, false));
    let past = ben.engine.execute(&ben.actor(), mark(Some(last.0 + 1), None)).await;
    assert!(matches!(past, Err(EngineError::Refused(parlor_domain::Refusal::Invalid(_)))), "{past:?}");
}

#[tokio::test]
async fn who_blocks_asks_and_accepts_only_after_unblocking() {
    use parlor_domain::contact::{ContactAction, ContactState};
    use parlor_engine::commands::UpdateContact;
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    world.engine.execute(&mia.actor(), UpdateBlock { other: ben.user(), blocked: true }).await.unwrap();
    let request = UpdateContact { other: ben.user(), action: ContactAction::Request };
    assert!(world.engine.execute(&mia.actor(), request).await.is_err());
    assert!(world.engine.contacts(&ben.actor()).await.unwrap().is_empty(), "who is blocked is not asked");
    world.engine.execute(&mia.actor(), UpdateBlock { other: ben.user(), blocked: false }).await.unwrap();
    assert_eq!(world.engine.execute(&mia.actor(), request).await.unwrap().1, ContactState::Requested);
}
