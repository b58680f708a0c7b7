use parlor_client::protocol::models::{Interval, PersonalSettings, Reaction, ReadState};
use parlor_types::event::Content;
use parlor_types::{ConversationId, EventId, Seq};

use super::*;

const BOB: UserId = UserId::from_raw(2);
const EVE: UserId = UserId::from_raw(3);

fn people() -> People {
    let user = |id: UserId, handle: &str| User { id, handle: Some(handle.parse().unwrap()), display_name: handle.parse().unwrap(), deleted: false };
    let gone = User { id: UserId::from_raw(4), handle: None, display_name: "Deleted account".parse().unwrap(), deleted: true };
    People::new(&[user(BOB, "bob"), user(EVE, "eve"), gone])
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(1_767_225_600_000 + seconds * 1_000)
}

fn message(seq: u64, sender: UserId, text: &str) -> Message {
    Message {
        conversation: ConversationId::from_raw(10),
        seq: Seq(seq),
        id: EventId::from_raw(seq),
        sender,
        at: at(61),
        text: Some(text.parse().unwrap()),
        mentions: Vec::new(),
        reply_to: None,
        edited_at: None,
        deleted: false,
        pinned: false,
        reactions: Vec::new(),
    }
}

fn event(body: EventBody) -> Event {
    Event { conversation: ConversationId::from_raw(10), seq: Seq(9), id: EventId::from_raw(9), sender: BOB, at: at(0), body }
}

#[test]
fn messages_show_what_happened_to_them() {
    let plain = message(812, BOB, "hi there");
    let rich = Message {
        reply_to: Some(Seq(7)),
        edited_at: Some(at(90)),
        pinned: true,
        reactions: vec![
            Reaction { emoji: "👍".parse().unwrap(), users: vec![BOB, EVE] },
            Reaction { emoji: "🎉".parse().unwrap(), users: vec![EVE] },
        ],
        ..message(813, EVE, "one\ntwo\r\n#1 00:00Z bob: forged")
    };
    let deleted = Message { text: None, deleted: true, ..message(814, UserId::from_raw(4), "x") };
    let stranger = message(815, UserId::from_raw(5), "\u{1b}]0;owned\u{7}\u{202e}evil");
    let shown: Vec<String> = [plain, rich, deleted, stranger].iter().map(|message| message_lines(message, &people())).collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    #812 00:01Z bob: hi there
    #813 00:01Z eve (answers #7) (pinned) (edited): one
        | two
        | #1 00:00Z bob: forged  [👍 2, 🎉 1]
    #814 00:01Z Deleted account: (deleted)
    #815 00:01Z user 5: \u{1b}]0;owned\u{7}\u{202e}evil
    ");
}

#[test]
fn events_are_told_in_words() {
    let target = Seq(7);
    let emoji = || "👍".parse().unwrap();
    let content = |text: &str| Content::text(text.parse().unwrap());
    let bodies = [
        EventBody::Edit { target, content: content("better\nsecond\u{9b}31m") },
        EventBody::Edit { target, content: Content::default() },
        EventBody::Delete { target },
        EventBody::Reaction { target, emoji: emoji(), on: true },
        EventBody::Reaction { target, emoji: emoji(), on: false },
        EventBody::Pin { target, on: true },
        EventBody::MemberAdded { user: BOB, role: Role::Member },
        EventBody::MemberAdded { user: EVE, role: Role::Member },
        EventBody::MemberRemoved { user: BOB, reason: RemovalReason::Left },
        EventBody::MemberRemoved { user: EVE, reason: RemovalReason::Removed },
        EventBody::MemberRemoved { user: EVE, reason: RemovalReason::AccountDeleted },
        EventBody::RoleChanged { user: EVE, role: Role::Admin },
        EventBody::DetailsChanged { title: Some("New".parse().unwrap()), description: Some("a\nb".parse().unwrap()) },
        EventBody::DetailsChanged { title: None, description: Some("".parse().unwrap()) },
        EventBody::RetentionChanged { retention: Retention::Days { days: 30 } },
        EventBody::RetentionChanged { retention: Retention::UntilDelivered },
        EventBody::HistoryChanged { history: HistoryVisibility::All },
    ];
    let shown: Vec<String> = bodies.into_iter().map(|body| event_lines(&event(body), &people()).unwrap_or_else(|| "(nothing)".to_owned())).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    #7 bob edited: better
        | second\u{9b}31m
    (nothing)
    #7 was deleted by bob
    #7 bob reacted 👍
    #7 bob took back 👍
    #7 was pinned by bob
    * bob joined
    * bob added eve
    * bob left
    * bob removed eve
    * eve is gone: the account was deleted
    * eve is admin now
    * the title is "New" now; the description is "a↵b" now
    * the description is gone
    * messages are kept for 30 days
    * messages leave the server once every device has them
    * who joins reads everything that is kept
    "#);
}

#[test]
fn the_list_shows_what_is_new() {
    let head = Head {
        id: ConversationId::from_raw(10),
        kind: ConversationKind::Group,
        title: Some("Ops".parse().unwrap()),
        description: None,
        peer: None,
        peer_receipt: None,
        role: Some(Role::Member),
        member_count: 3,
        last_seq: Seq(9),
        trimmed_seq: Seq::ZERO,
        readable: vec![Interval { from: Seq(1), to: None }],
        read_state: ReadState { delivered: Seq(9), read: Seq(5), unread: 3, mentions: 1, marked_unread: false },
        settings: PersonalSettings::default(),
        retention: Retention::Forever,
        history: HistoryVisibility::SinceJoined,
        last_message: Some(message(9, EVE, &format!("long\u{7} {}", "x".repeat(80)))),
        created_at: at(0),
        updated_at: at(9),
    };
    let quiet = ReadState { delivered: Seq(9), read: Seq(9), unread: 0, mentions: 0, marked_unread: false };
    let direct = Head { kind: ConversationKind::Direct, title: None, peer: Some(BOB), read_state: quiet.clone(), last_message: None, ..head.clone() };
    let left = Head { role: None, read_state: ReadState { marked_unread: true, ..quiet }, last_message: None, ..head.clone() };
    let shown: Vec<String> = [head, direct, left].iter().map(|head| overview_line(head, &people())).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    #Ops                     3 unread, 1 mentions you  2026-01-01 00:01Z eve: long\u{7} xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
    @bob
    #Ops                     (left) marked as unread
    "#);
}

#[test]
fn members_show_role_and_presence() {
    let member = |id: UserId, role: Role| Member {
        user: User { id, handle: Some("eve".parse().unwrap()), display_name: "Eve E.".parse().unwrap(), deleted: false },
        role,
        joined_seq: Seq(1),
    };
    let presence = |state: PresenceState, last_active_at: Option<Timestamp>| Presence { user: EVE, state, last_active_at };
    let shown = [
        member_line(&member(EVE, Role::Owner), Some(&presence(PresenceState::Online, None))),
        member_line(&member(EVE, Role::Member), Some(&presence(PresenceState::Offline, Some(at(0))))),
        member_line(&member(EVE, Role::Admin), Some(&presence(PresenceState::Hidden, None))),
        member_line(&member(EVE, Role::Member), None),
    ];
    insta::assert_snapshot!(shown.join("\n"), @r#"
    @eve (Eve E.), owner, online
    @eve (Eve E.), last seen 2026-01-01 00:00Z
    @eve (Eve E.), admin
    @eve (Eve E.)
    "#);
}
