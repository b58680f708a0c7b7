//! What one may not know of answers, byte by byte, like what does not exist.

use parlor_protocol::REGISTRY;
use parlor_test_support::rest::entry;
use serde_json::{Value, json};

use super::cases::{Who, World};

/// No conversation has this id.
const NOWHERE: &str = "1234567890123";

#[tokio::test]
async fn g7_a_conversation_that_one_may_not_know_of_answers_exactly_like_one_that_does_not_exist() {
    let world = World::new().await;
    for who in [Who::Stranger, Who::ServerAdmin] {
        let person = world.person(who).unwrap();
        let (mut socket, _) = person.connect().await;
        for entry in REGISTRY {
            let args = world.args(entry.name, who);
            if args.get("conversation") != Some(&json!(world.group)) {
                continue;
            }
            let mut nowhere = args.clone();
            nowhere["conversation"] = json!(NOWHERE);
            let (hidden, absent) = (person.send(entry, args.clone()).await, person.send(entry, nowhere.clone()).await);
            assert_eq!((hidden.status, &hidden.text), (404, &absent.text), "{} by {who:?}", entry.name);
            assert_eq!(without_date(&hidden.headers), without_date(&absent.headers), "{}", entry.name);
            let (hidden, absent) = (socket.ask(entry.name, args).await, socket.ask(entry.name, nowhere).await);
            assert_eq!(hidden.unwrap_err(), absent.unwrap_err(), "{}", entry.name);
        }
    }
}

fn without_date(headers: &reqwest::header::HeaderMap) -> reqwest::header::HeaderMap {
    let mut headers = headers.clone();
    headers.remove("date");
    headers
}

#[tokio::test]
async fn abuse_23_presence_and_profiles_of_strangers_look_like_those_of_nobody() {
    let world = World::new().await;
    let stranger = world.person(Who::Stranger).unwrap();
    let (_online, _) = world.owner.connect().await;
    let presence = stranger.done("presence.watch", json!({ "users": [world.owner.user, NOWHERE] })).await;
    let states: Vec<&Value> = presence["users"].as_array().unwrap().iter().map(|user| &user["state"]).collect();
    assert_eq!(states, [&json!("hidden"), &json!("hidden")], "{presence}");
    let users = stranger.done("user.list", json!({ "ids": [world.other.user, NOWHERE] })).await;
    assert_eq!(users["users"], json!([]));
}

#[tokio::test]
async fn a_wrong_invite_answers_like_one_that_has_ended_or_belongs_to_the_server() {
    let world = World::new().await;
    let stranger = world.person(Who::Stranger).unwrap();
    let ended = world.owner.done("invite.create", json!({ "conversation": world.group })).await;
    world.owner.done("invite.revoke", json!({ "conversation": world.group, "invite": ended["id"] })).await;
    let servers = world.admin.done("admin.invite.create", json!({})).await;
    for operation in ["invite.preview", "invite.accept"] {
        let mut answers = Vec::new();
        for code in [json!("nonsense-code-of-the-right-length"), ended["code"].clone(), servers["code"].clone()] {
            answers.push(stranger.send(entry(operation), json!({ "code": code })).await);
        }
        assert_eq!(answers[0].status, 404);
        assert!(answers.iter().all(|answer| answer.text == answers[0].text), "{answers:?}");
    }
}

#[tokio::test]
async fn abuse_18_a_log_in_does_not_tell_whether_the_handle_exists() {
    let world = World::new().await;
    let anonymous = world.node.anonymous();
    let wrong = anonymous.send(entry("session.create"), json!({ "handle": "member", "password": "wrong" })).await;
    let nobody = anonymous.send(entry("session.create"), json!({ "handle": "nobody-at-all", "password": "wrong" })).await;
    assert_eq!((wrong.status, &wrong.text), (401, &nobody.text));
}
