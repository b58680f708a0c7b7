//! Invites.

use parlor_types::{ConversationId, EventBody, InviteId, Role};
use tokio::task::JoinSet;

use super::scene::{Scene, appended, at};
use crate::{Admission, Append, AppendOutcome, Commit, CreateInvite, CreateInviteOutcome, CreateUser, CreateUserOutcome, InviteRow, RevokeInvite};

fn limited(create: CreateInvite, uses_max: Option<u32>, expires_at: Option<i64>) -> CreateInvite {
    CreateInvite { invite: InviteRow { uses_max, expires_at: expires_at.map(at), ..create.invite }, ..create }
}

async fn join(scene: &Scene, log: ConversationId, invite: InviteId, second: i64) -> AppendOutcome {
    let user = scene.user(&format!("guest{}", scene.next_id())).await;
    let append = scene.new_append(log, user, vec![EventBody::MemberAdded { user, role: Role::Member }]).await;
    scene.commit(Append { invite: Some(invite), at: at(second), ..append }).await
}

/// An invite lets in until its last use or its end, and says no without anything happening.
pub async fn invites_stand_at_their_limits_and_not_one_past_them(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let counted = scene.invite(limited(scene.new_invite(Some(log), mia), Some(2), None)).await;
    appended(join(scene, log, counted, 1).await);
    appended(join(scene, log, counted, 1).await);
    let before = scene.facts(log).await;
    assert_eq!(join(scene, log, counted, 1).await, AppendOutcome::InviteSpent);
    assert_eq!(scene.facts(log).await, before);
    let timed = scene.invite(limited(scene.new_invite(Some(log), mia), None, Some(50))).await;
    appended(join(scene, log, timed, 49).await);
    assert_eq!(join(scene, log, timed, 50).await, AppendOutcome::InviteSpent, "the end is not in it");
}

/// Two who race for the last use: one gets in.
pub async fn the_last_use_of_an_invite_goes_to_one(scene: &Scene) {
    let mia = scene.user("mia").await;
    let (one, other) = (scene.group(mia, &[]).await, scene.user("ben").await);
    let invite = scene.invite(limited(scene.new_invite(Some(one), mia), Some(1), None)).await;
    let mut appends = Vec::new();
    for user in [other, scene.user("eve").await] {
        let append = scene.new_append(one, user, vec![EventBody::MemberAdded { user, role: Role::Member }]).await;
        appends.push(Append { invite: Some(invite), ..append });
    }
    let mut racing = JoinSet::new();
    for append in appends {
        let store = scene.store.clone();
        racing.spawn(async move { Append::outcome(store.commit(vec![append.into_write()]).await.expect("commits").remove(0)) });
    }
    let mut taken = 0;
    while let Some(outcome) = racing.join_next().await {
        taken += usize::from(matches!(outcome.expect("no panic"), AppendOutcome::Appended(_)));
    }
    assert_eq!((taken, scene.facts(one).await.member_count), (1, 2));
}

/// An invite is good where it belongs, for as long as it stands.
pub async fn an_invite_is_good_where_it_belongs(scene: &Scene) {
    let mia = scene.user("mia").await;
    let (log, other) = (scene.group(mia, &[]).await, scene.group(mia, &[]).await);
    let here = scene.invite(scene.new_invite(Some(log), mia)).await;
    let server = scene.invite(scene.new_invite(None, mia)).await;
    assert_eq!(join(scene, other, here, 1).await, AppendOutcome::InviteSpent);
    assert_eq!(join(scene, log, server, 1).await, AppendOutcome::InviteSpent);
    let register = async |invite, handle: &str| {
        let create = CreateUser { admission: Admission::Invite(invite), ..scene.new_user(handle) };
        scene.commit(create).await
    };
    assert_eq!(register(here, "ben").await, CreateUserOutcome::NotAdmitted);
    scene.commit(RevokeInvite { invite: here, conversation: Some(other) }).await;
    scene.commit(RevokeInvite { invite: here, conversation: None }).await;
    appended(join(scene, log, here, 1).await);
    scene.commit(RevokeInvite { invite: here, conversation: Some(log) }).await;
    assert_eq!(join(scene, log, here, 1).await, AppendOutcome::InviteSpent);
    assert_eq!(join(scene, log, InviteId::from_raw(999), 1).await, AppendOutcome::InviteSpent);
}

/// A stale append and a taken handle use nothing; a registration that was retried uses one.
pub async fn only_who_gets_in_uses_an_invite(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let create = limited(scene.new_invite(Some(log), mia), Some(1), None);
    let code = create.invite.code.clone();
    let invite = scene.invite(create).await;
    let stale = Append { expected: parlor_types::RulesVersion(1), invite: Some(invite), ..scene.new_append(log, mia, vec![]).await };
    assert_eq!(scene.commit(stale).await, AppendOutcome::Stale);
    let uses = async |code: &str| scene.store.find_invite(code).await.expect("a read").expect("an invite").uses;
    assert_eq!(uses(&code).await, 0);
    let create = limited(scene.new_invite(None, mia), Some(1), None);
    let code = create.invite.code.clone();
    let invite = scene.invite(create).await;
    let register = |handle: &str| CreateUser { admission: Admission::Invite(invite), ..scene.new_user(handle) };
    assert_eq!(scene.commit(register("mia")).await, CreateUserOutcome::HandleTaken);
    assert_eq!(uses(&code).await, 0);
    let ben = register("ben");
    for _ in 0..2 {
        assert!(matches!(scene.commit(ben.clone()).await, CreateUserOutcome::Created(_)));
        assert_eq!(uses(&code).await, 1);
    }
    assert_eq!(scene.commit(register("eve")).await, CreateUserOutcome::NotAdmitted);
    assert_eq!(scene.commit(register("mia")).await, CreateUserOutcome::NotAdmitted, "not told that the handle is taken");
}

/// Found by code whatever became of it; listed while it lets somebody in, newest first.
pub async fn invites_are_listed_while_they_live(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let mut rows = Vec::new();
    for (second, uses_max, expires_at) in [(5, None, None), (7, Some(1), None), (6, None, Some(60)), (7, None, None)] {
        let create = limited(scene.new_invite(Some(log), mia), uses_max, expires_at);
        let create = CreateInvite { invite: InviteRow { created_at: at(second), ..create.invite }, ..create };
        rows.push(create.invite.clone());
        scene.invite(create).await;
    }
    let server = scene.new_invite(None, mia);
    scene.invite(server.clone()).await;
    assert_eq!(scene.store.list_invites(None, at(10)).await.expect("a read"), [server.invite]);
    let list = async |second| {
        let listed = scene.store.list_invites(Some(log), at(second)).await.expect("a read");
        listed.iter().map(|row| rows.iter().position(|other| other.id == row.id).expect("one of ours")).collect::<Vec<_>>()
    };
    assert_eq!(list(10).await, [3, 1, 2, 0]);
    appended(join(scene, log, rows[1].id, 10).await);
    assert_eq!(list(59).await, [3, 2, 0]);
    assert_eq!(list(60).await, [3, 0]);
    for (row, uses) in [(&rows[1], 1), (&rows[2], 0)] {
        let found = scene.store.find_invite(&row.code).await.expect("a read");
        assert_eq!(found, Some(InviteRow { uses, ..row.clone() }));
    }
    assert_eq!(scene.store.find_invite("code").await.expect("a read"), None);
}

/// As many live ones as the limit says, for each conversation and for the server.
pub async fn live_invites_are_bounded(scene: &Scene) {
    let mia = scene.user("mia").await;
    let (log, other) = (scene.group(mia, &[]).await, scene.group(mia, &[]).await);
    let create = |conversation, second| {
        let create = CreateInvite { invites_max: 1, ..limited(scene.new_invite(conversation, mia), None, Some(50)) };
        CreateInvite { invite: InviteRow { created_at: at(second), ..create.invite }, ..create }
    };
    let first = create(Some(log), 0);
    for _ in 0..2 {
        assert_eq!(scene.commit(first.clone()).await, CreateInviteOutcome::Created, "twice is once");
    }
    assert_eq!(scene.commit(create(Some(log), 49)).await, CreateInviteOutcome::TooMany);
    assert_eq!(scene.commit(create(Some(other), 0)).await, CreateInviteOutcome::Created);
    assert_eq!(scene.commit(create(None, 0)).await, CreateInviteOutcome::Created);
    assert_eq!(scene.commit(create(None, 0)).await, CreateInviteOutcome::TooMany);
    assert_eq!(scene.commit(limited(create(Some(log), 50), None, None)).await, CreateInviteOutcome::Created, "the first has ended");
}
