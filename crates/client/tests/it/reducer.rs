//! The reducer against the shared fixtures (fixtures/reducer/README.md).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use parlor_client::Replica;
use parlor_client::protocol::operations::{EventPage, MessagePage};
use parlor_client::protocol::{ServerEvent, Snapshot};
use parlor_client::replica::Conversation;
use parlor_types::{ConversationId, Seq};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    name: String,
    #[expect(dead_code, reason = "for people")]
    about: String,
    steps: Vec<Step>,
    expect: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Step {
    Snapshot(Box<Snapshot>),
    Event(Box<ServerEvent>),
    EventsPage {
        conversation: ConversationId,
        after: Seq,
        page: EventPage,
    },
    MessagesPage {
        conversation: ConversationId,
        #[expect(dead_code, reason = "this reducer needs no range")]
        asked: Value,
        page: MessagePage,
    },
    Expect(Value),
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/reducer");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

#[test]
fn g5_every_fixture_ends_as_it_says() {
    let files = fixtures();
    assert!(files.len() >= 12, "only {} fixtures were found", files.len());
    for file in files {
        let fixture: Fixture =
            serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        // What is kept over a restart must go on as if nothing had happened, so the replica goes through its serialised form between steps.
        for restart in [false, true] {
            let mut replica = Replica::default();
            for (number, step) in fixture.steps.iter().enumerate() {
                match step {
                    Step::Snapshot(snapshot) => replica.load(snapshot),
                    Step::Event(event) => drop(replica.apply(event)),
                    Step::EventsPage { conversation, after, page } => drop(replica.load_events(*conversation, *after, page)),
                    Step::MessagesPage { conversation, page, .. } => {
                        assert!(replica.load_messages(*conversation, page), "{}: a stale page", fixture.name);
                    }
                    Step::Expect(expected) => check(&replica, expected, &format!("{} step {number}", fixture.name)),
                }
                if restart {
                    replica = serde_json::from_str(&serde_json::to_string(&replica).unwrap()).unwrap();
                }
            }
            check(&replica, &fixture.expect, &fixture.name);
        }
    }
}

#[test]
fn a_fixture_that_is_not_met_fails() {
    let fixture: Fixture = serde_json::from_str(&std::fs::read_to_string(&fixtures()[0]).unwrap()).unwrap();
    let mut replica = Replica::default();
    for step in &fixture.steps {
        if let Step::Snapshot(snapshot) = step {
            replica.load(snapshot);
        }
    }
    assert!(std::panic::catch_unwind(|| check(&replica, &fixture.expect, "without its events")).is_err());
}

fn check(replica: &Replica, expected: &Value, place: &str) {
    for (member, value) in expected.as_object().unwrap() {
        match member.as_str() {
            "heads" => {
                for (conversation, head) in value.as_object().unwrap() {
                    let known = replica.conversations.get(&conversation.parse().unwrap());
                    match head.as_object() {
                        Some(members) => {
                            includes(&json!(known.unwrap_or_else(|| panic!("{place}: {conversation} is not held")).head), members, place);
                        }
                        None => assert!(known.is_none(), "{place}: {conversation} is held"),
                    }
                }
            }
            "messages" => {
                by_conversation(replica, value, place, |known| json!(known.messages.values().map(|held| &held.message).collect::<Vec<_>>()));
            }
            "receipts" => by_conversation(replica, value, place, |known| {
                let receipts = known.receipts.values().map(|receipt| (receipt.user, json!({ "delivered": receipt.delivered, "read": receipt.read })));
                json!(receipts.collect::<BTreeMap<_, _>>())
            }),
            "missing" => assert_eq!(&json!(replica.missing().collect::<BTreeMap<_, _>>()), value, "{place}: missing"),
            "contacts" => assert_eq!(&json!(replica.contacts), value, "{place}: contacts"),
            "blocked" => assert_eq!(&json!(replica.blocked), value, "{place}: blocked"),
            "users" => {
                for (user, members) in value.as_object().unwrap() {
                    includes(&json!(replica.users[&user.parse().unwrap()]), members.as_object().unwrap(), place);
                }
            }
            "cursor" => assert_eq!(&json!(replica.cursor), value, "{place}: cursor"),
            other => panic!("{place}: {other} is not something to expect"),
        }
    }
}

fn by_conversation(replica: &Replica, expected: &Value, place: &str, read: impl Fn(&Conversation) -> Value) {
    for (conversation, value) in expected.as_object().unwrap() {
        let known = &replica.conversations[&conversation.parse().unwrap()];
        assert_eq!(&read(known), value, "{place}: conversation {conversation}");
    }
}

fn includes(actual: &Value, members: &serde_json::Map<String, Value>, place: &str) {
    for (member, value) in members {
        assert_eq!(actual.get(member).unwrap_or(&Value::Null), value, "{place}: {member}");
    }
}
