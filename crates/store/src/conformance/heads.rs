//! Heads and receipts: what a list of conversations shows.

use parlor_types::{ConversationId, EventBody, Seq};

use super::scene::{Scene, content};
use crate::{Personal, ReceiptRow, SetBlock, SetPersonal, Trim, UpdateUser};

/// Current and former memberships, the newest event first; nothing else.
pub async fn heads_are_those_of_all_memberships_newest_event_first(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let mut logs = vec![scene.group(mia, &[ben]).await, scene.direct(mia, ben).await, scene.channel(mia, &[ben]).await];
    scene.group(mia, &[]).await;
    scene.channel(mia, &[]).await;
    scene.remove(logs[0], ben).await;
    scene.say(logs[1], mia, "newest").await;
    logs = vec![logs[1], logs[0], logs[2]];
    let heads = scene.store.list_heads(ben, None).await.expect("a read");
    assert_eq!(heads.iter().map(|head| head.conversation.id).collect::<Vec<_>>(), logs);
    for head in heads {
        assert_eq!(scene.head(head.conversation.id, ben).await, head, "the same head in both reads");
        assert_eq!(scene.facts(head.conversation.id).await, head.conversation);
    }
}

/// A channel has a head for everybody; anything else only for who has a row.
pub async fn strangers_have_heads_of_channels_only(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let (group, channel) = (scene.group(mia, &[]).await, scene.channel(mia, &[]).await);
    scene.say(channel, mia, "welcome").await;
    let head = scene.head(channel, ben).await;
    assert_eq!((head.member, head.unread, head.last_message.map(|message| message.seq)), (None, 0, Some(Seq(3))));
    assert_eq!(scene.store.find_head(group, ben).await.expect("a read"), None);
    assert_eq!(scene.store.find_head(ConversationId::from_raw(999), ben).await.expect("a read"), None);
}

/// The last message is the newest that may be read, with nothing folded in that may not.
pub async fn g7_the_last_message_is_one_that_may_be_read(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[]).await;
    let before = scene.say(log, mia, "before").await;
    scene.add(log, ben).await;
    assert_eq!(scene.head(log, ben).await.last_message, None, "from before one joined");
    let seen = scene.say(log, mia, "seen").await;
    scene.event(log, mia, EventBody::Edit { target: seen, content: content("edited", &[]) }).await;
    scene.remove(log, ben).await;
    scene.event(log, mia, EventBody::Edit { target: seen, content: content("secret", &[]) }).await;
    scene.event(log, mia, EventBody::Reaction { target: seen, emoji: "+1".parse().expect("a valid emoji"), on: true }).await;
    scene.say(log, mia, "after").await;
    let last = scene.head(log, ben).await.last_message.expect("a message");
    assert_eq!((last.seq, last.content), (seen, content("edited", &[])));
    assert!(last.reactions.is_empty());
    scene.event(log, mia, EventBody::Delete { target: seen }).await;
    let last = scene.head(log, ben).await.last_message.expect("a message");
    assert!(last.deleted && last.content.is_erased(), "what is erased is erased for everybody");
    scene.commit(Trim { conversation: log, through: Seq(99) }).await;
    assert_eq!(scene.head(log, mia).await.last_message, None);
    assert!(before < seen);
}

/// A message that is hidden by a hole shows the one before the hole.
pub async fn g7_the_last_message_skips_holes(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.direct(mia, ben).await;
    let first = scene.say(log, mia, "first").await;
    scene.commit(SetBlock { user: ben, other: mia, blocked: true }).await;
    scene.say(log, mia, "unheard").await;
    assert_eq!(scene.head(log, ben).await.last_message.map(|message| message.seq), Some(first));
    scene.commit(SetBlock { user: ben, other: mia, blocked: false }).await;
    assert_eq!(scene.head(log, ben).await.last_message.map(|message| message.seq), Some(first));
    let last = scene.say(log, mia, "heard").await;
    assert_eq!(scene.head(log, ben).await.last_message.map(|message| message.seq), Some(last));
}

/// A direct conversation shows how far the other one is, and whether they let it be known.
pub async fn direct_heads_show_the_peer(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let direct = scene.direct(mia, ben).await;
    let group = scene.group(mia, &[ben]).await;
    scene.say(direct, mia, "text").await;
    scene.mark(direct, ben, Some(Seq(4)), Some(Seq(3))).await;
    let peer = ReceiptRow { user: ben, delivered: Seq(4), read: Seq(3), sends_read: true };
    assert_eq!(scene.head(direct, mia).await.peer, Some(peer.clone()));
    assert_eq!(scene.head(direct, ben).await.peer.map(|peer| peer.user), Some(mia));
    assert_eq!(scene.head(group, mia).await.peer, None);
    let quiet = UpdateUser { user: ben, display_name: None, send_read_receipts: Some(false), share_presence: None, role: None, disabled: None };
    scene.commit(quiet).await;
    assert_eq!(scene.head(direct, mia).await.peer, Some(ReceiptRow { sends_read: false, ..peer }));
}

/// With a position, those heads come back that show something else since then.
pub async fn g4_heads_since_a_position_are_those_that_changed(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    let (group, direct) = (scene.group(mia, &[ben, eve]).await, scene.direct(mia, ben).await);
    scene.channel(mia, &[ben]).await;
    let since = scene.horizon().await;
    assert_eq!(scene.changed_heads(ben, since).await, []);
    scene.say(group, mia, "the log").await;
    assert_eq!(scene.changed_heads(ben, since).await, [group]);
    let since = scene.horizon().await;
    scene.read(group, eve, Seq(3)).await;
    assert_eq!(scene.changed_heads(ben, since).await, [], "others' receipts are not part of a head");
    assert_eq!(scene.changed_heads(eve, since).await, [group], "the own row");
    let since = scene.horizon().await;
    scene.read(direct, mia, Seq(3)).await;
    assert_eq!(scene.changed_heads(ben, since).await, [direct], "the peer's watermarks");
    let since = scene.horizon().await;
    let pinned = Personal { pinned: Some(true), ..Personal::default() };
    scene.commit(SetPersonal { conversation: direct, user: mia, personal: pinned.clone() }).await;
    assert_eq!(scene.changed_heads(ben, since).await, [], "what the peer chose is theirs");
    assert_eq!(scene.changed_heads(mia, since).await, [direct]);
    let since = scene.horizon().await;
    scene.commit(Trim { conversation: group, through: Seq(2) }).await;
    assert_eq!(scene.changed_heads(ben, since).await, [group], "a trim");
    let since = scene.horizon().await;
    scene.remove(group, ben).await;
    assert_eq!(scene.changed_heads(ben, since).await, [group], "the own removal");
    let since = scene.horizon().await;
    scene.say(group, mia, "without ben").await;
    scene.commit(Trim { conversation: group, through: Seq(3) }).await;
    assert_eq!(scene.changed_heads(ben, since).await, [], "what happens after one's removal is nothing new");
    scene.commit(SetPersonal { conversation: group, user: ben, personal: pinned }).await;
    assert_eq!(scene.changed_heads(ben, since).await, [group], "the own choice, also of former members");
}

/// While one blocks, the log of the direct conversation is silent for who blocks, and goes on for the other.
pub async fn g4_heads_of_who_blocks_are_silent(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.direct(mia, ben).await;
    let since = scene.horizon().await;
    scene.commit(SetBlock { user: ben, other: mia, blocked: true }).await;
    assert_eq!(scene.changed_heads(ben, since).await, [log], "the own interval closed");
    assert_eq!(scene.changed_heads(mia, since).await, [], "who is blocked is not told");
    let since = scene.horizon().await;
    scene.say(log, mia, "unheard").await;
    scene.read(log, mia, Seq(4)).await;
    assert_eq!(scene.changed_heads(ben, since).await, []);
    assert_eq!(scene.changed_heads(mia, since).await, [log]);
    scene.commit(SetBlock { user: ben, other: mia, blocked: false }).await;
    assert_eq!(scene.changed_heads(ben, since).await, [log]);
}

/// Receipts are those of the current members, or of those whose watermarks rose since.
pub async fn receipts_since_a_position_are_those_that_rose(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    let log = scene.group(mia, &[ben, eve]).await;
    scene.mark(log, ben, Some(Seq(4)), Some(Seq(2))).await;
    let receipts = async |since| {
        let mut rows = scene.store.list_receipts(log, since).await.expect("a read");
        rows.sort_by_key(|row| row.user);
        rows
    };
    let row = |user, delivered, read| ReceiptRow { user, delivered: Seq(delivered), read: Seq(read), sends_read: true };
    assert_eq!(receipts(None).await, [row(mia, 0, 0), row(ben, 4, 2), row(eve, 0, 0)]);
    let since = scene.horizon().await;
    assert_eq!(receipts(Some(since)).await, []);
    scene.mark(log, eve, Some(Seq(1)), None).await;
    assert_eq!(receipts(Some(since)).await, [row(eve, 1, 0)]);
    let since = scene.horizon().await;
    let personal = Personal { marked_unread: Some(true), ..Personal::default() };
    scene.commit(SetPersonal { conversation: log, user: ben, personal }).await;
    scene.read(log, ben, Seq(2)).await;
    assert_eq!(receipts(Some(since)).await, [], "choices and hand-made marks are no receipts");
    scene.event(log, mia, EventBody::RoleChanged { user: ben, role: parlor_types::Role::Admin }).await;
    assert_eq!(receipts(Some(since)).await, [], "nor are roles");
    scene.remove(log, ben).await;
    assert_eq!(receipts(None).await, [row(mia, 0, 0), row(eve, 1, 0)]);
    scene.add(log, ben).await;
    assert_eq!(receipts(Some(since)).await, [row(ben, 4, 2)], "who comes back brings theirs");
}

/// The receipts that a user has to hear of, by conversation; none in channels, none where the user receives nothing.
pub async fn receipt_changes_are_those_of_received_conversations(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    let (group, left, foreign) = (scene.group(mia, &[ben, eve]).await, scene.group(mia, &[ben]).await, scene.group(mia, &[eve]).await);
    let (channel, direct) = (scene.channel(mia, &[ben]).await, scene.direct(mia, ben).await);
    scene.remove(left, ben).await;
    let since = scene.horizon().await;
    for (log, user) in [(group, eve), (group, ben), (left, mia), (foreign, mia), (channel, mia), (direct, mia)] {
        scene.read(log, user, Seq(1)).await;
    }
    let changes = async |since| {
        let mut changes = scene.store.list_receipt_changes(ben, since).await.expect("a read");
        changes.sort_by_key(|(conversation, _)| *conversation);
        let users = |rows: Vec<ReceiptRow>| {
            let mut users: Vec<_> = rows.into_iter().map(|row| row.user).collect();
            users.sort_unstable();
            users
        };
        changes.into_iter().map(|(conversation, rows)| (conversation, users(rows))).collect::<Vec<_>>()
    };
    assert_eq!(changes(since).await, [(group, vec![ben, eve]), (direct, vec![mia])]);
    assert_eq!(scene.store.list_receipts(channel, None).await.expect("a read"), [], "channels have no receipts to show");
    scene.commit(SetBlock { user: ben, other: mia, blocked: true }).await;
    assert_eq!(changes(since).await, [(group, vec![ben, eve])], "not while one blocks");
}
