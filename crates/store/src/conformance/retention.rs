//! Retention: trimming, and the reads that it rests on; channels are listed here too, for they are pages of conversations.

use parlor_types::{ConversationId, EventBody, Retention, Seq};

use super::scene::{Scene, at, message};
use crate::{Append, Trim, TrimOutcome};

/// A prefix goes; what counts and points at it holds on.
pub async fn a_trim_takes_a_prefix_away(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    for _ in 0..4 {
        scene.say(log, mia, "text").await;
    }
    scene.read(log, ben, Seq(4)).await;
    let before = scene.facts(log).await;
    let trim = async |through| scene.commit(Trim { conversation: log, through: Seq(through) }).await;
    assert_eq!(trim(5).await, TrimOutcome { trimmed_seq: Seq(5), removed: 5 });
    let after = scene.facts(log).await;
    assert_eq!(after, parlor_domain::Conversation { trimmed_seq: Seq(5), ..before });
    assert_eq!(scene.events(log).await.iter().map(|stored| stored.event.seq.0).collect::<Vec<_>>(), [6, 7]);
    assert_eq!(scene.store.find_event(log, Seq(5)).await.expect("a read"), None);
    assert_eq!(scene.messages(log).await.len(), 2);
    assert_eq!(scene.member(log, ben).await.read, Seq(4));
    for through in [3, 5] {
        assert_eq!(trim(through).await, TrimOutcome { trimmed_seq: Seq(5), removed: 0 }, "it never moves back");
    }
    assert_eq!(trim(99).await, TrimOutcome { trimmed_seq: Seq(7), removed: 2 }, "nothing past the head");
    assert_eq!(scene.say(log, mia, "next").await, Seq(8), "seqs go on");
    let nowhere = Trim { conversation: ConversationId::from_raw(999), through: Seq(1) };
    assert_eq!(scene.commit(nowhere).await, TrimOutcome { trimmed_seq: Seq::ZERO, removed: 0 });
}

/// The edits of a message that was trimmed stand alone and fold into nothing.
pub async fn what_was_about_a_trimmed_message_is_about_nothing(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let target = scene.say(log, mia, "text").await;
    scene.commit(Trim { conversation: log, through: target }).await;
    scene.event(log, mia, EventBody::Edit { target, content: super::scene::content("more", &[]) }).await;
    scene.event(log, mia, EventBody::Delete { target }).await;
    assert_eq!(scene.messages(log).await, []);
    assert_eq!(scene.head(log, mia).await.last_message, None);
    assert_eq!(scene.facts(log).await.message_count, 1);
}

/// How far a log is old enough: up to the first event that is not, whatever follows it.
pub async fn the_last_seq_before_a_moment_ends_the_prefix(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    for second in [10, 20, 15, 30] {
        let append = scene.new_append(log, mia, vec![message("text", &[])]).await;
        scene.commit(Append { at: at(second), ..append }).await;
    }
    let last = async |second| scene.store.find_last_before(log, at(second)).await.expect("a read");
    for (second, seq) in [(0, 0), (1, 2), (10, 2), (11, 3), (16, 3), (20, 3), (21, 5), (31, 6)] {
        assert_eq!(last(second).await, Seq(seq), "before {second} s");
    }
    scene.commit(Trim { conversation: log, through: Seq(4) }).await;
    assert_eq!((last(0).await, last(16).await, last(99).await), (Seq(4), Seq(5), Seq(6)));
    scene.commit(Trim { conversation: log, through: Seq(6) }).await;
    assert_eq!(last(0).await, Seq(6));
    assert_eq!(scene.store.find_last_before(ConversationId::from_raw(999), at(9)).await.expect("a read"), Seq::ZERO);
}

/// Conversations that do not keep everything for ever, page by page.
pub async fn trimmable_conversations_are_paged_by_id(scene: &Scene) {
    let mia = scene.user("mia").await;
    let mut expected = Vec::new();
    for retention in [Retention::Days { days: 1 }, Retention::Forever, Retention::UntilDelivered, Retention::Days { days: 36_500 }] {
        let log = scene.group(mia, &[]).await;
        scene.event(log, mia, EventBody::RetentionChanged { retention }).await;
        if retention != Retention::Forever {
            expected.push((log, retention));
        }
    }
    let kept_again = scene.group(mia, &[]).await;
    for retention in [Retention::UntilDelivered, Retention::Forever] {
        scene.event(kept_again, mia, EventBody::RetentionChanged { retention }).await;
    }
    let list = async |after, limit| {
        let page = scene.store.list_trimmable(after, limit).await.expect("a read");
        page.into_iter().map(|conversation| (conversation.id, conversation.retention)).collect::<Vec<_>>()
    };
    assert_eq!(list(None, 10).await, expected);
    assert_eq!(list(None, 2).await, expected[..2]);
    assert_eq!(list(Some(expected[1].0), 2).await, expected[2..]);
}

/// Channels by title in any case, then by id; each page goes on after the last channel of the one before.
pub async fn channels_are_paged_by_title(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    scene.group(mia, &[ben]).await;
    let mut channels = Vec::new();
    for title in ["beta", "Alpha", "alpha 2", "ZETA_1", "zeta%", "alpha", "Äther"] {
        let members = if title == "beta" { vec![ben] } else { vec![] };
        let channel = scene.channel(mia, &members).await;
        let title = Some(title.parse().expect("a valid title"));
        scene.event(channel, mia, EventBody::DetailsChanged { title, description: None }).await;
        channels.push(channel);
    }
    let list = async |query: Option<&str>, after, limit| {
        let page = scene.store.list_channels(ben, query, after, limit).await.expect("a read");
        let place = |id| channels.iter().position(|channel| *channel == id).expect("a channel");
        page.into_iter().map(|(channel, joined)| (place(channel.id), joined)).collect::<Vec<_>>()
    };
    let full = [(1, false), (5, false), (2, false), (0, true), (4, false), (3, false), (6, false)];
    assert_eq!(list(None, None, 10).await, full);
    for size in [1, 2, 3, 7] {
        let mut joined = Vec::new();
        while joined.len() < full.len() {
            let after = joined.last().map(|(place, _): &(usize, bool)| channels[*place]);
            let page = list(None, after, size).await;
            assert!(!page.is_empty() && page.len() <= size);
            joined.extend(page);
        }
        assert_eq!(joined, full);
    }
    for (query, expected) in
        [("ALPHA", vec![1, 5, 2]), ("_", vec![3]), ("%", vec![4]), ("ta", vec![0, 4, 3]), ("nothing", vec![]), ("Äther", vec![6])]
    {
        let found = list(Some(query), None, 10).await;
        assert_eq!(found.iter().map(|(place, _)| *place).collect::<Vec<_>>(), expected, "{query}");
    }
    assert_eq!(list(Some("alpha"), Some(channels[1]), 10).await, [(5, false), (2, false)]);
    assert_eq!(list(Some("ta"), Some(channels[1]), 1).await, [(0, true)], "after a channel that the query does not find");
    assert_eq!(list(None, Some(ConversationId::from_raw(999)), 10).await, []);
    scene.remove(channels[0], ben).await;
    assert!(list(None, None, 10).await.iter().all(|(_, joined)| !joined));
}
