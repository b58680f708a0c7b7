//! Making conversations.

use parlor_domain::Interval;
use parlor_types::{ConversationKind, ConversationTitle, Description, EventBody, HistoryVisibility, Retention, Role, Seq};
use tokio::task::JoinSet;

use super::scene::{Scene, at};
use crate::{Commit, CreateConversation, CreateConversationOutcome, SetBlock};

/// The first events make it what it is.
pub async fn a_new_conversation_is_what_its_first_events_say(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let mut create = scene.new_conversation(ConversationKind::Group, mia, &[ben], HistoryVisibility::All);
    create.events[0].body = EventBody::Created {
        kind: ConversationKind::Group,
        title: Some("Team".parse().expect("a valid title")),
        description: Some("About".parse().expect("a valid description")),
        history: HistoryVisibility::All,
        retention: Retention::Days { days: 7 },
    };
    let (id, bodies) = (create.id, create.events.iter().map(|event| event.body.clone()).collect::<Vec<_>>());
    let CreateConversationOutcome::Created(stored) = scene.commit(create).await else { panic!("not created") };
    assert_eq!(stored.iter().map(|stored| stored.event.body.clone()).collect::<Vec<_>>(), bodies);
    assert_eq!(scene.events(id).await, stored);
    let facts = scene.facts(id).await;
    assert_eq!((facts.kind, facts.history, facts.retention), (ConversationKind::Group, HistoryVisibility::All, Retention::Days { days: 7 }));
    assert_eq!(facts.title.as_ref().map(ConversationTitle::as_str), Some("Team"));
    assert_eq!(facts.description.as_ref().map(Description::as_str), Some("About"));
    assert_eq!((facts.last_seq, facts.member_count, facts.message_count, facts.direct), (Seq(3), 2, 0, None));
    assert_eq!((facts.created_at, facts.updated_at, facts.position), (at(0), at(0), stored[2].position));
    assert_eq!(scene.standing(id, mia).await.role, Some(Role::Owner));
    assert_eq!(scene.standing(id, ben).await.role, Some(Role::Member));
}

/// Twice is once, by id and by the creator's key; the second changes nothing.
pub async fn a_second_creation_with_the_same_id_or_key_gives_the_first(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let key = "creation-1".parse().ok();
    let group = |creator| scene.new_conversation(ConversationKind::Group, creator, &[], HistoryVisibility::All);
    let first = CreateConversation { key, ..group(mia) };
    let id = scene.conversation(first.clone()).await;
    let before = scene.horizon().await;
    let same_id = CreateConversation { key: None, ..first.clone() };
    let same_key = CreateConversation { key: first.key.clone(), ..group(mia) };
    for again in [first.clone(), same_id, same_key] {
        assert_eq!(scene.commit(again).await, CreateConversationOutcome::Existing(id));
    }
    assert_eq!(scene.horizon().await, before);
    let of_another = CreateConversation { key: first.key.clone(), ..group(ben) };
    assert_ne!(scene.conversation(of_another).await, id);
}

/// One per pair, whoever asks, also at the same time.
pub async fn a_direct_conversation_is_one_per_pair(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    let mut creations = JoinSet::new();
    for round in 0..6 {
        let create = if round % 2 == 0 { scene.new_direct(mia, ben) } else { scene.new_direct(ben, mia) };
        let store = scene.store.clone();
        creations.spawn(async move {
            let id = create.id;
            let written = store.commit(vec![create.into_write()]).await.expect("commits").remove(0);
            match CreateConversation::outcome(written) {
                CreateConversationOutcome::Created(_) => (true, id),
                CreateConversationOutcome::Existing(existing) => (false, existing),
            }
        });
    }
    let mut outcomes = Vec::new();
    while let Some(outcome) = creations.join_next().await {
        outcomes.push(outcome.expect("no panic"));
    }
    assert_eq!(outcomes.iter().filter(|(created, _)| *created).count(), 1);
    assert!(outcomes.iter().all(|(_, id)| *id == outcomes[0].1));
    for (one, other) in [(mia, ben), (ben, mia)] {
        assert_eq!(scene.store.find_direct(one, other).await.expect("a read"), Some(outcomes[0].1));
    }
    assert_eq!(scene.facts(outcomes[0].1).await.direct, Some((mia.min(ben), mia.max(ben))));
    assert_eq!(scene.store.find_direct(mia, eve).await.expect("a read"), None);
    let alone = scene.direct(eve, eve).await;
    assert_eq!(scene.store.find_direct(eve, eve).await.expect("a read"), Some(alone));
    assert_eq!(scene.head(alone, eve).await.peer, None, "nobody is one's own peer");
    assert_eq!(scene.facts(alone).await.member_count, 1);
}

/// A block that came before the conversation keeps it closed to who blocks.
pub async fn a_direct_conversation_with_who_is_blocked_is_closed(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    scene.commit(SetBlock { user: ben, other: mia, blocked: true }).await;
    let direct = scene.direct(mia, ben).await;
    assert_eq!(scene.standing(direct, ben).await.intervals, [Interval { from: Seq(1), to: Some(Seq(3)) }]);
    assert!(scene.standing(direct, mia).await.receives());
    scene.say(direct, mia, "unheard").await;
    scene.commit(SetBlock { user: ben, other: mia, blocked: false }).await;
    let intervals = [Interval { from: Seq(1), to: Some(Seq(3)) }, Interval::since(Seq(5))];
    assert_eq!(scene.standing(direct, ben).await.intervals, intervals);
}
