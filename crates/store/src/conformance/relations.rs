//! Contacts and blocks.

use parlor_domain::contact::{ContactAction, ContactState};
use parlor_domain::{Interval, Refusal};
use parlor_types::{Seq, UserId};

use super::scene::Scene;
use crate::{DeleteUser, DeleteUserOutcome, SetBlock, SetBlockOutcome, SetContact, SetContactOutcome};

const fn step(user: UserId, other: UserId, action: ContactAction) -> SetContact {
    SetContact { user, other, action, contacts_max: 100 }
}

async fn state(scene: &Scene, user: UserId, other: UserId) -> ContactState {
    scene.store.find_contact(user, other).await.expect("a read").map(|row| row.state).unwrap_or_default()
}

async fn block(scene: &Scene, user: UserId, other: UserId, blocked: bool) -> SetBlockOutcome {
    scene.commit(SetBlock { user, other, blocked }).await
}

/// Both sides change by one step, and each learns what changed for them.
pub async fn contacts_change_on_both_sides(scene: &Scene) {
    use ContactState as S;
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    assert_eq!(scene.store.find_contact(mia, ben).await.expect("a read"), None);
    let steps = [
        (mia, ben, ContactAction::Request, (S::Requested, S::Pending), (true, true)),
        (mia, ben, ContactAction::Request, (S::Requested, S::Pending), (false, false)),
        (ben, mia, ContactAction::Decline, (S::None, S::Requested), (true, false)),
        (ben, mia, ContactAction::Request, (S::Accepted, S::Accepted), (true, true)),
        (ben, mia, ContactAction::Remove, (S::None, S::None), (true, true)),
        (ben, mia, ContactAction::Remove, (S::None, S::None), (false, false)),
        (ben, mia, ContactAction::Request, (S::Requested, S::Pending), (true, true)),
        (mia, ben, ContactAction::Accept, (S::Accepted, S::Accepted), (true, true)),
        (mia, ben, ContactAction::Accept, (S::Accepted, S::Accepted), (false, false)),
    ];
    for (user, other, action, (mine, theirs), (mine_changed, theirs_changed)) in steps {
        let before = scene.horizon().await;
        let outcome = scene.commit(step(user, other, action)).await;
        assert_eq!(outcome, SetContactOutcome::Set { mine, theirs, mine_changed, theirs_changed }, "{action:?}");
        assert_eq!((state(scene, user, other).await, state(scene, other, user).await), (mine, theirs));
        assert_eq!(scene.horizon().await.0 - before.0, u64::from(mine_changed) + u64::from(theirs_changed));
    }
}

/// Steps that make no sense are refused as the rules say; nobody is a contact of themselves or of who is gone.
pub async fn impossible_contact_steps_are_refused(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    scene.commit(DeleteUser { user: eve }).await;
    assert_eq!(scene.commit(step(mia, ben, ContactAction::Accept)).await, SetContactOutcome::Refused(Refusal::NotFound));
    for (user, other) in [(mia, eve), (eve, mia), (mia, mia), (mia, UserId::from_raw(999))] {
        assert_eq!(scene.commit(step(user, other, ContactAction::Request)).await, SetContactOutcome::NotFound);
    }
    assert_eq!(scene.store.list_contacts(mia, None).await.expect("a read"), []);
}

/// The list has what is anything; what changed since a position is listed whatever it is now.
pub async fn g4_contacts_since_a_position_tell_what_ended(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    scene.commit(step(mia, ben, ContactAction::Request)).await;
    scene.commit(step(eve, mia, ContactAction::Request)).await;
    let list = async |since| {
        let mut rows = scene.store.list_contacts(mia, since).await.expect("a read");
        rows.sort_by_key(|row| row.other);
        rows.into_iter().map(|row| (row.other, row.state)).collect::<Vec<_>>()
    };
    assert_eq!(list(None).await, [(ben, ContactState::Requested), (eve, ContactState::Pending)]);
    let since = scene.horizon().await;
    assert_eq!(list(Some(since)).await, []);
    scene.commit(step(mia, ben, ContactAction::Remove)).await;
    assert_eq!(list(None).await, [(eve, ContactState::Pending)]);
    assert_eq!(list(Some(since)).await, [(ben, ContactState::None)]);
    scene.commit(step(mia, eve, ContactAction::Accept)).await;
    let outcome = scene.commit(DeleteUser { user: eve }).await;
    assert_eq!(outcome, DeleteUserOutcome::Deleted { revoked: vec![], contacts: vec![mia] });
    assert_eq!(list(None).await, []);
    assert_eq!(list(Some(since)).await, [(ben, ContactState::None), (eve, ContactState::None)]);
    assert_eq!(scene.store.find_contact(eve, mia).await.expect("a read"), None, "a deleted account has no contacts left");
}

/// As many as the limit says, on either side.
pub async fn contacts_stand_at_their_limit_and_not_one_past_it(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    let zoe = scene.user("zoe").await;
    let request = |user, other| SetContact { contacts_max: 1, ..step(user, other, ContactAction::Request) };
    let refused = SetContactOutcome::Refused(request(mia, ben).limit_reached());
    assert!(matches!(scene.commit(request(mia, ben)).await, SetContactOutcome::Set { .. }));
    assert_eq!(scene.commit(request(mia, eve)).await, refused, "mia has one");
    assert_eq!(scene.commit(request(eve, ben)).await, refused, "ben has one");
    assert_eq!(state(scene, eve, ben).await, ContactState::None, "nothing of it happened");
    assert!(matches!(scene.commit(request(ben, mia)).await, SetContactOutcome::Set { .. }), "accepting needs no more room");
    block(scene, zoe, eve, true).await;
    assert!(matches!(scene.commit(request(eve, zoe)).await, SetContactOutcome::Set { .. }));
    scene.commit(step(mia, ben, ContactAction::Remove)).await;
    assert!(matches!(scene.commit(request(mia, ben)).await, SetContactOutcome::Set { .. }), "what ended makes room");
}

/// Contact ends, a request of the blocked one still looks open to them, and a new one is not heard.
pub async fn a_block_ends_contact_and_is_not_told(scene: &Scene) {
    use ContactState as S;
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    scene.commit(step(mia, ben, ContactAction::Request)).await;
    scene.commit(step(eve, ben, ContactAction::Request)).await;
    scene.commit(step(ben, eve, ContactAction::Accept)).await;
    let set = |changed, theirs, theirs_changed| SetBlockOutcome::Set { changed, direct: None, theirs, theirs_changed };
    assert_eq!(block(scene, ben, mia, true).await, set(true, S::Requested, false));
    assert_eq!((state(scene, ben, mia).await, state(scene, mia, ben).await), (S::None, S::Requested));
    assert_eq!(block(scene, ben, eve, true).await, set(true, S::None, true));
    let before = scene.horizon().await;
    assert_eq!(block(scene, ben, eve, true).await, set(false, S::None, false), "twice is once");
    assert_eq!(scene.horizon().await, before);
    scene.commit(step(eve, ben, ContactAction::Request)).await;
    assert_eq!((state(scene, eve, ben).await, state(scene, ben, eve).await), (S::Requested, S::None), "unheard");
    let mut blocked = scene.store.list_blocked(ben).await.expect("a read");
    blocked.sort_unstable();
    assert_eq!(blocked, [mia, eve]);
    assert_eq!(scene.store.list_blockers(mia, &[ben, eve]).await.expect("a read"), [ben]);
    assert_eq!(scene.store.list_blockers(mia, &[eve]).await.expect("a read"), []);
    assert_eq!(scene.store.list_blockers(ben, &[mia, eve]).await.expect("a read"), []);
    assert_eq!(block(scene, ben, mia, false).await, set(true, S::Requested, false));
    assert_eq!(scene.store.list_blocked(ben).await.expect("a read"), [eve]);
    for (user, other) in [(ben, ben), (ben, UserId::from_raw(999))] {
        assert_eq!(block(scene, user, other, true).await, SetBlockOutcome::NotFound);
    }
    scene.commit(DeleteUser { user: eve }).await;
    assert_eq!(block(scene, ben, eve, true).await, SetBlockOutcome::NotFound);
}

/// The direct conversation closes at its head for who blocks, opens after it, and does not change for the other.
pub async fn a_block_closes_the_direct_conversation_for_who_blocks(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.direct(mia, ben).await;
    let group = scene.group(mia, &[ben]).await;
    let closed = |from, to| Interval { from: Seq(from), to: Some(Seq(to)) };
    let direct = |outcome| match outcome {
        SetBlockOutcome::Set { changed, direct: Some((direct, intervals)), .. } => (changed, direct == log, intervals),
        other => panic!("not set: {other:?}"),
    };
    let head = scene.say(log, mia, "heard").await;
    assert_eq!(direct(block(scene, ben, mia, true).await), (true, true, vec![closed(1, head.0)]));
    let row = scene.member(log, ben).await;
    assert_eq!((row.position, row.role), (scene.horizon().await, Some(parlor_types::Role::Member)));
    assert!(!scene.standing(log, ben).await.receives());
    assert_eq!(scene.store.list_received(ben).await.expect("a read"), [group]);
    assert_eq!(direct(block(scene, ben, mia, true).await), (false, true, vec![closed(1, head.0)]));
    let unheard = scene.say(log, mia, "unheard").await;
    let open = Interval::since(unheard.next());
    assert_eq!(direct(block(scene, ben, mia, false).await), (true, true, vec![closed(1, head.0), open]));
    assert_eq!(direct(block(scene, ben, mia, false).await), (false, true, vec![closed(1, head.0), open]));
    assert_eq!(direct(block(scene, ben, mia, true).await), (true, true, vec![closed(1, head.0)]), "what holds nothing goes");
    assert_eq!(direct(block(scene, ben, mia, false).await), (true, true, vec![closed(1, head.0), open]));
    assert_eq!(scene.standing(log, mia).await.intervals, [Interval::since(Seq(1))], "the other one sees no change");
    assert!(scene.standing(group, ben).await.receives(), "other conversations go on");
    assert_eq!(scene.facts(log).await.last_seq, unheard, "a block is no event");
}

/// Each of the two may block the other.
pub async fn both_may_block_each_other(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.direct(mia, ben).await;
    block(scene, ben, mia, true).await;
    block(scene, mia, ben, true).await;
    assert_eq!(scene.store.list_received(mia).await.expect("a read"), []);
    block(scene, ben, mia, false).await;
    assert_eq!(scene.store.list_received(mia).await.expect("a read"), []);
    assert_eq!(scene.store.list_received(ben).await.expect("a read"), [log]);
}
