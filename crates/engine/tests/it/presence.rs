//! Who is there, and who may know.

use std::time::Duration;

use parlor_domain::contact::ContactAction;
use parlor_engine::PresenceState;
use parlor_engine::commands::{RemoveMember, UpdateAccount, UpdateContact};

use crate::world::{World, frames_now, frames_until};

#[tokio::test(start_paused = true)]
async fn a_short_drop_is_no_offline_and_a_long_one_is() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    mia.direct(&ben).await;
    let watching = mia.connect().await;
    let seen = mia.engine.watch_presence(&mia.actor(), Some(&watching.mailbox), &[ben.user()]).await.unwrap();
    assert_eq!(seen[0].state, PresenceState::Offline);
    let connection = ben.connect().await;
    frames_until(&watching.mailbox, |frame| frame == format!("presence [({:?}, Online)]", ben.user())).await;
    ben.engine.disconnect(&connection.mailbox).await;
    tokio::time::advance(Duration::from_secs(29)).await;
    let connection = ben.connect().await;
    tokio::time::advance(Duration::from_secs(5)).await;
    assert_eq!(frames_now(&watching.mailbox), Vec::<String>::new());
    ben.engine.disconnect(&connection.mailbox).await;
    tokio::time::advance(Duration::from_secs(30)).await;
    frames_until(&watching.mailbox, |frame| frame == format!("presence [({:?}, Offline)]", ben.user())).await;
    let seen = mia.engine.watch_presence(&mia.actor(), None, &[ben.user()]).await.unwrap();
    assert!(seen[0].last_active_at.is_some());
}

#[tokio::test(start_paused = true)]
async fn strangers_and_those_who_do_not_share_are_hidden() {
    let world = World::new().await;
    let (mia, ben, eve) = (world.person("mia").await, world.person("ben").await, world.person("eve").await);
    mia.direct(&ben).await;
    let watching = mia.connect().await;
    ben.connect().await;
    let nobody = parlor_types::UserId::from_raw(99);
    let users = [ben.user(), eve.user(), nobody];
    let seen = mia.engine.watch_presence(&mia.actor(), Some(&watching.mailbox), &users).await.unwrap();
    assert_eq!(seen.iter().map(|view| view.state).collect::<Vec<_>>(), [PresenceState::Online, PresenceState::Hidden, PresenceState::Hidden]);
    let update = UpdateAccount { share_presence: Some(false), ..UpdateAccount::default() };
    ben.engine.execute(&ben.actor(), update).await.unwrap();
    frames_until(&watching.mailbox, |frame| frame == format!("presence [({:?}, Hidden)]", ben.user())).await;
}

#[tokio::test]
async fn watching_stands_at_its_limit_and_not_one_past_it() {
    let world = World::new().await;
    let mia = world.person("mia").await;
    let users = |count: u64| (0..count).map(|raw| parlor_types::UserId::from_raw(raw + 10)).collect::<Vec<_>>();
    assert!(mia.engine.watch_presence(&mia.actor(), None, &users(500)).await.is_ok());
    assert!(mia.engine.watch_presence(&mia.actor(), None, &users(501)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn g7_who_was_removed_sees_the_others_no_longer_and_is_not_seen() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let conversation = world.group(&mia, &[&ben]).await;
    let (here, there) = (mia.connect().await, ben.connect().await);
    for (person, mailbox, other) in [(&mia, &here.mailbox, &ben), (&ben, &there.mailbox, &mia)] {
        let seen = person.engine.watch_presence(&person.actor(), Some(mailbox), &[other.user()]).await.unwrap();
        assert_eq!(seen[0].state, PresenceState::Online);
    }
    mia.engine.execute(&mia.actor(), RemoveMember { conversation, user: ben.user() }).await.unwrap();
    frames_until(&there.mailbox, |frame| frame == format!("presence [({:?}, Hidden)]", mia.user())).await;
    frames_until(&here.mailbox, |frame| frame == format!("presence [({:?}, Hidden)]", ben.user())).await;
    mia.engine.set_away(&here.mailbox, true);
    tokio::time::advance(Duration::from_secs(5)).await;
    assert_eq!(frames_now(&there.mailbox), Vec::<String>::new());
    let seen = ben.engine.watch_presence(&ben.actor(), Some(&there.mailbox), &[mia.user()]).await.unwrap();
    assert_eq!(seen[0].state, PresenceState::Hidden);
}

#[tokio::test(start_paused = true)]
async fn asking_for_a_contact_shows_nothing_until_it_is_agreed_and_ending_it_hides_again() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    let (_here, there) = (mia.connect().await, ben.connect().await);
    let step = async |person: &crate::world::Person, other: &crate::world::Person, action| {
        person.engine.execute(&person.actor(), UpdateContact { other: other.user(), action }).await.unwrap();
        let seen = ben.engine.watch_presence(&ben.actor(), Some(&there.mailbox), &[mia.user()]).await.unwrap();
        seen[0].state
    };
    assert_eq!(step(&ben, &mia, ContactAction::Request).await, PresenceState::Hidden);
    assert_eq!(step(&mia, &ben, ContactAction::Accept).await, PresenceState::Online);
    mia.engine.execute(&mia.actor(), UpdateContact { other: ben.user(), action: ContactAction::Remove }).await.unwrap();
    frames_until(&there.mailbox, |frame| frame == format!("presence [({:?}, Hidden)]", mia.user())).await;
}

#[tokio::test(start_paused = true)]
async fn a_user_is_away_when_only_those_devices_are_left_that_are_away_and_back_when_another_comes() {
    let world = World::new().await;
    let (mia, ben) = (world.person("mia").await, world.person("ben").await);
    mia.direct(&ben).await;
    let watching = mia.connect().await;
    let (phone, desk) = (ben.connect().await, ben.connect().await);
    ben.engine.set_away(&phone.mailbox, true);
    // Named twice, told once.
    let seen = mia.engine.watch_presence(&mia.actor(), Some(&watching.mailbox), &[ben.user(), ben.user()]).await.unwrap();
    assert_eq!(seen[0].state, PresenceState::Online);
    ben.engine.disconnect(&desk.mailbox).await;
    frames_until(&watching.mailbox, |frame| frame == format!("presence [({:?}, Away)]", ben.user())).await;
    let _desk = ben.connect().await;
    frames_until(&watching.mailbox, |frame| frame == format!("presence [({:?}, Online)]", ben.user())).await;
}
