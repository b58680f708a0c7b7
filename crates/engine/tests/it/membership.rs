//! Who receives what, as the log says (G7).

use parlor_engine::CloseReason;
use parlor_engine::commands::{AddMember, EditMessage, Leave, RemoveMember, UpdateConversation, UpdateMember};
use parlor_types::Role;

use crate::world::{World, frames_now, frames_until};

#[tokio::test]
async fn g7_nothing_reaches_a_member_after_the_removal_and_everything_before_it_does() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let conversation = world.group(&mia, &[&ben]).await;
    let connection = ben.connect().await;
    mia.send(conversation, "one").await;
    let removed = mia.engine.execute(&mia.actor(), RemoveMember { conversation, user: ben.user() }).await.unwrap();
    mia.send(conversation, "two").await;
    let frames = frames_until(&connection.mailbox, |frame| frame == format!("log {conversation} {}", removed.seq)).await;
    assert_eq!(frames, [format!("log {conversation} 4"), format!("log {conversation} 5")]);
    assert_eq!(frames_now(&connection.mailbox), Vec::<String>::new());
    mia.engine.execute(&mia.actor(), AddMember { conversation, user: ben.user() }).await.unwrap();
    mia.send(conversation, "three").await;
    let frames = frames_until(&connection.mailbox, |frame| frame == format!("log {conversation} 8")).await;
    assert_eq!(frames, [format!("log {conversation} 7"), format!("conversation {conversation}"), format!("log {conversation} 8")]);
    assert_eq!(ben.seqs(conversation).await, [1, 2, 3, 4, 5, 7, 8], "what happened in between stays unknown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn g7_connecting_while_being_removed_never_opens_a_route() {
    let world = World::new().await;
    let mia = world.person("mia").await;
    for round in 0..60 {
        let ben = world.person(&format!("ben{round}")).await;
        let conversation = mia.direct(&mia).await;
        let group = parlor_engine::commands::CreateConversation {
            key: format!("round-{round:04}").parse().unwrap(),
            kind: parlor_types::ConversationKind::Group,
            title: "Race".parse().unwrap(),
            description: None,
            members: vec![ben.user()],
            history: parlor_types::HistoryVisibility::SinceJoined,
            retention: parlor_types::Retention::Forever,
        };
        let group = mia.engine.execute(&mia.actor(), group).await.unwrap();
        let connecting = tokio::spawn({
            let ben = ben.clone();
            async move { ben.connect().await }
        });
        let removed = mia.engine.execute(&mia.actor(), RemoveMember { conversation: group, user: ben.user() }).await.unwrap();
        let connection = connecting.await.unwrap();
        mia.send(group, "secret").await;
        mia.send(conversation, &format!("barrier {round}")).await;
        for frame in frames_now(&connection.mailbox) {
            let seq: u64 = frame.rsplit(' ').next().unwrap().parse().unwrap_or(0);
            assert!(seq <= removed.seq.0, "{frame} after the removal at {}", removed.seq);
        }
    }
}

#[tokio::test]
async fn g7_a_former_member_does_not_learn_what_the_group_is_called_later() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let conversation = world.group(&mia, &[&ben]).await;
    mia.engine.execute(&mia.actor(), RemoveMember { conversation, user: ben.user() }).await.unwrap();
    world.clock.advance_milliseconds(60_000);
    let changes = parlor_domain::decide::Changes {
        title: Some("Secret".parse().unwrap()),
        description: Some("also secret".parse().unwrap()),
        ..parlor_domain::decide::Changes::default()
    };
    mia.engine.execute(&mia.actor(), UpdateConversation { conversation, changes }).await.unwrap();
    for head in [ben.engine.head(&ben.actor(), conversation).await.unwrap().head, ben.engine.heads(&ben.actor()).await.unwrap().0.remove(0)] {
        let shown = head.conversation;
        assert_eq!(shown.title.as_ref().unwrap().as_str(), "Test");
        assert_eq!((shown.description, shown.member_count, shown.updated_at), (None, 0, shown.created_at));
    }
    mia.engine.execute(&mia.actor(), AddMember { conversation, user: ben.user() }).await.unwrap();
    let head = ben.engine.head(&ben.actor(), conversation).await.unwrap().head;
    assert_eq!(head.conversation.title.unwrap().as_str(), "Secret");
}

#[tokio::test]
async fn g7_what_changes_nothing_does_not_tell_who_left_how_the_log_goes_on() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let conversation = world.group(&mia, &[&ben]).await;
    let own = ben.send(conversation, "mine").await;
    let left = ben.engine.execute(&ben.actor(), Leave { conversation }).await.unwrap();
    world.clock.advance_milliseconds(60_000);
    mia.send(conversation, "secret").await;
    assert_eq!(ben.engine.execute(&ben.actor(), Leave { conversation }).await.unwrap(), left);
    let content = parlor_types::event::Content::text("mine".parse().unwrap());
    let edit = EditMessage { conversation, target: own.seq, content };
    assert!(ben.engine.execute(&ben.actor(), edit).await.is_err(), "who left does not edit, not even to the same");
}

#[tokio::test]
async fn an_owner_hands_over_before_leaving() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let conversation = world.group(&mia, &[&ben]).await;
    assert!(mia.engine.execute(&mia.actor(), Leave { conversation }).await.is_err());
    mia.engine.execute(&mia.actor(), UpdateMember { conversation, user: ben.user(), role: Role::Owner }).await.unwrap();
    mia.engine.execute(&mia.actor(), Leave { conversation }).await.unwrap();
    let members = ben.engine.members(&ben.actor(), conversation, None, 10).await.unwrap();
    assert_eq!(members.iter().map(|(row, _)| (row.user, row.role)).collect::<Vec<_>>(), [(ben.user(), Some(Role::Owner))]);
}

#[tokio::test]
async fn stopping_closes_every_connection() {
    let world = World::new().await;
    let mia = world.person("mia").await;
    let connection = mia.connect().await;
    world.engine.stop().await;
    assert_eq!(connection.mailbox.take(1).await, parlor_engine::Delivery::Closed(CloseReason::Stopping));
}
