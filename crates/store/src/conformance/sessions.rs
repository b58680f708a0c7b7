//! Sessions: devices, tokens, passwords.

use parlor_types::{DeviceId, UserId};

use super::feed::no_update;
use super::scene::{HASH, Scene, at, token};
use crate::{
    CreateDevice, CreateDeviceOutcome, DeleteUser, DeviceRow, RevokeDevices, RevokeDevicesOutcome, SetPassword, TouchDevice, UpdateUser,
    UpdateUserOutcome, Which,
};

async fn lookup(scene: &Scene, device: DeviceId) -> Option<(DeviceId, UserId)> {
    let found = scene.store.find_device_by_token(&token(device.raw())).await.expect("a read");
    found.map(|(device, user)| (device.id, user.id))
}

/// A token opens its session and no other, until the session ends.
pub async fn g8_a_token_is_good_until_its_session_ends(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let create = scene.new_device(ben);
    let row = DeviceRow { id: create.id, user: ben, name: create.name.clone(), created_at: at(0), last_seen_at: at(0) };
    for _ in 0..2 {
        assert_eq!(scene.commit(create.clone()).await, CreateDeviceOutcome::Created(row.clone()), "twice is once");
    }
    let found = scene.store.find_device_by_token(&create.token).await.expect("a read").expect("a session");
    assert_eq!(found, (row, scene.store.find_user(ben).await.expect("a read").expect("ben")));
    assert_eq!(scene.store.find_device_by_token(&[0; 32]).await.expect("a read"), None);
    let (phone, tablet, other) = (create.id, scene.device(ben).await, scene.device(mia).await);
    let revoke = async |user, which| scene.commit(RevokeDevices { user, which }).await.revoked;
    assert_eq!(revoke(mia, Which::One(phone)).await, [], "nobody ends another's session");
    assert_eq!(revoke(ben, Which::One(phone)).await, [phone]);
    assert_eq!(revoke(ben, Which::One(phone)).await, [], "it had ended before");
    assert_eq!(lookup(scene, phone).await, None);
    assert_eq!(lookup(scene, tablet).await, Some((tablet, ben)));
    let laptop = scene.device(ben).await;
    assert_eq!(revoke(ben, Which::AllExcept(laptop)).await, [tablet]);
    let phone = scene.device(ben).await;
    assert_eq!(revoke(ben, Which::All).await, [laptop, phone]);
    assert_eq!(lookup(scene, other).await, Some((other, mia)));
}

/// Disabling and deleting an account end all its sessions, for good.
pub async fn g8_disabled_and_deleted_accounts_have_no_sessions(scene: &Scene) {
    scene.user("mia").await;
    let ben = scene.user("ben").await;
    let (phone, tablet) = (scene.device(ben).await, scene.device(ben).await);
    let UpdateUserOutcome::Updated { revoked, .. } = scene.commit(UpdateUser { disabled: Some(true), ..no_update(ben) }).await else {
        panic!("not disabled")
    };
    assert_eq!(revoked, [phone, tablet]);
    assert_eq!(scene.commit(scene.new_device(ben)).await, CreateDeviceOutcome::NotAllowed);
    scene.commit(UpdateUser { disabled: Some(false), ..no_update(ben) }).await;
    assert_eq!((lookup(scene, phone).await, lookup(scene, tablet).await), (None, None));
    let laptop = scene.device(ben).await;
    assert_eq!(lookup(scene, laptop).await, Some((laptop, ben)));
    scene.commit(DeleteUser { user: ben }).await;
    assert_eq!(lookup(scene, laptop).await, None);
    assert_eq!(scene.store.list_devices(ben).await.expect("a read"), []);
    for user in [ben, UserId::from_raw(999)] {
        let create = CreateDevice { password_hash: String::new(), ..scene.new_device(user) };
        assert_eq!(scene.commit(create).await, CreateDeviceOutcome::NotAllowed);
    }
}

/// Who was let in by a password that is no longer the password is not in; a change ends the other sessions.
pub async fn g8_a_new_password_ends_other_sessions(scene: &Scene) {
    scene.user("mia").await;
    let ben = scene.user("ben").await;
    let (phone, tablet) = (scene.device(ben).await, scene.device(ben).await);
    let late = scene.new_device(ben);
    let set = SetPassword { user: ben, password_hash: "another".to_owned(), revoke: Which::AllExcept(tablet) };
    assert_eq!(scene.commit(set.clone()).await, RevokeDevicesOutcome { revoked: vec![phone] });
    assert_eq!(lookup(scene, phone).await, None);
    assert_eq!(lookup(scene, tablet).await, Some((tablet, ben)));
    assert_eq!(scene.commit(late.clone()).await, CreateDeviceOutcome::NotAllowed);
    let new = CreateDevice { password_hash: "another".to_owned(), ..late };
    assert!(matches!(scene.commit(new).await, CreateDeviceOutcome::Created(_)));
    assert_eq!(scene.store.find_user(ben).await.expect("a read").expect("ben").password_hash, "another");
    scene.commit(DeleteUser { user: ben }).await;
    assert_eq!(scene.commit(SetPassword { revoke: Which::All, ..set }).await, RevokeDevicesOutcome::default());
    assert_eq!(scene.store.find_user(ben).await.expect("a read").expect("ben").password_hash, "", "a deleted account gets no password");
}

/// As many sessions as the limit says and not one more; one that ended makes room.
pub async fn sessions_stand_at_their_limit_and_not_one_past_it(scene: &Scene) {
    let mia = scene.user("mia").await;
    let create = || CreateDevice { devices_max: 2, ..scene.new_device(mia) };
    let first = create();
    for device in [first.clone(), create()] {
        assert!(matches!(scene.commit(device).await, CreateDeviceOutcome::Created(_)));
    }
    assert_eq!(scene.commit(create()).await, CreateDeviceOutcome::TooMany);
    assert!(matches!(scene.commit(first.clone()).await, CreateDeviceOutcome::Created(_)), "one that is there is not counted again");
    scene.commit(RevokeDevices { user: mia, which: Which::One(first.id) }).await;
    assert!(matches!(scene.commit(create()).await, CreateDeviceOutcome::Created(_)));
}

/// The newest session comes first.
pub async fn sessions_are_listed_newest_first(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    scene.device(ben).await;
    let mut expected = Vec::new();
    for second in [20, 10, 20, 30] {
        let create = CreateDevice { at: at(second), ..scene.new_device(mia) };
        expected.push((create.at, create.id));
        scene.commit(create).await;
    }
    expected.sort_unstable();
    expected.reverse();
    let listed = scene.store.list_devices(mia).await.expect("a read");
    assert_eq!(listed.iter().map(|row| (row.created_at, row.id)).collect::<Vec<_>>(), expected);
}

/// A session's last moment moves forward only; that of its user when the last one went.
pub async fn a_touch_moves_forward_only(scene: &Scene) {
    scene.user("mia").await;
    let ben = scene.user("ben").await;
    let phone = scene.device(ben).await;
    let moments = async || {
        let device = scene.store.list_devices(ben).await.expect("a read").remove(0);
        let user = scene.store.find_user(ben).await.expect("a read").expect("ben");
        assert_eq!(user.password_hash, HASH);
        (device.last_seen_at, user.last_active_at)
    };
    let touch = async |second, last| scene.commit(TouchDevice { user: ben, device: phone, at: at(second), last }).await;
    touch(10, false).await;
    assert_eq!(moments().await, (at(10), None));
    touch(20, true).await;
    assert_eq!(moments().await, (at(20), Some(at(20))));
    touch(15, true).await;
    assert_eq!(moments().await, (at(20), Some(at(20))));
    scene.commit(TouchDevice { user: ben, device: DeviceId::from_raw(999), at: at(30), last: true }).await;
    assert_eq!(moments().await, (at(20), Some(at(30))), "the user went, whichever session it was");
}
