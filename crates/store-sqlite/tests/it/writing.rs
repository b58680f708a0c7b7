use std::sync::Arc;

use parlor_store::{Append, AppendOutcome, Commit, NewEvent, Store, StoreError, Trim, Write};
use parlor_types::event::Content;
use parlor_types::{EventBody, EventId, Seq, UserId};

use crate::scene::{AT, Scene};

/// Everybody who sends at once shares commits, and still each gets their own place (G3).
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn g1_concurrent_sends_share_commits_and_each_is_answered_with_its_own() {
    let scene = Arc::new(Scene::new());
    let mia = scene.user("mia").await;
    let group = scene.group(&[mia]).await;
    let expected = scene.store.find_conversation(group).await.unwrap().unwrap().rules_version;
    let sends: Vec<_> = (0..500)
        .map(|count| {
            let scene = scene.clone();
            tokio::spawn(async move {
                let send = scene.send(group, expected, mia, &format!("key-{count:06}"), &format!("text {count}"));
                let text = send.events[0].body.clone();
                let written = scene.store.commit(vec![send.into_write()]).await.unwrap().remove(0);
                let AppendOutcome::Appended(mut stored) = Append::outcome(written) else { panic!("a send was refused") };
                assert_eq!(stored[0].event.body, text);
                stored.remove(0).event.seq
            })
        })
        .collect();
    let mut seqs = Vec::new();
    for send in sends {
        seqs.push(send.await.unwrap());
    }
    seqs.sort_unstable();
    assert_eq!(seqs, (3..503).map(Seq).collect::<Vec<_>>());
    assert_eq!(scene.store.verify().await.unwrap(), Vec::<String>::new());
}

/// An answer that nobody waits for any more changes nothing about the write.
#[tokio::test]
async fn a_write_happens_though_its_caller_went_away() {
    let scene = Scene::new();
    let mia = scene.user("mia").await;
    let group = scene.group(&[mia]).await;
    let expected = scene.store.find_conversation(group).await.unwrap().unwrap().rules_version;
    {
        let commit = scene.store.commit(vec![scene.send(group, expected, mia, "key-000001", "gone").into_write()]);
        let mut commit = std::pin::pin!(commit);
        // Polled once: queued.
        let _ = futures_poll(&mut commit).await;
    }
    let AppendOutcome::Repeated { seq, .. } = scene.commit(scene.send(group, expected, mia, "key-000001", "gone")).await else {
        panic!("the write did not happen")
    };
    assert_eq!(seq, Seq(3));
}

/// Polls a future once.
async fn futures_poll<T>(future: &mut std::pin::Pin<&mut impl Future<Output = T>>) -> Option<T> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match future.as_mut().poll(context) {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

/// One batch that cannot be made for a reason of its own (a row that cannot be read) fails alone, and takes nothing of its own with it.
#[tokio::test]
async fn a_batch_that_fails_leaves_the_others_of_its_commit_alone() {
    let scene = Scene::new();
    let mia = scene.user("mia").await;
    let (poisoned, sound) = (scene.group(&[mia]).await, scene.group(&[mia]).await);
    let expected = scene.store.find_conversation(sound).await.unwrap().unwrap().rules_version;
    let path = scene.path();
    let scene = {
        let folder = scene.close();
        rusqlite::Connection::open(&path).unwrap().execute("UPDATE conversations SET kind = 9 WHERE id = ?1", [poisoned.raw() as i64]).unwrap();
        Scene::in_folder(folder)
    };
    let horizon = scene.store.horizon().await.unwrap();
    let send = |conversation, key: &str| scene.send(conversation, expected, mia, key, "words").into_write();
    let bad: Vec<Write> = vec![send(sound, "key-of-the-bad-one"), send(poisoned, "key-of-the-bad-too")];
    let (one, two, three) = tokio::join!(
        scene.store.commit(vec![send(sound, "key-number-one")]),
        scene.store.commit(bad),
        scene.store.commit(vec![send(sound, "key-number-two")]),
    );
    assert!(matches!(two, Err(StoreError::Unavailable(_))), "{two:?}");
    assert_eq!((one.unwrap().len(), three.unwrap().len()), (1, 1));
    assert_eq!(scene.store.find_conversation(sound).await.unwrap().unwrap().last_seq, Seq(4));
    assert_eq!(scene.store.horizon().await.unwrap().0, horizon.0 + 2, "what failed took no position");
    assert!(matches!(scene.commit(scene.send(sound, expected, mia, "key-of-the-bad-one", "words")).await, AppendOutcome::Appended(_)));
}

/// For want of room writes are refused and reads go on; with room again writes go on, without a restart (fault 11).
#[tokio::test]
async fn a_full_store_refuses_writes_and_recovers() {
    let folder = tempfile::tempdir().unwrap();
    let scene = Scene::in_folder_with(folder, |options| options.bytes_max = Some(512 * 1024));
    let mia = scene.user("mia").await;
    let group = scene.group(&[mia]).await;
    let expected = scene.store.find_conversation(group).await.unwrap().unwrap().rules_version;
    let say = |mentions: &[UserId]| {
        let content = Content { mentions: mentions.to_vec(), ..Content::text("x".repeat(4_000).parse().unwrap()) };
        let events = vec![NewEvent { id: EventId::from_raw(scene.id()), body: EventBody::Message { content, reply_to: None } }];
        Append { conversation: group, expected, sender: mia, at: AT, events, key: None, invite: None }
    };
    let mut accepted = 0;
    let refused = loop {
        match scene.store.commit(vec![say(&[mia]).into_write()]).await {
            Ok(_) => accepted += 1,
            Err(error) => break error,
        }
        assert!(accepted < 200, "there always was room");
    };
    assert!(matches!(refused, StoreError::Full(_)), "{refused}");
    assert!(accepted > 20, "{accepted}");
    let head = scene.store.find_conversation(group).await.unwrap().unwrap();
    assert_eq!(head.last_seq, Seq(2 + accepted), "nothing of the refused write is there, and reads go on");
    let horizon = scene.store.horizon().await.unwrap();

    scene.commit(Trim { conversation: group, through: Seq(10) }).await;
    assert!(matches!(scene.commit(say(&[mia])).await, AppendOutcome::Appended(_)));
    assert_eq!(scene.store.find_conversation(group).await.unwrap().unwrap().last_seq, Seq(3 + accepted));
    assert_eq!(scene.store.horizon().await.unwrap().0, horizon.0 + 2, "what was refused took no position");

    // Full again, with messages that wait to be filed.
    let mut waiting = 0;
    while scene.store.commit(vec![say(&[]).into_write()]).await.is_ok() {
        waiting += 1;
        assert!(waiting < 200, "there always was room");
    }
    assert_eq!(scene.store.find_conversation(group).await.unwrap().unwrap().last_seq, Seq(3 + accepted + waiting));
    let scene = scene.reopen();
    assert_eq!(scene.store.find_conversation(group).await.unwrap().unwrap().last_seq, Seq(3 + accepted + waiting));
    assert!(matches!(scene.commit(scene.send(group, expected, mia, "key-000001", "there is room")).await, AppendOutcome::Appended(_)));
    assert_eq!(scene.store.verify().await.unwrap(), Vec::<String>::new());
}
