//! Members, their intervals and roles.

use parlor_domain::{Interval, Standing};
use parlor_types::{ConversationId, EventBody, HistoryVisibility, Role, Seq, UserId};

use super::scene::Scene;
use crate::{Personal, SetPersonal};

const fn closed(from: u64, to: u64) -> Interval {
    Interval { from: Seq(from), to: Some(Seq(to)) }
}

/// What history says at the moment of joining is what the newcomer may read.
pub async fn g7_newcomers_read_what_history_gives_them(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    let log = scene.group(mia, &[]).await;
    scene.say(log, mia, "before").await;
    let joined = scene.add(log, ben).await;
    assert_eq!(scene.standing(log, ben).await.intervals, [Interval::since(joined)]);
    assert_eq!(scene.member(log, ben).await.joined_seq, joined);
    scene.event(log, mia, EventBody::HistoryChanged { history: HistoryVisibility::All }).await;
    let joined = scene.add(log, eve).await;
    assert_eq!(scene.standing(log, eve).await.intervals, [Interval::since(Seq(1))]);
    assert_eq!(scene.member(log, eve).await.joined_seq, joined);
    assert_eq!(scene.standing(log, ben).await.intervals.len(), 1, "what others have stays");
    assert_eq!(scene.facts(log).await.member_count, 3);
}

/// Membership ends with the event that says so, which is the last that the member may read.
pub async fn g7_a_removal_closes_the_interval_at_its_own_seq(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    let removed = scene.remove(log, ben).await;
    scene.say(log, mia, "after").await;
    let standing = scene.standing(log, ben).await;
    assert_eq!(standing, Standing { user: ben, role: None, intervals: vec![closed(1, removed.0)] });
    assert!(!standing.receives());
    assert_eq!(scene.facts(log).await.member_count, 1);
    assert_eq!(scene.store.list_received(ben).await.expect("a read"), []);
    assert_eq!(scene.store.list_received(mia).await.expect("a read"), [log]);
    let members = scene.store.list_members(log, None, 10).await.expect("a read");
    assert_eq!(members.iter().map(|row| row.user).collect::<Vec<_>>(), [mia]);
    assert_eq!(scene.member(log, ben).await.role, None, "the row stays");
}

/// Who comes back has a hole in what they may read, and finds everything of theirs as it was.
pub async fn g7_who_comes_back_has_two_intervals_and_keeps_their_own(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    let text = scene.say(log, mia, "text").await;
    scene.read(log, ben, text).await;
    let personal = Personal { muted_until: Some(Some(super::scene::at(5))), pinned: Some(true), archived: Some(true), marked_unread: Some(true) };
    scene.commit(SetPersonal { conversation: log, user: ben, personal }).await;
    let removed = scene.remove(log, ben).await;
    let before = scene.member(log, ben).await;
    scene.say(log, mia, "unseen").await;
    let joined = scene.add(log, ben).await;
    let after = scene.member(log, ben).await;
    assert_eq!(after.intervals, [closed(1, removed.0), Interval::since(joined)]);
    assert_eq!((after.joined_seq, after.role), (joined, Some(Role::Member)));
    assert_eq!((after.delivered, after.read), (text, text));
    assert_eq!((after.muted_until, after.pinned, after.marked_unread), (before.muted_until, true, true));
    assert!(before.archived && !after.archived);
    scene.event(log, mia, EventBody::HistoryChanged { history: HistoryVisibility::All }).await;
    scene.remove(log, ben).await;
    scene.add(log, ben).await;
    assert_eq!(scene.member(log, ben).await.intervals, [Interval::since(Seq(1))], "all history takes the place of what was before");
    assert_eq!(scene.facts(log).await.member_count, 2);
}

/// A member row carries the position of the event that changed it.
pub async fn member_rows_carry_the_position_of_their_event(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[]).await;
    for body in [
        EventBody::MemberAdded { user: ben, role: Role::Member },
        EventBody::RoleChanged { user: ben, role: Role::Admin },
        EventBody::MemberRemoved { user: ben, reason: parlor_types::RemovalReason::Removed },
    ] {
        let stored = scene.append(log, mia, vec![body]).await;
        assert_eq!(scene.member(log, ben).await.position, stored[0].position);
        assert_eq!(scene.horizon().await, stored[0].position, "one event takes one position");
    }
    let position = scene.member(log, ben).await.position;
    scene.say(log, mia, "text").await;
    assert_eq!(scene.member(log, ben).await.position, position, "a message changes no member");
}

/// Who never was in it is a stranger; where there is nothing, there is no standing.
pub async fn strangers_stand_nowhere(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let (group, channel) = (scene.group(mia, &[]).await, scene.channel(mia, &[]).await);
    for log in [group, channel] {
        assert_eq!(scene.standing(log, ben).await, Standing::stranger(ben));
    }
    assert_eq!(scene.store.find_standing(ConversationId::from_raw(999), ben).await.expect("a read"), None);
}

/// Admins before members, then who has been there longest.
pub async fn the_heir_is_the_longest_standing_admin_else_member(scene: &Scene) {
    let mia = scene.user("mia").await;
    let (ben, eve, zoe) = (scene.user("ben").await, scene.user("eve").await, scene.user("zoe").await);
    let log = scene.group(mia, &[ben, eve, zoe]).await;
    let heir = async || scene.store.find_heir(log, mia).await.expect("a read");
    assert_eq!(heir().await, Some(ben));
    scene.event(log, mia, EventBody::RoleChanged { user: zoe, role: Role::Admin }).await;
    assert_eq!(heir().await, Some(zoe));
    scene.event(log, mia, EventBody::RoleChanged { user: eve, role: Role::Admin }).await;
    assert_eq!(heir().await, Some(eve), "among admins who joined first");
    scene.remove(log, eve).await;
    scene.event(log, mia, EventBody::MemberAdded { user: eve, role: Role::Admin }).await;
    assert_eq!(heir().await, Some(zoe), "who came back begins anew");
    for user in [ben, eve, zoe] {
        scene.remove(log, user).await;
    }
    assert_eq!(heir().await, None);
}

/// Pages of members joined give the whole list.
pub async fn pages_of_members_join_to_the_full_list(scene: &Scene) {
    let mia = scene.user("mia").await;
    let mut users = Vec::new();
    for number in 0..7 {
        users.push(scene.user(&format!("user{number}")).await);
    }
    let log = scene.group(mia, &users.iter().rev().copied().collect::<Vec<UserId>>()).await;
    scene.remove(log, users[3]).await;
    let full = scene.store.list_members(log, None, 100).await.expect("a read");
    assert!(full.is_sorted_by_key(|row| row.user) && full.len() == 7);
    for size in [1, 2, 3, 7] {
        let mut joined = Vec::new();
        loop {
            let page = scene.store.list_members(log, joined.last().map(|row: &crate::MemberRow| row.user), size).await.expect("a read");
            assert!(page.len() <= size);
            if page.is_empty() {
                break;
            }
            joined.extend(page);
        }
        assert_eq!(joined, full);
    }
    for row in full {
        assert_eq!(scene.member(log, row.user).await, row, "the same row in every read");
    }
}
