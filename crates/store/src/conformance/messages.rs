//! Reading messages: folding, pages, pins, erasure.

use parlor_domain::{FoldedMessage, FoldedReaction, Readable};
use parlor_types::event::Content;
use parlor_types::{EventBody, Seq};

use super::scene::{Scene, at, content, message};
use crate::Trim;

/// What happened to a message is in it, by the rules that every client shares.
pub async fn messages_come_folded(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    let first = scene.append(log, mia, vec![message("first", &[ben])]).await.remove(0).event;
    let reply = EventBody::Message { content: content("reply", &[]), reply_to: Some(first.seq) };
    let reply = scene.event(log, ben, reply).await;
    let react = async |user, emoji: &str, on| {
        let emoji = emoji.parse().expect("a valid emoji");
        scene.event(log, user, EventBody::Reaction { target: first.seq, emoji, on }).await
    };
    scene.event(log, mia, EventBody::Edit { target: first.seq, content: content("edited", &[]) }).await;
    for (user, emoji, on) in [(mia, "+1", true), (ben, "+1", true), (ben, "\u{1F389}", true), (mia, "+1", false)] {
        react(user, emoji, on).await;
    }
    scene.event(log, mia, EventBody::Pin { target: first.seq, on: true }).await;
    let reaction = |emoji: &str, user| FoldedReaction { emoji: emoji.parse().expect("a valid emoji"), users: vec![user] };
    let folded = FoldedMessage {
        conversation: log,
        seq: first.seq,
        id: first.id,
        sender: mia,
        at: at(1),
        content: content("edited", &[]),
        reply_to: None,
        edited_at: Some(at(1)),
        deleted: false,
        pinned: true,
        reactions: vec![reaction("+1", ben), reaction("\u{1F389}", ben)],
    };
    let messages = scene.messages(log).await;
    assert_eq!(messages[0], folded);
    assert_eq!((messages[1].seq, messages[1].reply_to, messages.len()), (reply, Some(first.seq), 2));
    let readable = scene.readable(log).await;
    let find = async |seq| scene.store.find_message(log, &readable, seq).await.expect("a read");
    assert_eq!(find(first.seq).await, Some(folded));
    assert_eq!((find(Seq(1)).await, find(reply.next()).await, find(Seq(999)).await), (None, None, None));
}

/// The content of a deleted message and of its edits is gone from every read; its place stays.
pub async fn deleting_erases_content_where_it_stands(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    let (kept, target) = (scene.say(log, mia, "kept").await, scene.say(log, mia, "secret").await);
    scene.event(log, mia, EventBody::Edit { target, content: content("secret too", &[ben]) }).await;
    scene.event(log, mia, EventBody::Edit { target: kept, content: content("kept too", &[]) }).await;
    scene.event(log, mia, EventBody::Pin { target, on: true }).await;
    let before = scene.events(log).await;
    let deletion = scene.append(log, ben, vec![EventBody::Delete { target }]).await.remove(0);
    let after = scene.events(log).await;
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(after.last(), Some(&deletion));
    for (before, after) in before.iter().zip(&after) {
        let mut expected = before.clone();
        match &mut expected.event.body {
            EventBody::Message { content, .. } if before.event.seq == target => *content = Content::default(),
            EventBody::Edit { target: edited, content } if *edited == target => *content = Content::default(),
            _ => {}
        }
        assert_eq!(*after, expected, "nothing else changes, positions neither");
    }
    let messages = scene.messages(log).await;
    assert!(!messages[0].deleted && messages[0].content == content("kept too", &[]));
    assert!(messages[1].deleted && messages[1].content.is_erased() && !messages[1].pinned);
    assert_eq!(scene.store.list_pins(log).await.expect("a read"), []);
}

/// What lost the race against a deletion stands in the log and brings nothing back.
pub async fn what_comes_after_a_deletion_brings_nothing_back(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    let target = scene.say(log, mia, "secret").await;
    scene.event(log, mia, EventBody::Delete { target }).await;
    let late = scene.append(log, mia, vec![EventBody::Edit { target, content: content("secret too", &[ben]) }]).await.remove(0);
    assert_eq!(late.event.body, EventBody::Edit { target, content: Content::default() }, "an edit is erased as it comes");
    let emoji = "+1".parse().expect("a valid emoji");
    scene.append(log, mia, vec![EventBody::Reaction { target, emoji, on: true }, EventBody::Pin { target, on: true }]).await;
    assert_eq!(scene.events(log).await[late.event.seq.0 as usize - 1], late);
    let message = scene.messages(log).await.remove(0);
    assert!(message.deleted && message.content.is_erased() && message.edited_at.is_none() && !message.pinned && message.reactions.is_empty());
    assert_eq!(scene.store.list_pins(log).await.expect("a read"), []);
    assert_eq!(scene.counts(log, ben).await, (1, 0));
}

/// Pins follow the last pin event, as long as the message is there.
pub async fn pins_are_what_is_pinned_now(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    let mut texts = Vec::new();
    for _ in 0..4 {
        texts.push(scene.say(log, mia, "text").await);
    }
    let pin = async |place: usize, on| scene.event(log, mia, EventBody::Pin { target: texts[place], on }).await;
    let pins = async || scene.store.list_pins(log).await.expect("a read");
    for place in [3, 0, 2, 1] {
        pin(place, true).await;
    }
    pin(2, true).await;
    assert_eq!(pins().await, texts);
    pin(1, false).await;
    assert_eq!(pins().await, [texts[0], texts[2], texts[3]]);
    scene.event(log, mia, EventBody::Delete { target: texts[3] }).await;
    assert_eq!(pins().await, [texts[0], texts[2]]);
    scene.commit(Trim { conversation: log, through: texts[1] }).await;
    assert_eq!(pins().await, [texts[2]]);
    pin(1, true).await;
    assert_eq!(pins().await, [texts[2]], "what is trimmed cannot be pinned");
}

/// Pages from either end joined give the whole list, also where events that are no messages lie between.
pub async fn pages_of_messages_join_to_the_full_list(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    for number in 0..11 {
        let seq = scene.say(log, mia, &format!("text {number}")).await;
        for _ in 0..number % 3 {
            scene.event(log, mia, EventBody::Edit { target: seq, content: content("more", &[]) }).await;
        }
    }
    scene.commit(Trim { conversation: log, through: Seq(5) }).await;
    let full = scene.messages(log).await;
    assert!(full.is_sorted_by_key(|message| message.seq) && full.len() == 9);
    let (first, last, readable) = (Seq(1), scene.facts(log).await.last_seq, scene.readable(log).await);
    for size in [1, 2, 4, 9, 20] {
        let page = async |from, to, newest| {
            let page = scene.store.list_messages(log, &readable, from, to, newest, size).await.expect("a read");
            assert!(page.len() <= size && page.is_sorted_by_key(|message| message.seq));
            page
        };
        let (mut rising, mut falling): (Vec<FoldedMessage>, Vec<FoldedMessage>) = (Vec::new(), Vec::new());
        while rising.len() < full.len() {
            rising.extend(page(rising.last().map_or(first, |message| message.seq.next()), last, false).await);
        }
        assert!(page(last.next(), last, false).await.is_empty());
        while falling.len() < full.len() {
            let older = page(first, falling.first().map_or(last, |message| message.seq.previous()), true).await;
            falling.splice(0..0, older);
        }
        assert_eq!((&rising, &falling), (&full, &full));
    }
    let inside = scene.store.list_messages(log, &readable, full[2].seq, full[5].seq, false, 100).await.expect("a read");
    assert_eq!(inside, full[2..=5]);
}

/// Pages of raw events joined give the whole log.
pub async fn pages_of_events_join_to_the_full_log(scene: &Scene) {
    let mia = scene.user("mia").await;
    let log = scene.group(mia, &[]).await;
    for _ in 0..9 {
        scene.say(log, mia, "text").await;
    }
    let full = scene.events(log).await;
    assert_eq!(full.len(), 11);
    for size in [1, 3, 11, 50] {
        let (mut by_seq, mut by_position) = (Vec::new(), Vec::new());
        while by_seq.len() < full.len() {
            let after = by_seq.last().map_or(Seq::ZERO, |stored: &crate::StoredEvent| stored.event.seq);
            by_seq.extend(scene.store.list_events(log, after, Seq(999), size).await.expect("a read"));
        }
        while by_position.len() < full.len() {
            let since = by_position.last().map(|stored: &crate::StoredEvent| stored.position).unwrap_or_default();
            by_position.extend(scene.store.list_events_since(log, since, size).await.expect("a read"));
        }
        assert_eq!((&by_seq, &by_position), (&full, &full));
    }
}

/// Only what may be read is read, and only what may be read is folded in.
pub async fn g7_reads_give_only_what_may_be_read(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[]).await;
    scene.say(log, mia, "before").await;
    scene.add(log, ben).await;
    let seen = scene.say(log, mia, "seen").await;
    scene.event(log, mia, EventBody::Pin { target: seen, on: true }).await;
    scene.remove(log, ben).await;
    let hidden = scene.say(log, mia, "hidden").await;
    scene.event(log, mia, EventBody::Edit { target: seen, content: content("hidden edit", &[]) }).await;
    scene.event(log, mia, EventBody::Pin { target: seen, on: false }).await;
    scene.add(log, ben).await;
    let again = scene.say(log, mia, "again").await;
    scene.event(log, mia, EventBody::Reaction { target: seen, emoji: "+1".parse().expect("a valid emoji"), on: true }).await;
    let readable: Readable = scene.standing(log, ben).await.readable(&scene.facts(log).await);
    let list = async |newest, limit| scene.store.list_messages(log, &readable, Seq(1), Seq(99), newest, limit).await.expect("a read");
    let messages = list(false, 10).await;
    assert_eq!(messages.iter().map(|message| message.seq).collect::<Vec<_>>(), [seen, again]);
    assert_eq!((&messages[0].content, messages[0].pinned, messages[0].reactions.len()), (&content("seen", &[]), true, 1));
    assert_eq!(list(true, 10).await, messages);
    assert_eq!((list(false, 1).await, list(true, 1).await), (messages[..1].to_vec(), messages[1..].to_vec()));
    let find = async |seq| scene.store.find_message(log, &readable, seq).await.expect("a read");
    assert_eq!(find(seen).await.as_ref(), Some(&messages[0]));
    assert_eq!((find(hidden).await, find(Seq(3)).await), (None, None));
    scene.say(log, mia, "later").await;
    assert_eq!(list(false, 10).await, messages, "what came after the facts were read is not in it");
}
