//! Sessions end at once (G8).

use parlor_engine::commands::{AdminUpdateUser, ChangePassword, DeleteAccount, LogIn, LogOut};
use parlor_engine::{Actor, CloseReason, Delivery, EngineError, Session};

use crate::world::{Person, World};

const PASSWORD: &str = "correct horse battery staple 27";

async fn second_device(world: &World, handle: &str) -> (Person, String) {
    let login = LogIn { handle: handle.parse().unwrap(), password: PASSWORD.parse().unwrap(), device_name: None };
    let new = world.engine.execute(&Actor::Anonymous, login).await.unwrap();
    let session = Session { user: new.account.id, device: new.device, role: new.account.role };
    (Person { engine: world.engine.clone(), session }, new.token)
}

#[tokio::test]
async fn g8_changing_the_password_closes_every_other_session_and_keeps_this_one() {
    let world = World::new().await;
    let mia = world.person("mia").await;
    let (phone, token) = second_device(&world, "mia").await;
    let (here, there) = (mia.connect().await, phone.connect().await);
    let change = ChangePassword { current: PASSWORD.parse().unwrap(), new: "a wholly different phrase 44".parse().unwrap() };
    world.engine.execute(&mia.actor(), change).await.unwrap();
    assert_eq!(there.mailbox.take(1).await, Delivery::Closed(CloseReason::Revoked));
    assert!(matches!(world.engine.authenticate(&token).await, Err(EngineError::Unauthenticated)));
    assert!(world.engine.connect(phone.session, None).await.is_err());
    assert!(!matches!(here.mailbox.try_take(1), Some(Delivery::Closed(_))));
}

#[tokio::test]
async fn g8_logging_out_disabling_and_deleting_close_the_sessions() {
    let world = World::new().await;
    let (admin, ben, eve, kim) = (world.person("admin").await, world.person("ben").await, world.person("eve").await, world.person("kim").await);
    let connections = [ben.connect().await, eve.connect().await, kim.connect().await];
    world.engine.execute(&ben.actor(), LogOut).await.unwrap();
    world.engine.execute(&admin.actor(), AdminUpdateUser { user: eve.user(), disabled: Some(true), role: None }).await.unwrap();
    world.engine.execute(&kim.actor(), DeleteAccount { password: PASSWORD.parse().unwrap() }).await.unwrap();
    for connection in connections {
        assert_eq!(connection.mailbox.take(1).await, Delivery::Closed(CloseReason::Revoked));
    }
    let login = LogIn { handle: "eve".parse().unwrap(), password: PASSWORD.parse().unwrap(), device_name: None };
    assert!(matches!(world.engine.execute(&Actor::Anonymous, login).await, Err(EngineError::AccountDisabled)));
}

#[tokio::test]
async fn the_last_admin_can_neither_be_disabled_nor_go_while_others_are_there() {
    let world = World::new().await;
    let (admin, ben) = (world.person("admin").await, world.person("ben").await);
    let disable = AdminUpdateUser { user: admin.user(), disabled: Some(true), role: None };
    assert!(world.engine.execute(&admin.actor(), disable).await.is_err());
    assert!(world.engine.execute(&admin.actor(), DeleteAccount { password: PASSWORD.parse().unwrap() }).await.is_err());
    assert!(world.engine.execute(&ben.actor(), disable).await.is_err(), "who is no admin may not");
}

#[tokio::test]
async fn a_connection_begun_under_a_role_that_has_changed_meanwhile_comes_again() {
    let world = World::new().await;
    let (admin, ben) = (world.person("admin").await, world.person("ben").await);
    let change = |role| AdminUpdateUser { user: ben.user(), disabled: None, role: Some(role) };
    world.engine.execute(&admin.actor(), change(parlor_types::ServerRole::Admin)).await.unwrap();
    let stale = Session { role: parlor_types::ServerRole::Admin, ..ben.session };
    world.engine.execute(&admin.actor(), change(parlor_types::ServerRole::Member)).await.unwrap();
    let connection = world.engine.connect(stale, None).await.unwrap();
    assert_eq!(connection.mailbox.take(1).await, Delivery::Closed(CloseReason::Resync));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deleted_account_is_a_member_of_nothing_whatever_others_do_meanwhile() {
    let world = World::new().await;
    let (admin, kim) = (world.person("admin").await, world.person("kim").await);
    for _ in 0..20 {
        add_to_new_group(&admin, &kim).await.unwrap();
    }
    // Kim goes on as long as the session is good; an engine asks about it only when a connection begins.
    let adding = [(admin.clone(), kim.clone()), (kim.clone(), admin.clone()), (admin.clone(), kim.clone()), (kim.clone(), admin.clone())].map(
        |(one, other)| {
            let engine = world.engine.clone();
            tokio::spawn(async move { while engine.connect(one.session, None).await.is_ok() && add_to_new_group(&one, &other).await.is_ok() {} })
        },
    );
    world.engine.execute(&kim.actor(), DeleteAccount { password: PASSWORD.parse().unwrap() }).await.unwrap();
    for task in adding {
        task.await.unwrap();
    }
    let (heads, _) = world.engine.heads(&admin.actor()).await.unwrap();
    assert!(heads.len() >= 20);
    let left = heads.iter().filter(|head| head.conversation.member_count != 1).count();
    assert_eq!(left, 0, "somebody who is gone is left as a member");
}

async fn add_to_new_group(owner: &Person, other: &Person) -> Result<(), EngineError> {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let create = parlor_engine::commands::CreateConversation {
        key: format!("number-{:08}", NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed)).parse().unwrap(),
        kind: parlor_types::ConversationKind::Group,
        title: "Race".parse().unwrap(),
        description: None,
        members: vec![other.user()],
        history: parlor_types::HistoryVisibility::SinceJoined,
        retention: parlor_types::Retention::Forever,
    };
    owner.engine.execute(&owner.actor(), create).await.map(drop)
}
