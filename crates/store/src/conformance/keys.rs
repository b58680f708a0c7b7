//! Send keys (G2).

use parlor_types::{EventBody, Seq};

use super::scene::{Scene, appended, at, keyed, message};
use crate::{Append, AppendOutcome, Commit, ForgetKeys, Trim};

const KEY: &str = "key-0001";

/// The first answer again, and nothing appended.
pub async fn g2_second_send_with_same_key_returns_the_first(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let send = Append { key: keyed(KEY, 1), ..scene.new_append(log, mia, vec![message("hi", &[])]).await };
    let first = appended(scene.commit(send.clone()).await).remove(0).event;
    let repeated = AppendOutcome::Repeated { seq: first.seq, id: first.id, at: first.at };
    let before = (scene.facts(log).await, scene.horizon().await);
    let retry = Append { events: vec![scene.new_event(message("hi", &[]))], at: at(60), ..send.clone() };
    assert_eq!(scene.commit(retry.clone()).await, repeated);
    assert_eq!((scene.facts(log).await, scene.horizon().await), before);
    let other = Append { key: keyed("key-0002", 1), ..retry };
    let written = scene.store.commit(vec![other.clone().into_write(), other.into_write()]).await.expect("commits");
    let mut outcomes = written.into_iter().map(Append::outcome);
    let first = appended(outcomes.next().expect("an outcome")).remove(0).event;
    assert_eq!(outcomes.next(), Some(AppendOutcome::Repeated { seq: first.seq, id: first.id, at: first.at }), "in one batch too");
}

/// The same key for something else is refused.
pub async fn g2_same_key_with_another_digest_is_refused(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let send = Append { key: keyed(KEY, 1), ..scene.new_append(log, mia, vec![message("hi", &[])]).await };
    appended(scene.commit(send.clone()).await);
    let before = scene.facts(log).await;
    assert_eq!(scene.commit(Append { key: keyed(KEY, 2), ..send }).await, AppendOutcome::KeyReused);
    assert_eq!(scene.facts(log).await, before);
}

/// Keys are compared as they are written, and belong to one sender in one conversation.
pub async fn g2_keys_belong_to_sender_and_conversation(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let (one, other) = (scene.group(mia, &[ben]).await, scene.group(mia, &[ben]).await);
    for (log, sender, key) in [(one, mia, KEY), (one, ben, KEY), (other, mia, KEY), (other, ben, KEY), (one, mia, "KEY-0001")] {
        let send = Append { key: keyed(key, 1), ..scene.new_append(log, sender, vec![message("hi", &[])]).await };
        appended(scene.commit(send).await);
    }
}

/// A send that was refused did not take its key.
pub async fn g2_a_refused_send_leaves_its_key_free(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let send = Append { key: keyed(KEY, 1), ..scene.new_append(log, mia, vec![message("hi", &[])]).await };
    let stale = Append { expected: parlor_types::RulesVersion(1), key: keyed(KEY, 2), ..send.clone() };
    assert_eq!(scene.commit(stale).await, AppendOutcome::Stale);
    appended(scene.commit(send).await);
}

/// A retry is answered although the rules changed, and by who has left.
pub async fn g2_a_retry_is_answered_before_the_rules_are_asked(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    let send = Append { key: keyed(KEY, 1), ..scene.new_append(log, ben, vec![message("hi", &[])]).await };
    let first = appended(scene.commit(send.clone()).await).remove(0).event;
    scene.remove(log, ben).await;
    assert_eq!(scene.commit(send.clone()).await, AppendOutcome::Repeated { seq: first.seq, id: first.id, at: first.at });
    assert_eq!(scene.commit(Append { key: keyed(KEY, 9), ..send.clone() }).await, AppendOutcome::KeyReused);
    assert_eq!(scene.commit(Append { key: keyed("key-0002", 1), ..send }).await, AppendOutcome::Stale);
}

/// A key outlives the message, until it is old enough to be forgotten.
pub async fn g2_keys_outlive_erased_and_trimmed_messages(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let mut sends = Vec::new();
    for (number, second) in [10, 20, 30, 40].into_iter().enumerate() {
        let key = keyed(&format!("key-000{number}"), 1);
        let send = Append { key, at: at(second), ..scene.new_append(log, mia, vec![message("hi", &[])]).await };
        let event = appended(scene.commit(send.clone()).await).remove(0).event;
        sends.push((send, AppendOutcome::Repeated { seq: event.seq, id: event.id, at: event.at }));
    }
    // The first is trimmed (and was erased before that), the second trimmed, the third erased, the fourth stands.
    scene.event(log, mia, EventBody::Delete { target: Seq(3) }).await;
    scene.event(log, mia, EventBody::Delete { target: Seq(5) }).await;
    scene.commit(Trim { conversation: log, through: Seq(4) }).await;
    for (send, repeated) in &sends {
        assert_eq!(scene.commit(send.clone()).await, *repeated);
        assert_eq!(
            scene.commit(Append { key: send.key.clone().map(|key| crate::KeyedSend { digest: [9; 16], ..key }), ..send.clone() }).await,
            AppendOutcome::KeyReused
        );
    }
    assert_eq!(scene.commit(ForgetKeys { before: at(20) }).await, 1, "the second is not before that moment");
    assert_eq!(scene.commit(ForgetKeys { before: at(20) }).await, 0);
    assert_eq!(scene.commit(sends[1].0.clone()).await, sends[1].1);
    assert_eq!(scene.commit(ForgetKeys { before: at(99) }).await, 2, "the fourth stands");
    assert_eq!(scene.commit(sends[3].0.clone()).await, sends[3].1);
    for (send, _) in &sends[..3] {
        appended(scene.commit(send.clone()).await);
    }
}
