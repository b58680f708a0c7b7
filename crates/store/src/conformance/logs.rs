//! Appending to logs.

use std::collections::BTreeSet;

use parlor_types::{ConversationId, EventBody, HistoryVisibility, Retention, RulesVersion, Seq};
use tokio::task::JoinSet;

use super::scene::{Scene, appended, at, message};
use crate::{Append, AppendOutcome, Commit, CreateConversationOutcome, CreateUserOutcome, MarkOutcome, Written};

/// Every log counts for itself, also when a batch writes to several.
pub async fn g3_seqs_are_gapless_from_one_in_each_log(scene: &Scene) {
    let mia = scene.user("mia").await;
    let (one, other) = (scene.group(mia, &[]).await, scene.group(mia, &[]).await);
    for _ in 0..3 {
        let batch = vec![
            scene.new_append(one, mia, vec![message("a", &[]), message("b", &[])]).await.into_write(),
            scene.new_append(other, mia, vec![message("c", &[])]).await.into_write(),
            scene.new_append(one, mia, vec![message("d", &[])]).await.into_write(),
        ];
        scene.store.commit(batch).await.expect("commits");
    }
    for (log, length) in [(one, 11), (other, 5)] {
        let seqs: Vec<u64> = scene.events(log).await.iter().map(|stored| stored.event.seq.0).collect();
        assert_eq!(seqs, (1..=length).collect::<Vec<_>>());
        assert_eq!(scene.facts(log).await.last_seq, Seq(length));
    }
}

/// Commits that run at the same time neither share a seq nor leave one out.
pub async fn g3_concurrent_commits_share_no_seq(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let mut commits = JoinSet::new();
    for _ in 0..20 {
        let append = scene.new_append(log, mia, vec![message("x", &[])]).await;
        let store = scene.store.clone();
        commits.spawn(async move { Append::outcome(store.commit(vec![append.into_write()]).await.expect("commits").remove(0)) });
    }
    let mut seqs = BTreeSet::new();
    while let Some(outcome) = commits.join_next().await {
        assert!(seqs.insert(appended(outcome.expect("no panic"))[0].event.seq.0));
    }
    assert_eq!(seqs, (3..=22).collect());
}

/// The outcome is what reads give back: raw, one by one, and by place in the feed.
pub async fn what_was_appended_is_what_is_read(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let before = scene.horizon().await;
    let text = "tabs\t, quotes \" ' \\, \u{1F600}, percent %, and \u{2028}";
    let stored = scene.append(log, mia, vec![message(text, &[mia]), message("b", &[]), EventBody::Delete { target: Seq(1) }]).await;
    assert_eq!(stored.iter().map(|stored| stored.event.seq.0).collect::<Vec<_>>(), [3, 4, 5]);
    assert!(stored.iter().all(|stored| stored.event.conversation == log && stored.event.sender == mia && stored.event.at == at(1)));
    assert_eq!(stored[0].event.body, message(text, &[mia]));
    assert_eq!(scene.events(log).await[2..], stored);
    assert_eq!(scene.store.list_events_since(log, before, 10).await.expect("a read"), stored);
    assert_eq!(scene.store.list_events_since(log, stored[0].position, 1).await.expect("a read"), stored[1..2]);
    assert_eq!(scene.store.list_events(log, Seq(2), Seq(4), 10).await.expect("a read"), stored[..2]);
    assert_eq!(scene.store.list_events(log, Seq(2), Seq(4), 1).await.expect("a read"), stored[..1]);
    assert_eq!(scene.store.find_event(log, Seq(4)).await.expect("a read").as_ref(), Some(&stored[1].event));
    assert_eq!(scene.store.find_event(log, Seq(6)).await.expect("a read"), None);
    let nowhere = ConversationId::from_raw(999);
    assert_eq!(scene.store.list_events(nowhere, Seq::ZERO, Seq(9), 10).await.expect("a read"), []);
    assert_eq!(scene.store.find_conversation(nowhere).await.expect("a read"), None);
}

/// A decision made under other rules is void, and nothing of it happens.
pub async fn a_stale_append_changes_nothing(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[]).await;
    let late = scene.new_append(log, mia, vec![message("late", &[])]).await;
    scene.say(log, mia, "rules stay").await;
    assert!(matches!(scene.commit(late.clone()).await, AppendOutcome::Appended(_)), "a message changes no rules");
    let too_late = scene.new_append(log, mia, vec![message("too late", &[])]).await;
    scene.add(log, ben).await;
    let before = (scene.facts(log).await, scene.horizon().await);
    assert_eq!(scene.commit(too_late).await, AppendOutcome::Stale);
    assert_eq!((scene.facts(log).await, scene.horizon().await), before);
    let nowhere = Append { conversation: ConversationId::from_raw(999), ..late };
    assert_eq!(scene.commit(nowhere).await, AppendOutcome::NoConversation);
}

/// Exactly the events that change who may do what give new rules.
pub async fn rules_versions_follow_the_events_that_change_rules(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[]).await;
    assert_eq!(scene.facts(log).await.rules_version, RulesVersion(2));
    let text = scene.say(log, mia, "text").await;
    let title = Some("Other".parse().expect("a valid title"));
    let emoji = "+1".parse().expect("a valid emoji");
    for body in [
        EventBody::Edit { target: text, content: super::scene::content("better", &[]) },
        EventBody::Reaction { target: text, emoji, on: true },
        EventBody::Pin { target: text, on: true },
        EventBody::Delete { target: text },
        EventBody::DetailsChanged { title, description: None },
        EventBody::MemberAdded { user: ben, role: parlor_types::Role::Member },
        EventBody::RoleChanged { user: ben, role: parlor_types::Role::Admin },
        EventBody::MemberRemoved { user: ben, reason: parlor_types::RemovalReason::Removed },
        EventBody::RetentionChanged { retention: Retention::UntilDelivered },
        EventBody::HistoryChanged { history: HistoryVisibility::All },
    ] {
        let (changes, before) = (body.changes_rules(), scene.facts(log).await.rules_version);
        let seq = scene.event(log, mia, body).await;
        let expected = if changes { RulesVersion(seq.0) } else { before };
        assert_eq!(scene.facts(log).await.rules_version, expected);
    }
}

/// A conversation is what its log has made it.
pub async fn events_change_what_the_conversation_says(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let title = |text: &str| Some(text.parse().expect("a valid title"));
    let description = |text: &str| Some(text.parse().expect("a valid description"));
    scene.event(log, mia, EventBody::DetailsChanged { title: title("New"), description: None }).await;
    let facts = scene.facts(log).await;
    assert_eq!((facts.title, facts.description), (title("New"), None));
    scene.event(log, mia, EventBody::DetailsChanged { title: None, description: description("About") }).await;
    let facts = scene.facts(log).await;
    assert_eq!((facts.title, facts.description), (title("New"), description("About")));
    scene.event(log, mia, EventBody::DetailsChanged { title: None, description: description("") }).await;
    assert_eq!(scene.facts(log).await.description, None);
    for retention in [Retention::Days { days: 30 }, Retention::UntilDelivered, Retention::Forever] {
        scene.event(log, mia, EventBody::RetentionChanged { retention }).await;
        assert_eq!(scene.facts(log).await.retention, retention);
    }
    scene.event(log, mia, EventBody::HistoryChanged { history: HistoryVisibility::All }).await;
    assert_eq!(scene.facts(log).await.history, HistoryVisibility::All);
    scene.say(log, mia, "text").await;
    let stored = scene.append(log, mia, vec![message("more", &[])]).await;
    let facts = scene.facts(log).await;
    assert_eq!((facts.message_count, facts.member_count), (2, 1));
    assert_eq!((facts.position, facts.last_seq, facts.updated_at), (stored[0].position, stored[0].event.seq, at(1)));
    assert_eq!((facts.created_at, facts.trimmed_seq), (at(0), Seq::ZERO));
}

/// A refused write changes nothing, and the writes beside it happen as if it were not there.
pub async fn a_refused_write_leaves_its_neighbours_alone(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let stale = Append { expected: RulesVersion(77), ..scene.new_append(log, mia, vec![message("stale", &[])]).await };
    let mark = crate::Mark { conversation: log, user: mia, device: parlor_types::DeviceId::from_raw(9), delivered: Some(Seq(99)), read: None };
    let batch = vec![
        scene.new_append(log, mia, vec![message("one", &[])]).await.into_write(),
        stale.into_write(),
        scene.new_user("mia").into_write(),
        scene.new_append(log, mia, vec![message("two", &[])]).await.into_write(),
        mark.into_write(),
        scene.new_user("ben").into_write(),
    ];
    let written = scene.store.commit(batch).await.expect("commits");
    let seq_of = |written: &Written| match written {
        Written::Append(AppendOutcome::Appended(stored)) => stored[0].event.seq.0,
        other => panic!("not appended: {other:?}"),
    };
    assert_eq!((seq_of(&written[0]), seq_of(&written[3])), (3, 4));
    assert_eq!(written[1], Written::Append(AppendOutcome::Stale));
    assert_eq!(written[2], Written::CreateUser(CreateUserOutcome::HandleTaken));
    assert_eq!(written[4], Written::Mark(MarkOutcome::PastHead));
    assert!(matches!(written[5], Written::CreateUser(CreateUserOutcome::Created(_))));
    assert_eq!(scene.events(log).await.len(), 4);
}

/// Within a batch each write sees the ones before it.
pub async fn a_write_sees_those_before_it_in_its_batch(scene: &Scene) {
    let user = scene.new_user("mia");
    let mia = user.id;
    let create = scene.new_conversation(parlor_types::ConversationKind::Group, mia, &[], HistoryVisibility::All);
    let log = create.id;
    let events = vec![scene.new_event(message("hi", &[]))];
    let append = Append { conversation: log, expected: RulesVersion(2), sender: mia, at: at(1), events, key: None, invite: None };
    let mark = crate::Mark { conversation: log, user: mia, device: parlor_types::DeviceId::from_raw(9), delivered: None, read: Some(Seq(3)) };
    let batch = vec![user.into_write(), create.into_write(), append.into_write(), mark.into_write()];
    let written = scene.store.commit(batch).await.expect("commits");
    assert!(matches!(written[1], Written::CreateConversation(CreateConversationOutcome::Created(_))));
    assert!(matches!(written[2], Written::Append(AppendOutcome::Appended(_))));
    assert!(matches!(written[3], Written::Mark(MarkOutcome::Marked(_))));
    assert_eq!(scene.store.commit(Vec::new()).await.expect("an empty batch"), []);
}
