use std::path::PathBuf;

use parlor_store::{CreateDevice, CreateInvite, DeleteUser, InviteRow, Mark, SetBlock, SetContact, Store, Trim};
use parlor_store_sqlite::SqliteStore;
use parlor_types::event::Content;
use parlor_types::{DeviceId, EventBody, InviteId, Seq};

use crate::scene::{AT, Scene, options};

/// A store with something of everything: the group 1004 of mia (1000), ben (1001) and eve (1002), where messages 5 to 9 stand and 1 to 3 were trimmed, and the
/// group 1019 of mia and ben, where the messages 4 to 6 wait to be filed.
async fn furnished() -> (tempfile::TempDir, PathBuf) {
    let scene = Scene::new();
    let (mia, ben, eve, gone) = (scene.user("mia").await, scene.user("ben").await, scene.user("eve").await, scene.user("gone").await);
    let group = scene.group(&[mia, ben, eve]).await;
    assert_eq!((mia.raw(), gone.raw(), group.raw()), (1000, 1003, 1004));
    let mention = Content { mentions: vec![ben, eve], ..Content::text("hi @ben @eve".parse().unwrap()) };
    scene.append(group, mia, EventBody::Message { content: mention, reply_to: None }).await;
    let expected = scene.store.find_conversation(group).await.unwrap().unwrap().rules_version;
    for key in ["key-number-one", "key-number-two"] {
        scene.commit(scene.send(group, expected, mia, key, "words")).await;
    }
    scene.say(group, ben, "more").await;
    scene.say(group, ben, "more still").await;
    let target = Seq(6);
    scene.append(group, mia, EventBody::Pin { target: Seq(7), on: true }).await;
    scene.append(group, mia, EventBody::Edit { target, content: Content::text("better words".parse().unwrap()) }).await;
    scene.append(group, mia, EventBody::Delete { target }).await;
    let device = DeviceId::from_raw(scene.id());
    let create = CreateDevice {
        id: device,
        user: eve,
        name: "phone".parse().unwrap(),
        token: [7; 32],
        password_hash: "hash".to_owned(),
        at: AT,
        devices_max: 5,
    };
    scene.commit(create).await;
    scene.commit(Mark { conversation: group, user: eve, device, delivered: Some(Seq(8)), read: Some(Seq(7)) }).await;
    scene.commit(Trim { conversation: group, through: Seq(3) }).await;
    scene.commit(SetContact { user: mia, other: ben, action: parlor_domain::contact::ContactAction::Request, contacts_max: 5 }).await;
    scene.commit(SetBlock { user: ben, other: eve, blocked: true }).await;
    let invite = InviteRow {
        id: InviteId::from_raw(scene.id()),
        code: "secret".to_owned(),
        conversation: Some(group),
        created_by: mia,
        created_at: AT,
        expires_at: None,
        uses_max: Some(3),
        uses: 0,
    };
    scene.commit(CreateInvite { invite, invites_max: 5 }).await;
    scene.commit(DeleteUser { user: gone }).await;
    let waiting = scene.group(&[mia, ben]).await;
    let expected = scene.store.find_conversation(waiting).await.unwrap().unwrap().rules_version;
    for key in ["key-of-one", "key-of-two", "key-of-three"] {
        scene.commit(scene.send(waiting, expected, mia, key, "words")).await;
    }
    assert_eq!(waiting.raw(), 1019);
    assert_eq!(scene.store.verify().await.unwrap(), Vec::<String>::new());
    let path = scene.path();
    (scene.close(), path)
}

/// What is broken by hand, and a piece of the finding that must follow.
const DAMAGES: &[(&str, &str)] = &[
    ("DELETE FROM events WHERE seq = 7", "conversation 1004: the events 7 to 7 are missing"),
    ("DELETE FROM events WHERE seq > 10", "conversation 1004: the events 11 to 12 are missing"),
    ("UPDATE conversations SET last_seq = 11", "its log goes on after its head 11"),
    ("UPDATE conversations SET last_seq = 15", "the events 13 to 15 are missing"),
    ("UPDATE conversations SET trimmed_seq = 4", "the event 4 stands there, and everything up to 4 was trimmed"),
    ("UPDATE conversations SET trimmed_seq = 99", "more was trimmed than there ever was"),
    ("UPDATE conversations SET message_count = 77", "it counts another number of messages than there are"),
    ("UPDATE conversations SET trimmed_count = 2", "counts another number of messages"),
    ("UPDATE conversations SET last_message_seq = 5", "its newest message is another one than it names"),
    ("UPDATE conversations SET position = position - 1", "it stands at another position than its last event"),
    ("UPDATE conversations SET rules_version = 12", "its rules version is not that of the last event that changed rules"),
    ("UPDATE conversations SET rules_version = 99", "it has rules from past its head"),
    ("UPDATE conversations SET member_count = 9", "it counts 9 members and has 3"),
    ("UPDATE conversations SET receipt_position = 1", "does not know when its members' watermarks last changed"),
    ("UPDATE conversations SET kind = 1", "it is direct without a pair of users"),
    ("UPDATE conversations SET kind = 9", "column `kind` of a row beginning with 1004 cannot be read"),
    ("UPDATE conversations SET kind = 3", "it is listed under another title than its own"),
    ("UPDATE events SET message_count = 3 WHERE seq = 9", "the event 9 counts another number of messages than there are"),
    ("UPDATE events SET message_seq = 6 WHERE seq = 10", "the event 10 names a newest message that is not the newest"),
    ("UPDATE events SET own_count = 9 WHERE seq = 9", "the event 9 counts another number of messages of its sender"),
    ("UPDATE events SET position = 1 WHERE seq = 9", "the event 9 stands at the position of another change"),
    ("UPDATE events SET position = 9999 WHERE seq = 9", "the event 9 stands at a position that was not given yet"),
    (
        "UPDATE events SET position = (SELECT min(position) FROM events) WHERE seq = 9",
        "the event 9 stands at a position before that of the event in front of it",
    ),
    ("UPDATE events SET body = '{\"event\":\"no\"}' WHERE seq = 9", "the event 9 cannot be read"),
    ("UPDATE events SET body = (SELECT body FROM events WHERE seq = 10) WHERE seq = 9", "the event 9 is counted as a message and is none"),
    ("UPDATE events SET target = 8 WHERE seq = 11", "the event 11 is filed under another message"),
    ("UPDATE events SET id = 999999 WHERE seq = 9", "the id 999999 is in use"),
    ("UPDATE events SET digest = NULL WHERE seq = 7", "the event 7 has a key without a digest"),
    ("UPDATE events SET body = (SELECT body FROM events WHERE seq = 7) WHERE seq = 6", "the message 6 was deleted and still has its content"),
    (
        "UPDATE events SET body = '{\"event\":\"created\",\"kind\":\"group\",\"history\":\"all\",\"retention\":{\"keep\":\"forever\"}}' WHERE seq = 4",
        "the event 4 is the making of the conversation",
    ),
    (
        "INSERT INTO events SELECT 4711, seq, position, id, sender, at, message_seq, message_count, own_count, target, NULL, NULL, body FROM events WHERE seq = 5",
        "conversation 4711: it is missing, and its log is there",
    ),
    ("DELETE FROM arrivals WHERE seq = 5", "conversation 1019: the events 5 to 5 are missing"),
    ("UPDATE arrivals SET position = 1 WHERE seq = 5", "the event 5 stands at the position of another change"),
    ("UPDATE arrivals SET own_count = 7 WHERE seq = 5", "the event 5 counts another number of messages of its sender"),
    ("UPDATE arrivals SET message_count = 7 WHERE seq = 5", "the event 5 counts another number of messages than there are"),
    ("UPDATE arrivals SET conversation = 4711 WHERE seq = 6", "conversation 4711: it is missing, and a message of user 1000 waits to be filed"),
    ("UPDATE conversations SET filed_seq = 4 WHERE id = 1019", "conversation 1019: events up to 3 are filed, and its row says 4"),
    ("UPDATE conversations SET filed_seq = 2 WHERE id = 1019", "conversation 1019: events up to 3 are filed, and its row says 2"),
    ("UPDATE members SET read = 9 WHERE user = 1002", "the member 1002 has read more than was delivered"),
    ("UPDATE members SET delivered = 99 WHERE user = 1002", "the member 1002 has a watermark past the head"),
    ("UPDATE members SET delivered = 7 WHERE user = 1002", "the watermark of device 1017 in conversation 1004 is ahead of its user's"),
    ("UPDATE members SET joined_seq = 99 WHERE user = 1002", "the member 1002 joined after the head"),
    ("UPDATE members SET intervals = '1-5,4-' WHERE user = 1002", "the member 1002 has intervals that overlap or do not rise"),
    ("UPDATE members SET intervals = '6-5,8-' WHERE user = 1002", "the member 1002 has an interval that ends before it begins"),
    ("UPDATE members SET intervals = '99-' WHERE user = 1002", "reaches past the head"),
    ("UPDATE members SET intervals = '1-5' WHERE user = 1002", "the member 1002 has an open interval without a role, or the other way round"),
    ("UPDATE members SET intervals = 'ever' WHERE user = 1002", "column `intervals` of a row beginning with 1002 cannot be read"),
    ("UPDATE members SET receives = 0 WHERE user = 1002", "the member 1002 is noted as receiving and does not"),
    ("UPDATE members SET role = 3 WHERE user = 1002", "it has 2 owners instead of 1"),
    ("UPDATE members SET role = 1 WHERE user = 1000", "it has 0 owners instead of 1"),
    ("UPDATE members SET position = 9999 WHERE user = 1002", "the member 1002 stands at a position that was not given yet"),
    ("UPDATE members SET watermark_position = 9999 WHERE user = 1002", "the member 1002 has watermarks from after the last change"),
    ("UPDATE members SET own_count = 9 WHERE user = 1001", "the member 1001 counts another number of own messages"),
    ("UPDATE members SET own_seq = 5 WHERE user = 1001", "the member 1001 names another last own message"),
    ("UPDATE members SET base_messages = 4 WHERE user = 1002", "the member 1002 has 1 unread messages by subtraction and 2 by counting"),
    ("UPDATE members SET base_own = 1, own_count = 2 WHERE user = 1002", "the member 1002 has 1 unread messages by subtraction and 2 by counting"),
    ("UPDATE members SET mention_count = 3 WHERE user = 1002", "the member 1002 has 2 unread mentions by subtraction and 0 by counting"),
    ("UPDATE members SET trimmed_mentions = 3 WHERE user = 1002", "the member 1002 had more mentions trimmed than there ever were"),
    ("UPDATE members SET user = 4711 WHERE user = 1002", "conversation 1004: the member 4711 is no user"),
    ("DELETE FROM pins", "the log and the list of pins do not agree about the message 7"),
    ("INSERT INTO pins VALUES (1004, 8)", "the log and the list of pins do not agree about the message 8"),
    ("INSERT INTO pins VALUES (4711, 1)", "the pin of message 1 belongs to no conversation"),
    ("INSERT INTO mentions VALUES (1004, 8, 1002)", "a mention of user 1002 is noted for the event 8, which has none"),
    ("INSERT INTO mentions VALUES (1004, 5, 1003)", "a mention of user 1003 is noted, who never was a member"),
    ("UPDATE gone_keys SET seq = 99", "a key of user 1000 is of the message 99, past the head"),
    (
        "INSERT INTO gone_keys SELECT conversation, sender, key, digest, seq, id, at FROM events WHERE seq = 7",
        "the key of the message 7 of user 1000 is kept twice",
    ),
    ("INSERT INTO gone_keys VALUES (4711, 1, 'key', x'00', 1, 1, 1)", "a key of user 1 belongs to no conversation"),
    ("UPDATE users SET handle = NULL WHERE id = 1001", "user 1001 has no handle"),
    ("UPDATE users SET handle = 'back' WHERE id = 1003", "user 1003 has no handle, or still has one though deleted"),
    ("UPDATE users SET handle = 'Not A Handle' WHERE id = 1001", "column `handle` of a row beginning with 1001 cannot be read"),
    ("UPDATE users SET position = 9999 WHERE id = 1001", "user 1001 stands at a position that was not given yet"),
    ("UPDATE users SET id = 888888 WHERE id = 1003", "the id 888888 is in use, and the store remembers"),
    ("UPDATE contacts SET position = 1", "the contact of user 1000 with user 1001 stands at the position of another change"),
    ("INSERT INTO contacts VALUES (1000, 4711, 0, 9998)", "the contact of user 1000 with user 4711 is not between two users"),
    ("INSERT INTO blocks VALUES (1000, 1003)", "the block of user 1003 by user 1000 is not between two live users"),
    ("UPDATE devices SET user = 1003", "the device 1017 of user 1003 belongs to no user who may log in"),
    ("INSERT INTO device_marks VALUES (4711, 1004, 1)", "the watermark of device 4711 in conversation 1004 belongs to no device"),
    ("UPDATE invites SET conversation = 4711", "the invite 1018 of user 1000 belongs to no conversation"),
    ("UPDATE invites SET uses = 4", "the invite 1018, used 4 times was used too often"),
    ("UPDATE store SET registration = 9", "column `registration`"),
];

#[tokio::test]
async fn each_damage_by_hand_is_found_and_named() {
    let (folder, path) = furnished().await;
    let mut unseen = Vec::new();
    for (place, (damage, expected)) in DAMAGES.iter().enumerate() {
        let copy = folder.path().join(format!("copy-{place}.db"));
        std::fs::copy(&path, &copy).unwrap();
        let changed = rusqlite::Connection::open(&copy).unwrap().execute(damage, []).unwrap();
        assert!(changed > 0, "{damage} changed nothing");
        let store = SqliteStore::open(options(&copy)).unwrap();
        let findings = store.verify().await.unwrap();
        if !findings.iter().any(|finding| finding.contains(expected)) {
            unseen.push((damage, expected, findings));
        }
    }
    assert!(unseen.is_empty(), "{unseen:#?}");
}

#[tokio::test]
async fn a_damaged_page_is_found_and_named() {
    let scene = Scene::new();
    let mia = scene.user("mia").await;
    let group = scene.group(&[mia]).await;
    for count in 0..100 {
        scene.say(group, mia, &"x".repeat(1000 + count)).await;
    }
    let path = scene.path();
    let _folder = scene.close();
    let mut bytes = std::fs::read(&path).unwrap();
    // The count of cells in the header of a page in the middle of the log.
    let page = bytes.len() / 4096 / 2 * 4096;
    bytes[page + 3..page + 5].copy_from_slice(&[0x7f, 0xff]);
    std::fs::write(&path, bytes).unwrap();
    let store = SqliteStore::open(options(&path)).unwrap();
    match store.check().await {
        Ok(findings) => assert!(findings.iter().any(|finding| finding.contains("the database file is damaged")), "{findings:?}"),
        Err(error) => assert!(matches!(error, parlor_store::StoreError::Damaged(_)), "{error}"),
    }
}

/// A row that somebody else wrote costs its readers that row (fault 23).
#[tokio::test]
async fn an_event_that_cannot_be_read_is_passed_over_by_readers() {
    let (_folder, path) = furnished().await;
    rusqlite::Connection::open(&path).unwrap().execute("UPDATE events SET body = 'poison' WHERE seq = 9", []).unwrap();
    let store = SqliteStore::open(options(&path)).unwrap();
    let group = parlor_types::ConversationId::from_raw(1004);
    let seqs = |events: Vec<parlor_store::StoredEvent>| events.into_iter().map(|stored| stored.event.seq.0).collect::<Vec<_>>();
    assert_eq!(seqs(store.list_events(group, Seq(3), Seq(99), 100).await.unwrap()), [4, 5, 6, 7, 8, 10, 11, 12]);
    // It does not make a page look like the last one.
    assert_eq!(seqs(store.list_events(group, Seq(7), Seq(99), 2).await.unwrap()), [8, 10]);
    assert_eq!(store.find_event(group, Seq(9)).await.unwrap(), None);
    let ben = parlor_types::UserId::from_raw(1001);
    let head = store.find_head(group, ben).await.unwrap().unwrap();
    assert_eq!(head.last_message.unwrap().seq, Seq(8));
    assert!(store.check().await.unwrap().iter().any(|finding| finding.contains("the event 9 cannot be read")));
}
