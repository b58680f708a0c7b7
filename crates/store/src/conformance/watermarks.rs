//! Watermarks and what members choose for themselves.

use parlor_types::{ConversationId, DeviceId, Seq};

use super::scene::{Scene, at};
use crate::{Mark, MarkOutcome, Personal, RevokeDevices, SetPersonal, SetPersonalOutcome, Which};

/// A lower value changes nothing and is told what holds.
pub async fn g6_watermarks_only_rise(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    for _ in 0..3 {
        scene.say(log, mia, "text").await;
    }
    let marked = scene.mark(log, ben, Some(Seq(5)), Some(Seq(4))).await;
    assert_eq!((marked.delivered, marked.read, marked.raised, marked.changed), (Seq(5), Seq(4), true, true));
    let before = scene.horizon().await;
    assert_eq!(marked.position, before);
    for (delivered, read) in [(Some(Seq(1)), None), (None, Some(Seq(2))), (Some(Seq(5)), Some(Seq(4))), (None, None)] {
        let marked = scene.mark(log, ben, delivered, read).await;
        assert_eq!((marked.delivered, marked.read, marked.raised, marked.changed), (Seq(5), Seq(4), false, false));
        assert_eq!((marked.position, scene.horizon().await), (before, before), "nothing changed, no position");
    }
    let row = scene.member(log, ben).await;
    assert_eq!((row.delivered, row.read), (Seq(5), Seq(4)));
}

/// What was seen is there.
pub async fn g6_reading_raises_delivered_too(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    for _ in 0..4 {
        scene.say(log, mia, "text").await;
    }
    let marked = scene.mark(log, ben, None, Some(Seq(4))).await;
    assert_eq!((marked.delivered, marked.read), (Seq(4), Seq(4)));
    let marked = scene.mark(log, ben, Some(Seq(5)), Some(Seq(6))).await;
    assert_eq!((marked.delivered, marked.read), (Seq(6), Seq(6)));
}

/// A watermark at the head is taken, one past it refused with all that came with it.
pub async fn g6_a_watermark_past_the_head_changes_nothing(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    let head = scene.say(log, mia, "text").await;
    let past = Some(head.next());
    let before = scene.member(log, ben).await;
    for (delivered, read) in [(past, None), (None, past), (Some(head), past), (past, Some(head))] {
        let mark = Mark { conversation: log, user: ben, device: DeviceId::from_raw(900), delivered, read };
        assert_eq!(scene.commit(mark).await, MarkOutcome::PastHead);
    }
    assert_eq!(scene.member(log, ben).await, before);
    assert_eq!(scene.mark(log, ben, Some(head), Some(head)).await.read, head);
}

/// Only current members have watermarks to raise.
pub async fn only_members_mark(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    let log = scene.channel(mia, &[ben]).await;
    scene.remove(log, ben).await;
    for (conversation, user) in [(log, ben), (log, eve), (ConversationId::from_raw(999), mia)] {
        let mark = Mark { conversation, user, device: DeviceId::from_raw(900), delivered: Some(Seq(1)), read: None };
        assert_eq!(scene.commit(mark).await, MarkOutcome::NotMember);
    }
}

/// Reading to the head, or saying again what is read, ends the mark that was made by hand.
pub async fn reading_on_takes_the_unread_mark_away(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    for _ in 0..3 {
        scene.say(log, mia, "text").await;
    }
    let mark_unread = async || {
        let personal = Personal { marked_unread: Some(true), ..Personal::default() };
        scene.commit(SetPersonal { conversation: log, user: ben, personal }).await;
        assert!(scene.member(log, ben).await.marked_unread);
    };
    scene.read(log, ben, Seq(4)).await;
    mark_unread().await;
    assert!(scene.read(log, ben, Seq(3)).await.marked_unread, "what is below is old news");
    assert!(scene.mark(log, ben, Some(Seq(6)), None).await.marked_unread, "having is not seeing");
    assert!(scene.read(log, ben, Seq(5)).await.marked_unread, "risen, and not to the head");
    let repeated = scene.read(log, ben, Seq(5)).await;
    assert!(!repeated.marked_unread && repeated.changed && !repeated.raised);
    assert_eq!(repeated.position, scene.horizon().await);
    mark_unread().await;
    assert!(!scene.read(log, ben, Seq(6)).await.marked_unread, "risen to the head");
    mark_unread().await;
    assert!(!scene.read(log, ben, Seq(6)).await.marked_unread, "repeated at the head");
}

/// Choices change one by one, also of former members, and only when they differ.
pub async fn personal_choices_change_one_by_one(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    let log = scene.group(mia, &[ben]).await;
    let set = async |personal: Personal| scene.commit(SetPersonal { conversation: log, user: ben, personal }).await;
    let steps = [
        Personal { muted_until: Some(Some(at(9))), ..Personal::default() },
        Personal { pinned: Some(true), ..Personal::default() },
        Personal { archived: Some(true), ..Personal::default() },
        Personal { marked_unread: Some(true), ..Personal::default() },
    ];
    for personal in steps {
        let before = scene.horizon().await;
        assert_eq!(set(personal.clone()).await, SetPersonalOutcome::Set { changed: true });
        assert_eq!(scene.member(log, ben).await.position, before.next());
        assert_eq!(set(personal).await, SetPersonalOutcome::Set { changed: false });
        assert_eq!(scene.horizon().await, before.next());
    }
    scene.remove(log, ben).await;
    let row = scene.member(log, ben).await;
    assert_eq!((row.muted_until, row.pinned, row.archived, row.marked_unread), (Some(at(9)), true, true, true));
    let nothing = Personal { muted_until: Some(None), pinned: Some(false), archived: Some(false), marked_unread: Some(false) };
    assert_eq!(set(nothing).await, SetPersonalOutcome::Set { changed: true });
    let row = scene.member(log, ben).await;
    assert_eq!((row.muted_until, row.pinned, row.archived, row.marked_unread), (None, false, false, false));
    let stranger = SetPersonal { conversation: log, user: eve, personal: Personal::default() };
    assert_eq!(scene.commit(stranger).await, SetPersonalOutcome::NotMember);
}

/// Each live device of each current member has a watermark of its own, zero until it says something.
pub async fn devices_have_their_own_delivered_watermark(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    let log = scene.group(mia, &[ben]).await;
    let (phone, tablet, stranger) = (scene.device(ben).await, scene.device(ben).await, scene.device(eve).await);
    scene.say(log, mia, "text").await;
    let watermarks = async || {
        let mut seqs = scene.store.list_device_watermarks(log).await.expect("a read");
        seqs.sort_unstable();
        seqs
    };
    let mark = async |device, delivered, read| scene.commit(Mark { conversation: log, user: ben, device, delivered, read }).await;
    assert_eq!(watermarks().await, [Seq(0), Seq(0)]);
    mark(phone, Some(Seq(4)), None).await;
    let before = scene.horizon().await;
    let MarkOutcome::Marked(marked) = mark(tablet, Some(Seq(2)), None).await else { panic!("not marked") };
    assert!(!marked.changed, "a device that lags changes nothing that a client sees");
    assert_eq!((watermarks().await, scene.horizon().await), (vec![Seq(2), Seq(4)], before));
    mark(tablet, Some(Seq(1)), Some(Seq(3))).await;
    assert_eq!(watermarks().await, [Seq(3), Seq(4)]);
    mark(tablet, Some(Seq(2)), None).await;
    mark(stranger, Some(Seq(4)), None).await;
    assert_eq!(watermarks().await, [Seq(3), Seq(4)]);
    scene.device(mia).await;
    assert_eq!(watermarks().await, [Seq(0), Seq(3), Seq(4)]);
    scene.commit(RevokeDevices { user: ben, which: Which::One(tablet) }).await;
    assert_eq!(watermarks().await, [Seq(0), Seq(4)]);
    scene.remove(log, ben).await;
    assert_eq!(watermarks().await, [Seq(0)]);
}
