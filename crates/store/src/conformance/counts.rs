//! Unread messages and mentions.

use parlor_types::{ConversationId, EventBody, Seq, UserId};

use super::scene::{Scene, content, message};
use crate::{SetBlock, Trim};

/// Only what others wrote, and only messages.
pub async fn own_messages_and_what_is_no_message_do_not_count(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    let text = scene.say(log, mia, "one").await;
    scene.say(log, ben, "own").await;
    scene.say(log, mia, "two").await;
    let emoji = "+1".parse().expect("a valid emoji");
    scene.event(log, mia, EventBody::Reaction { target: text, emoji, on: true }).await;
    scene.event(log, mia, EventBody::Edit { target: text, content: content("more", &[ben]) }).await;
    scene.event(log, mia, EventBody::Pin { target: text, on: true }).await;
    assert_eq!(scene.counts(log, ben).await, (2, 0));
    assert_eq!(scene.counts(log, mia).await, (1, 0));
}

/// Reading on takes away what was read, and no more.
pub async fn reading_takes_away_what_was_read(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    let first = scene.mention(log, mia, &[ben]).await;
    scene.say(log, ben, "own").await;
    let second = scene.mention(log, mia, &[ben]).await;
    let third = scene.say(log, mia, "plain").await;
    assert_eq!(scene.counts(log, ben).await, (3, 2));
    for (seq, counts) in [(first, (2, 1)), (second, (1, 0)), (first, (1, 0)), (third, (0, 0))] {
        let marked = scene.read(log, ben, seq).await;
        assert_eq!((marked.unread, marked.mentions), counts);
        assert_eq!(marked.last_seq, third);
        assert_eq!(scene.counts(log, ben).await, counts);
    }
    scene.say(log, mia, "new").await;
    assert_eq!(scene.counts(log, ben).await, (1, 0));
    assert_eq!(scene.mark(log, ben, Some(Seq(5)), None).await.unread, 1, "having is not seeing");
}

/// Mentions count once each, for members, as sent; never one's own.
pub async fn mentions_count_as_they_were_sent(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    let log = scene.open_group(mia, &[ben]).await;
    scene.mention(log, mia, &[ben, ben, eve, mia]).await;
    assert_eq!(scene.counts(log, ben).await, (1, 1), "twice in one message is once");
    assert_eq!(scene.counts(log, mia).await, (0, 0), "one's own mention of oneself is none");
    scene.add(log, eve).await;
    assert_eq!(scene.counts(log, eve).await, (0, 0), "who was no member was not mentioned");
    let plain = scene.say(log, mia, "plain").await;
    scene.event(log, mia, EventBody::Edit { target: plain, content: content("edited", &[ben, eve]) }).await;
    assert_eq!(scene.counts(log, ben).await, (2, 1), "an edit does not mention");
    let named = scene.mention(log, mia, &[ben]).await;
    scene.event(log, mia, EventBody::Edit { target: named, content: content("edited", &[]) }).await;
    assert_eq!(scene.counts(log, ben).await, (3, 2), "nor does it take a mention back");
}

/// A deleted message is still one that was not read; whom it mentioned is erased.
pub async fn deleted_messages_count_until_read_and_mention_nobody(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    let first = scene.mention(log, mia, &[ben]).await;
    let second = scene.mention(log, mia, &[ben]).await;
    scene.event(log, mia, EventBody::Delete { target: second }).await;
    assert_eq!(scene.counts(log, ben).await, (2, 1));
    scene.read(log, ben, first).await;
    assert_eq!(scene.counts(log, ben).await, (1, 0));
    scene.event(log, mia, EventBody::Delete { target: first }).await;
    assert_eq!(scene.counts(log, ben).await, (1, 0), "what was read no longer counts, deleted or not");
}

/// Nothing from before one joined, whatever may be read of it; and from before one came back.
pub async fn counting_begins_with_joining(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    for history_is_open in [false, true] {
        let log = if history_is_open { scene.open_group(mia, &[]).await } else { scene.group(mia, &[]).await };
        scene.mention(log, mia, &[ben]).await;
        scene.add(log, ben).await;
        assert_eq!(scene.counts(log, ben).await, (0, 0));
        scene.mention(log, mia, &[ben]).await;
        assert_eq!(scene.counts(log, ben).await, (1, 1));
        scene.remove(log, ben).await;
        assert_eq!(scene.counts(log, ben).await, (0, 0), "former members have nothing unread");
        scene.mention(log, mia, &[ben]).await;
        scene.add(log, ben).await;
        assert_eq!(scene.counts(log, ben).await, (0, 0));
        scene.say(log, mia, "new").await;
        assert_eq!(scene.counts(log, ben).await, (1, 0));
    }
}

/// What is gone cannot be read.
pub async fn trimmed_messages_do_not_count(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.group(mia, &[ben]).await;
    let first = scene.mention(log, mia, &[ben]).await;
    scene.say(log, ben, "own").await;
    scene.say(log, mia, "two").await;
    scene.mention(log, mia, &[ben]).await;
    scene.commit(Trim { conversation: log, through: first.next() }).await;
    assert_eq!(scene.counts(log, ben).await, (2, 1));
    assert_eq!(scene.counts(log, mia).await, (0, 0), "what ben wrote is gone");
    scene.read(log, ben, first).await;
    assert_eq!(scene.counts(log, ben).await, (2, 1), "reading what is gone changes no count");
    scene.commit(Trim { conversation: log, through: Seq(99) }).await;
    assert_eq!(scene.counts(log, ben).await, (0, 0));
    scene.say(log, mia, "new").await;
    assert_eq!(scene.counts(log, ben).await, (1, 0));
}

/// Nothing counts while one blocks; what was written meanwhile never does.
pub async fn nothing_counts_for_who_blocks(scene: &Scene) {
    let (mia, ben) = (scene.user("mia").await, scene.user("ben").await);
    let log = scene.direct(mia, ben).await;
    scene.mention(log, mia, &[ben]).await;
    scene.commit(SetBlock { user: ben, other: mia, blocked: true }).await;
    assert_eq!(scene.counts(log, ben).await, (0, 0));
    scene.mention(log, mia, &[ben]).await;
    scene.commit(SetBlock { user: ben, other: mia, blocked: false }).await;
    assert_eq!(scene.counts(log, ben).await, (0, 0));
    scene.mention(log, mia, &[ben]).await;
    assert_eq!(scene.counts(log, ben).await, (1, 1), "the first message after the end of the block counts");
}

/// In channels too, and for each member alone.
pub async fn members_of_channels_have_counts(scene: &Scene) {
    let (mia, ben, eve) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await);
    let log = scene.channel(mia, &[ben]).await;
    scene.mention(log, mia, &[ben, eve]).await;
    assert_eq!(scene.counts(log, ben).await, (1, 1));
    assert_eq!(scene.counts(log, eve).await, (0, 0), "who only looks at a channel has nothing unread");
}

/// Whatever happens in whatever order, the counts are those that one gets by counting.
pub async fn counts_equal_counting_after_every_step(scene: &Scene) {
    let mut users = Vec::new();
    for handle in ["mia", "ben", "eve"] {
        users.push(scene.user(handle).await);
    }
    let logs = [scene.group(users[0], &users[1..]).await, scene.open_group(users[0], &users[1..]).await];
    // A fixed sequence that looks random: the same for every store and every run.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut choose = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    for _ in 0..150 {
        let (log, user) = (logs[choose(2) as usize], users[choose(3) as usize]);
        let facts = scene.facts(log).await;
        let some_seq = Seq(facts.trimmed_seq.0 + 1 + choose(facts.last_seq.0 - facts.trimmed_seq.0 + 1)).min(facts.last_seq);
        let is_member = scene.standing(log, user).await.role.is_some();
        match choose(10) {
            0 if is_member => scene.remove(log, user).await,
            0 | 1 if !is_member => scene.add(log, user).await,
            2 if facts.last_seq.0 > facts.trimmed_seq.0 + 12 => {
                scene.commit(Trim { conversation: log, through: Seq(facts.trimmed_seq.0 + choose(6)) }).await;
                facts.last_seq
            }
            3 | 4 if is_member => scene.read(log, user, some_seq).await.last_seq,
            5 => match scene.store.find_event(log, some_seq).await.expect("a read") {
                Some(event) if event.body.is_message() => scene.event(log, event.sender, EventBody::Delete { target: some_seq }).await,
                _ => some_seq,
            },
            _ if is_member => {
                let mentions: Vec<UserId> = users.iter().copied().filter(|_| choose(2) == 0).collect();
                scene.event(log, user, message("text", &mentions)).await
            }
            _ => some_seq,
        };
        for user in &users {
            assert_eq!(scene.counts(log, *user).await, count(scene, log, *user).await, "after {:?}", scene.facts(log).await);
        }
    }
}

async fn count(scene: &Scene, log: ConversationId, user: UserId) -> (u64, u64) {
    let row = scene.member(log, user).await;
    let Some(open) = row.intervals.last().filter(|interval| interval.to.is_none()) else { return (0, 0) };
    let events = scene.events(log).await.into_iter().map(|stored| stored.event);
    let unread: Vec<_> = events
        .filter(|event| event.sender != user && event.seq > row.read.max(row.joined_seq) && open.contains(event.seq))
        .filter_map(|event| if let EventBody::Message { content, .. } = event.body { Some(content) } else { None })
        .collect();
    (unread.len() as u64, unread.iter().filter(|content| content.mentions.contains(&user)).count() as u64)
}
