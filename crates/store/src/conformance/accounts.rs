//! Accounts, settings and figures.

use parlor_types::{RegistrationMode, ServerRole, UserId};

use super::feed::no_update;
use super::scene::{HASH, Scene, at};
use crate::{
    Admission, CreateUser, CreateUserOutcome, DeleteUser, DeleteUserOutcome, ServerSettings, SetBlock, SetSettings, StoreFigures, UpdateUser,
    UpdateUserOutcome, UserRow,
};

async fn find(scene: &Scene, user: UserId) -> UserRow {
    scene.store.find_user(user).await.expect("a read").expect("a user")
}

/// Whoever comes first is admin and needs no invite; later ones are what was said.
pub async fn the_first_account_is_admin_whatever_was_said(scene: &Scene) {
    let settings = async || scene.store.settings().await.expect("a read");
    assert_eq!(settings().await, ServerSettings { name: None, registration: None, empty: true });
    let invite = scene.new_invite(None, UserId::from_raw(1)).invite.id;
    let create = CreateUser { admission: Admission::Invite(invite), ..scene.new_user("mia") };
    let expected = UserRow {
        id: create.id,
        handle: Some(create.handle.clone()),
        display_name: create.display_name.clone(),
        password_hash: HASH.to_owned(),
        role: ServerRole::Admin,
        send_read_receipts: true,
        share_presence: true,
        disabled: false,
        deleted: false,
        created_at: at(0),
        last_active_at: None,
        position: parlor_types::Position(1),
    };
    assert_eq!(scene.commit(create.clone()).await, CreateUserOutcome::Created(expected.clone()));
    assert_eq!(scene.commit(create).await, CreateUserOutcome::Created(expected.clone()), "twice is once");
    assert!(!settings().await.empty);
    assert_eq!(find(scene, expected.id).await, expected);
    let refused = CreateUser { admission: Admission::FirstOnly, ..scene.new_user("ben") };
    assert_eq!(scene.commit(refused).await, CreateUserOutcome::NotAdmitted);
    let ben = scene.user("ben").await;
    assert_eq!(find(scene, ben).await.role, ServerRole::Member);
    let admin = CreateUser { role: ServerRole::Admin, ..scene.new_user("eve") };
    let CreateUserOutcome::Created(admin) = scene.commit(admin).await else { panic!("not created") };
    assert_eq!(admin.role, ServerRole::Admin);
}

/// A handle has one owner; whom nobody lets in does not learn whether it is taken.
pub async fn handles_belong_to_one_account(scene: &Scene) {
    let mia = scene.user("mia").await;
    assert_eq!(scene.commit(scene.new_user("mia")).await, CreateUserOutcome::HandleTaken);
    let outsider = CreateUser { admission: Admission::FirstOnly, ..scene.new_user("mia") };
    assert_eq!(scene.commit(outsider).await, CreateUserOutcome::NotAdmitted);
    let by_handle = async |handle: &str| scene.store.find_user_by_handle(&handle.parse().expect("valid")).await.expect("a read");
    assert_eq!(by_handle("MIA").await.map(|row| row.id), Some(mia));
    assert_eq!(by_handle("mi").await, None);
    scene.user("ben").await;
    scene.commit(UpdateUser { role: Some(ServerRole::Admin), ..no_update(by_handle("ben").await.expect("ben").id) }).await;
    scene.commit(DeleteUser { user: mia }).await;
    assert_eq!(by_handle("mia").await, None);
    assert_ne!(scene.user("mia").await, mia, "a deleted account's handle is free again");
}

/// What is named changes, what is not stays.
pub async fn an_update_changes_what_it_names(scene: &Scene) {
    scene.user("mia").await;
    let ben = scene.user("ben").await;
    let mut expected = find(scene, ben).await;
    let updates = [
        UpdateUser { display_name: Some("Benny".parse().expect("a valid name")), ..no_update(ben) },
        UpdateUser { send_read_receipts: Some(false), ..no_update(ben) },
        UpdateUser { share_presence: Some(false), ..no_update(ben) },
        UpdateUser { role: Some(ServerRole::Admin), ..no_update(ben) },
        UpdateUser { disabled: Some(true), ..no_update(ben) },
    ];
    for update in updates {
        expected = UserRow {
            display_name: update.display_name.clone().unwrap_or(expected.display_name),
            send_read_receipts: update.send_read_receipts.unwrap_or(expected.send_read_receipts),
            share_presence: update.share_presence.unwrap_or(expected.share_presence),
            role: update.role.unwrap_or(expected.role),
            disabled: update.disabled.unwrap_or(expected.disabled),
            position: scene.horizon().await.next(),
            ..expected
        };
        for _ in 0..2 {
            let outcome = scene.commit(update.clone()).await;
            assert_eq!(outcome, UpdateUserOutcome::Updated { user: expected.clone(), revoked: vec![] }, "twice is once");
        }
        assert_eq!(find(scene, ben).await, expected);
    }
    assert_eq!(scene.commit(no_update(UserId::from_raw(999))).await, UpdateUserOutcome::NotFound);
}

/// The server always keeps an admin who can log in.
pub async fn the_last_admin_stays(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let demote = UpdateUser { role: Some(ServerRole::Member), ..no_update(mia) };
    let disable = UpdateUser { disabled: Some(true), ..no_update(mia) };
    let before = find(scene, mia).await;
    assert_eq!(scene.commit(demote.clone()).await, UpdateUserOutcome::LastAdmin);
    assert_eq!(scene.commit(disable).await, UpdateUserOutcome::LastAdmin);
    assert_eq!(scene.commit(DeleteUser { user: mia }).await, DeleteUserOutcome::LastAdmin);
    assert_eq!(find(scene, mia).await, before);
    let promote = UpdateUser { role: Some(ServerRole::Admin), disabled: Some(true), ..no_update(ben) };
    assert!(matches!(scene.commit(promote).await, UpdateUserOutcome::Updated { .. }));
    assert_eq!(scene.commit(demote.clone()).await, UpdateUserOutcome::LastAdmin, "a disabled admin is none");
    scene.commit(UpdateUser { disabled: Some(false), ..no_update(ben) }).await;
    assert!(matches!(scene.commit(demote).await, UpdateUserOutcome::Updated { .. }));
    assert_eq!(scene.commit(DeleteUser { user: ben }).await, DeleteUserOutcome::LastAdmin);
}

/// An account that ends leaves a row and nothing else; a server without accounts is empty again.
pub async fn a_deleted_account_leaves_its_row(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let phone = scene.device(ben).await;
    scene.commit(SetBlock { user: ben, other: mia, blocked: true }).await;
    scene.commit(SetBlock { user: mia, other: ben, blocked: true }).await;
    let before = find(scene, ben).await;
    let outcome = scene.commit(DeleteUser { user: ben }).await;
    assert_eq!(outcome, DeleteUserOutcome::Deleted { revoked: vec![phone], contacts: vec![] });
    let after = UserRow {
        handle: None,
        display_name: "Deleted account".parse().expect("a valid name"),
        password_hash: String::new(),
        deleted: true,
        position: scene.horizon().await,
        ..before
    };
    assert_eq!(find(scene, ben).await, after);
    assert_eq!(scene.store.list_users(&[ben, mia, UserId::from_raw(999)]).await.expect("a read").len(), 2);
    assert_eq!(scene.store.list_blocked(ben).await.expect("a read"), []);
    assert_eq!(scene.store.list_blocked(mia).await.expect("a read"), []);
    assert_eq!(scene.commit(DeleteUser { user: ben }).await, DeleteUserOutcome::NotFound);
    assert_eq!(scene.commit(no_update(ben)).await, UpdateUserOutcome::NotFound);
    assert!(matches!(scene.commit(DeleteUser { user: mia }).await, DeleteUserOutcome::Deleted { .. }), "the only account may go");
    assert!(scene.store.settings().await.expect("a read").empty);
    let eve = scene.user("eve").await;
    assert_eq!(find(scene, eve).await.role, ServerRole::Admin);
}

/// Search looks into handle and display name, takes every character as itself, and leaves deleted accounts out.
pub async fn search_finds_live_users_by_any_part_of_their_names(scene: &Scene) {
    let mia = scene.user("mia").await;
    let mut users = vec![mia];
    for (handle, name) in [("ben_1", "Ben 100%"), ("benx1", "Zoë"), ("a.b", "under_score"), ("quote", "it's \"x\" \\ y")] {
        let create = CreateUser { display_name: name.parse().expect("a valid name"), ..scene.new_user(handle) };
        users.push(create.id);
        scene.commit(create).await;
    }
    let gone = scene.user("gone").await;
    scene.commit(DeleteUser { user: gone }).await;
    scene.commit(UpdateUser { disabled: Some(true), ..no_update(users[3]) }).await;
    let search = async |query: Option<&str>| {
        let found = scene.store.search_users(query, None, 10).await.expect("a read");
        found.iter().map(|row| users.iter().position(|user| *user == row.id).expect("a live user")).collect::<Vec<_>>()
    };
    let cases: [(Option<&str>, &[usize]); 14] = [
        (None, &[0, 1, 2, 3, 4]),
        (Some(""), &[0, 1, 2, 3, 4]),
        (Some("BEN"), &[1, 2]),
        (Some("n_1"), &[1]),
        (Some("%"), &[1]),
        (Some("_"), &[1, 3]),
        (Some("*"), &[]),
        (Some("'s"), &[4]),
        (Some("\\"), &[4]),
        (Some("\"X\""), &[4]),
        (Some("zoë"), &[2]),
        (Some("."), &[3]),
        (Some("deleted"), &[]),
        (Some("mia mia"), &[]),
    ];
    for (query, expected) in cases {
        assert_eq!(search(query).await, expected, "{query:?}");
    }
    let page = scene.store.search_users(None, Some(users[1]), 2).await.expect("a read");
    assert_eq!(page.iter().map(|row| row.id).collect::<Vec<_>>(), users[2..4]);
}

/// Acquaintance comes from a shared conversation, past ones and channels too, or from a contact; it may be one-sided.
pub async fn acquainted_is_who_shares_a_conversation_or_is_a_contact(scene: &Scene) {
    let mia = scene.user("mia").await;
    let mut users = vec![mia];
    for number in 1..7 {
        users.push(scene.user(&format!("user{number}")).await);
    }
    let group = scene.group(mia, &[users[1], users[2]]).await;
    scene.remove(group, users[2]).await;
    scene.channel(users[3], &[mia]).await;
    scene.channel(users[6], &[]).await;
    let request = crate::SetContact { user: mia, other: users[4], action: parlor_domain::contact::ContactAction::Request, contacts_max: 9 };
    scene.commit(request).await;
    let decline = crate::SetContact { user: users[4], other: mia, action: parlor_domain::contact::ContactAction::Decline, contacts_max: 9 };
    scene.commit(decline).await;
    let acquainted = async |user| {
        let mut known = scene.store.list_acquainted(user, &users).await.expect("a read");
        known.sort_unstable();
        known.into_iter().map(|user| users.iter().position(|known| *known == user).expect("one of the others")).collect::<Vec<_>>()
    };
    assert_eq!(acquainted(mia).await, [0, 1, 2, 3, 4]);
    assert_eq!(acquainted(users[2]).await, [0, 1, 2], "who left still knows whom they were with");
    assert_eq!(acquainted(users[4]).await, [4], "who declined no longer stands in any relation");
    assert_eq!(acquainted(users[5]).await, [5]);
    assert_eq!(scene.store.list_acquainted(mia, &[users[1], users[5]]).await.expect("a read"), [users[1]]);
}

/// Who has left and who only asked is no companion (any more).
pub async fn companions_are_fellow_members_of_now_and_agreed_contacts(scene: &Scene) {
    use parlor_domain::contact::ContactAction;
    let mia = scene.user("mia").await;
    let mut users = vec![mia];
    for number in 1..6 {
        users.push(scene.user(&format!("user{number}")).await);
    }
    let group = scene.group(mia, &[users[1], users[2]]).await;
    scene.remove(group, users[2]).await;
    scene.channel(users[3], &[mia]).await;
    for other in &users[4..6] {
        scene.commit(crate::SetContact { user: mia, other: *other, action: ContactAction::Request, contacts_max: 9 }).await;
    }
    scene.commit(crate::SetContact { user: users[5], other: mia, action: ContactAction::Accept, contacts_max: 9 }).await;
    let companions = async |user| {
        let mut found = scene.store.list_companions(user, &[users.clone(), vec![mia]].concat()).await.expect("a read");
        found.sort_unstable();
        found.into_iter().map(|user| users.iter().position(|known| *known == user).expect("one of the others")).collect::<Vec<_>>()
    };
    assert_eq!(companions(mia).await, [0, 1, 3, 5]);
    assert_eq!(companions(users[2]).await, [2], "who was removed");
    assert_eq!(companions(users[4]).await, [4], "who was asked and has not answered");
    scene.commit(crate::SetContact { user: mia, other: users[5], action: ContactAction::Remove, contacts_max: 9 }).await;
    assert_eq!(companions(users[5]).await, [5]);
}

/// Settings keep what is not named; figures count what is there.
pub async fn settings_and_figures_say_what_is_there(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    scene.commit(SetSettings { name: Some("Home".to_owned()), registration: None }).await;
    scene.commit(SetSettings { name: None, registration: Some(RegistrationMode::Closed) }).await;
    let settings = scene.store.settings().await.expect("a read");
    assert_eq!(settings, ServerSettings { name: Some("Home".to_owned()), registration: Some(RegistrationMode::Closed), empty: false });
    let log = scene.group(mia, &[ben]).await;
    let texts = [scene.say(log, mia, "a").await, scene.say(log, mia, "b").await, scene.say(log, mia, "c").await];
    scene.event(log, mia, parlor_types::EventBody::Delete { target: texts[1] }).await;
    scene.commit(crate::Trim { conversation: log, through: texts[0] }).await;
    scene.user("gone").await;
    scene.commit(UpdateUser { disabled: Some(true), ..no_update(ben) }).await;
    let gone = scene.store.search_users(Some("gone"), None, 1).await.expect("a read")[0].id;
    scene.commit(DeleteUser { user: gone }).await;
    let figures = scene.store.figures().await.expect("a read");
    assert_eq!(StoreFigures { bytes: 0, ..figures }, StoreFigures { users: 1, conversations: 1, messages: 2, bytes: 0 });
    let epoch = scene.store.epoch().await.expect("an epoch");
    assert_eq!(scene.store.epoch().await.expect("an epoch"), epoch);
}
