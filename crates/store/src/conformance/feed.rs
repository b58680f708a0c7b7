//! The change feed: positions, the horizon, and what changed since (G4).

use parlor_domain::contact::ContactAction;
use parlor_types::{DeviceId, Position, Seq};
use tokio::task::JoinSet;

use super::scene::{Scene, message};
use crate::{
    Append, Commit, ContactRow, DeleteUser, Mark, Personal, SetBlock, SetContact, SetPersonal, SetSettings, StoredEvent, Trim, UpdateUser, Write,
};

/// A change of an account that changes nothing, to be filled in.
pub(super) const fn no_update(user: parlor_types::UserId) -> UpdateUser {
    UpdateUser { user, display_name: None, send_read_receipts: None, share_presence: None, role: None, disabled: None }
}

/// Each kind of write takes the positions that the contract says, no more and no fewer, and the horizon covers them at once.
pub async fn g4_every_write_takes_its_positions(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    assert_eq!(scene.horizon().await, Position(2), "one per account");
    let phone = scene.device(ben).await;
    let direct = scene.new_direct(mia, ben);
    let log = direct.id;
    let step = |user, other, action| SetContact { user, other, action, contacts_max: 9 }.into_write();
    let name = Some("Ben".parse().expect("a valid name"));
    let personal = Personal { pinned: Some(true), ..Personal::default() };
    let mark = Mark { conversation: log, user: ben, device: DeviceId::from_raw(9), delivered: Some(Seq(2)), read: None };
    let writes: Vec<(Write, u64)> = vec![
        (direct.into_write(), 3),
        (scene.new_device(mia).into_write(), 0),
        (mark.into_write(), 1),
        (SetPersonal { conversation: log, user: ben, personal }.into_write(), 1),
        (step(mia, ben, ContactAction::Request), 2),
        (step(ben, mia, ContactAction::Decline), 1),
        (step(ben, mia, ContactAction::Request), 2),
        (step(ben, mia, ContactAction::Remove), 2),
        (step(mia, ben, ContactAction::Request), 2),
        (SetBlock { user: ben, other: mia, blocked: true }.into_write(), 3),
        (SetBlock { user: ben, other: mia, blocked: true }.into_write(), 0),
        (SetBlock { user: ben, other: mia, blocked: false }.into_write(), 2),
        (SetBlock { user: ben, other: mia, blocked: false }.into_write(), 0),
        (UpdateUser { display_name: name, ..no_update(ben) }.into_write(), 1),
        (no_update(ben).into_write(), 0),
        (SetSettings { name: Some("Home".to_owned()), registration: None }.into_write(), 0),
        (crate::TouchDevice { user: ben, device: phone, at: super::scene::at(5), last: true }.into_write(), 0),
        (scene.new_invite(None, mia).into_write(), 0),
        (crate::SetPassword { user: ben, password_hash: "other".to_owned(), revoke: crate::Which::All }.into_write(), 0),
        (Trim { conversation: log, through: Seq(1) }.into_write(), 1),
        (Trim { conversation: log, through: Seq(1) }.into_write(), 0),
        (crate::ForgetKeys { before: super::scene::at(99) }.into_write(), 0),
        (step(mia, ben, ContactAction::Remove), 1),
        (step(mia, ben, ContactAction::Request), 2),
        (step(ben, mia, ContactAction::Accept), 2),
        (DeleteUser { user: ben }.into_write(), 2),
    ];
    for (write, positions) in writes {
        let before = scene.horizon().await;
        let described = format!("{write:?}");
        scene.store.commit(vec![write]).await.expect("commits");
        assert_eq!(scene.horizon().await.0 - before.0, positions, "{described}");
    }
}

/// Rows are stamped in the order in which they were written.
pub async fn g4_positions_strictly_rise(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    let batch = vec![
        scene.new_append(log, mia, vec![message("one", &[]), message("two", &[])]).await.into_write(),
        SetContact { user: ben, other: mia, action: ContactAction::Request, contacts_max: 9 }.into_write(),
        UpdateUser { share_presence: Some(false), ..no_update(mia) }.into_write(),
        Mark { conversation: log, user: ben, device: DeviceId::from_raw(9), delivered: None, read: Some(Seq(2)) }.into_write(),
        scene.new_append(log, ben, vec![message("three", &[])]).await.into_write(),
    ];
    let before = scene.horizon().await;
    scene.store.commit(batch).await.expect("commits");
    let contact = async |user, other| scene.store.find_contact(user, other).await.expect("a read").map(|row: ContactRow| row.position);
    let events = scene.events(log).await;
    let found = [
        events[3].position,
        events[4].position,
        contact(ben, mia).await.expect("a contact"),
        contact(mia, ben).await.expect("a contact"),
        scene.store.find_user(mia).await.expect("a read").expect("a user").position,
        scene.member(log, ben).await.position,
        events[5].position,
    ];
    assert_eq!(found, [1, 2, 3, 4, 5, 6, 7].map(|number| Position(before.0 + number)));
    assert_eq!(scene.horizon().await, found[6]);
}

/// What was acknowledged is at or below the horizon, however many commit at the same time.
pub async fn g4_the_horizon_covers_what_was_acknowledged(scene: &Scene) {
    let mia = scene.user("mia").await;
    let mut commits = JoinSet::new();
    for _ in 0..10 {
        let log = scene.group(mia, &[]).await;
        let append = scene.new_append(log, mia, vec![message("x", &[])]).await;
        let store = scene.store.clone();
        commits.spawn(async move {
            let written = store.commit(vec![append.into_write()]).await.expect("commits").remove(0);
            let stored = super::scene::appended(Append::outcome(written)).remove(0);
            assert!(store.horizon().await.expect("the horizon") >= stored.position);
            let seen = store.list_events(log, Seq(2), Seq(3), 10).await.expect("a read");
            assert_eq!(seen, std::slice::from_ref(&stored), "reads see what was acknowledged");
            stored
        });
    }
    let mut positions = Vec::new();
    while let Some(stored) = commits.join_next().await {
        let stored: StoredEvent = stored.expect("no panic");
        positions.push(stored.position);
    }
    positions.sort_unstable();
    positions.dedup();
    assert_eq!(positions.len(), 10, "no position is given twice");
}

/// Who follows the feed finds every conversation with news, once, in order of its last event in the window.
pub async fn conversations_with_news_are_listed_by_their_last_event(scene: &Scene) {
    let mia = scene.user("mia").await;
    let (one, two, three) = (scene.group(mia, &[]).await, scene.group(mia, &[]).await, scene.group(mia, &[]).await);
    let start = scene.horizon().await;
    let mut positions = Vec::new();
    for log in [one, two, one, three] {
        positions.push(scene.append(log, mia, vec![message("x", &[])]).await[0].position);
    }
    let end = scene.horizon().await;
    scene.read(two, mia, Seq(3)).await;
    let list = async |after, through, limit| scene.store.list_changed_conversations(after, through, limit).await.expect("a read");
    assert_eq!(list(start, end, 10).await, [(two, positions[1]), (one, positions[2]), (three, positions[3])]);
    assert_eq!(list(start, end, 2).await, [(two, positions[1]), (one, positions[2])]);
    assert_eq!(list(positions[2], end, 2).await, [(three, positions[3])], "after the last one of a page");
    assert_eq!(list(start, positions[1], 10).await, [(one, positions[0]), (two, positions[1])], "as of the end of the window");
    assert_eq!(list(end, scene.horizon().await, 10).await, [], "a receipt is no event");
}

/// Those one may know of, and nobody else; oneself is not among them.
pub async fn changed_users_are_those_one_may_know_of(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    let zoe = scene.user("zoe").await;
    scene.group(mia, &[ben, eve]).await;
    let since = scene.horizon().await;
    for user in [zoe, eve, mia, ben] {
        scene.commit(UpdateUser { display_name: Some("New".parse().expect("a valid name")), ..no_update(user) }).await;
    }
    let changed = async |since, limit| {
        let rows = scene.store.list_changed_users(mia, since, limit).await.expect("a read");
        rows.into_iter().map(|row| (row.id, row.position)).collect::<Vec<_>>()
    };
    let all = changed(since, 10).await;
    assert_eq!(all.iter().map(|(user, _)| *user).collect::<Vec<_>>(), [eve, ben]);
    assert_eq!(changed(since, 1).await, all[..1]);
    assert_eq!(changed(all[0].1, 10).await, all[1..]);
}

/// Ids of rows that are kept are never above it.
pub async fn the_last_id_is_at_least_every_id(scene: &Scene) {
    assert_eq!(scene.store.last_id().await.expect("a read"), 0);
    let last = async || scene.store.last_id().await.expect("a read");
    let mia = scene.user("mia").await;
    assert!(last().await >= mia.raw());
    let device = scene.device(mia).await;
    assert!(last().await >= device.raw());
    let log = scene.group(mia, &[]).await;
    let events = scene.events(log).await;
    assert!(last().await >= events[1].event.id.raw());
    let stored = scene.append(log, mia, vec![message("x", &[])]).await;
    assert!(last().await >= stored[0].event.id.raw());
    let invite = scene.invite(scene.new_invite(None, mia)).await;
    assert!(last().await >= invite.raw());
}
