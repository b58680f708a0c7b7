//! Plain messages wait in one table and are filed in their logs later. Nobody may notice.

use parlor_domain::Readable;
use parlor_store::memory::MemoryStore;
use parlor_store::{Append, AppendOutcome, Commit, Mark, Store, Write, Written};
use parlor_types::{ConversationId, DeviceId, Epoch, EventBody, Position, RulesVersion, Seq, UserId};

use crate::scene::{Scene, users_and_group};

/// The same writes to the store and to the model of every store.
struct Both {
    scene: Scene,
    model: MemoryStore,
}

impl Both {
    async fn commit(&self, batch: Vec<Write>) -> Vec<Written> {
        let expected = self.model.commit(batch.clone()).await.unwrap();
        let written = self.scene.store.commit(batch).await.unwrap();
        assert_eq!(written, expected);
        written
    }

    async fn compare(&self, logs: &[ConversationId], users: &[UserId]) {
        let head = self.model.horizon().await.unwrap();
        assert_eq!(self.scene.store.horizon().await.unwrap(), head);
        for user in users {
            for since in [None, Some(Position(head.0 / 2)), Some(Position(head.0 - 20))] {
                assert_eq!(self.scene.store.list_heads(*user, since).await.unwrap(), self.model.list_heads(*user, since).await.unwrap());
            }
        }
        for log in logs {
            let (facts, standing) = self.model.find_standing(*log, users[0]).await.unwrap().unwrap();
            assert_eq!(self.scene.store.find_standing(*log, users[0]).await.unwrap().unwrap(), (facts.clone(), standing.clone()));
            let readable = Readable::of(&facts, &standing);
            let middle = Seq(facts.last_seq.0 - facts.last_seq.0 / 3);
            for (after, through, limit) in [(Seq(0), Seq(9_999), 9_999), (middle, facts.last_seq, 30), (facts.last_seq.previous(), facts.last_seq, 9)]
            {
                let expected = self.model.list_events(*log, after, through, limit).await.unwrap();
                assert_eq!(self.scene.store.list_events(*log, after, through, limit).await.unwrap(), expected);
            }
            for newest in [true, false] {
                let expected = self.model.list_messages(*log, &readable, Seq(1), facts.last_seq, newest, 50).await.unwrap();
                assert_eq!(self.scene.store.list_messages(*log, &readable, Seq(1), facts.last_seq, newest, 50).await.unwrap(), expected);
            }
            for seq in [middle, facts.last_seq, facts.last_seq.next()] {
                assert_eq!(self.scene.store.find_event(*log, seq).await.unwrap(), self.model.find_event(*log, seq).await.unwrap());
            }
            let since = Position(head.0 - head.0 / 10);
            let expected = self.model.list_events_since(*log, since, 9_999).await.unwrap();
            assert_eq!(self.scene.store.list_events_since(*log, since, 9_999).await.unwrap(), expected);
        }
        assert_eq!(self.scene.store.figures().await.unwrap().messages, self.model.figures().await.unwrap().messages);
        assert_eq!(self.scene.store.check().await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn messages_that_wait_and_messages_that_are_filed_read_alike() {
    let mut both = Both { scene: Scene::new(), model: MemoryStore::new(Epoch(1)) };
    let (users, logs, made) = users_and_group(&both.scene, 3, 4);
    both.commit(made).await;
    let version = RulesVersion(4);
    let mut sent = Vec::new();
    for count in 0..900_usize {
        // Uneven, so that some logs are filed for having much and others wait long.
        let log = logs[[0, 0, 0, 0, 1, 0, 2, 0, 1, 3][count % 10]];
        let sender = users[count % 7 % 3];
        let send = both.scene.send(log, version, sender, &format!("key-{count:06}"), "words");
        sent.push(send.clone());
        let mut batch = vec![send.into_write()];
        if count % 50 == 20 {
            // Something that is about a message files what waits.
            let mut reaction = both.scene.send(log, version, sender, "unused-key", "unused");
            reaction.key = None;
            reaction.events[0].body = EventBody::Reaction { target: Seq(5), emoji: "+1".parse().unwrap(), on: count % 100 == 20 };
            batch.push(reaction.into_write());
        }
        if count % 30 == 7 {
            let last = both.model.find_conversation(log).await.unwrap().unwrap().last_seq;
            let read = Some(Seq(last.0 - last.0 % 3));
            batch.push(Mark { conversation: log, user: users[count % 3], device: DeviceId::from_raw(1), delivered: None, read }.into_write());
        }
        both.commit(batch).await;
        if count % 150 == 149 {
            both.compare(&logs, &users).await;
        }
        if count % 300 == 200 {
            both.scene = both.scene.reopen();
            both.compare(&logs, &users).await;
        }
    }
    // G2: a retry is known, whether its message waits, was filed, or waited when the store was closed.
    for send in sent {
        let written = both.commit(vec![send.into_write()]).await.remove(0);
        assert!(matches!(Append::outcome(written), AppendOutcome::Repeated { .. }));
    }
}

#[tokio::test]
async fn more_logs_than_may_wait_are_filed_oldest_first() {
    let scene = Scene::new();
    let (users, logs, made) = users_and_group(&scene, 2, 600);
    scene.store.commit(made).await.unwrap();
    for round in 0..36 {
        let batch: Vec<Write> =
            logs.iter().map(|log| scene.send(*log, RulesVersion(3), users[round % 2], &format!("key-{round:06}"), "words").into_write()).collect();
        scene.store.commit(batch).await.unwrap();
    }
    let beside = rusqlite::Connection::open(scene.path()).unwrap();
    let count = |text: &str| beside.query_row(text, [], |row| row.get::<_, u64>(0)).unwrap();
    let rows = count("SELECT count(*) FROM arrivals");
    assert!(rows < 20_000, "{rows} rows wait");
    assert!(count("SELECT count(*) FROM events") > 600 * 3, "some were filed");
    assert_eq!(scene.store.check().await.unwrap(), Vec::<String>::new());
    let heads = scene.store.list_heads(users[0], None).await.unwrap();
    assert!(heads.len() == 600 && heads.iter().all(|head| head.unread == 18 && head.conversation.last_seq == Seq(39)));
}
