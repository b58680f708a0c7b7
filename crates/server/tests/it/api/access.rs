//! Abuse 16: the access matrix. Every operation of the registry, asked by everybody, over both transports, answers as the table says. An operation without a row fails.

use parlor_protocol::{Auth, ErrorCode, REGISTRY};
use serde_json::Value;

use super::cases::{EVERYBODY, Who, World};

/// For each operation what anonymous, revoked, stranger, removed member, admin of the server, and member are answered. `y` granted, `u` log in first, `0` not found, `-`
/// forbidden, `i` no such invite, `c` conflict.
///
/// The stranger and the admin of the server are told the same about the group, in every row: being admin gives no access to conversations.
const MATRIX: &[(&str, &str)] = &[
    ("server.get", "yuyyyy"),
    ("account.register", "yuyyyy"),
    ("account.get", "uuyyyy"),
    ("account.update", "uuyyyy"),
    ("account.change_password", "uuyyyy"),
    // The last admin stays.
    ("account.delete", "uuyycy"),
    ("session.create", "yuyyyy"),
    ("session.list", "uuyyyy"),
    // Somebody else's session is nobody's: nothing happens.
    ("session.revoke", "uuyyyy"),
    ("session.delete", "uuyyyy"),
    ("user.find", "uuyyyy"),
    ("user.list", "uuyyyy"),
    ("contact.list", "uuyyyy"),
    ("contact.request", "uuyyyy"),
    ("contact.accept", "uuyyyy"),
    ("contact.decline", "uuyyyy"),
    ("contact.remove", "uuyyyy"),
    ("block.list", "uuyyyy"),
    ("block.add", "uuyyyy"),
    ("block.remove", "uuyyyy"),
    ("conversation.list", "uuyyyy"),
    // Who was removed still reads what they had.
    ("conversation.get", "uu0y0y"),
    ("conversation.open_direct", "uuyyyy"),
    ("conversation.create", "uuyyyy"),
    ("conversation.update", "uu0-0-"),
    ("conversation.settings", "uu0y0y"),
    ("channel.list", "uuyyyy"),
    ("channel.join", "uuyyyy"),
    ("member.list", "uu0-0y"),
    ("member.add", "uu0-0-"),
    ("member.update", "uu0-0-"),
    ("member.remove", "uu0-0-"),
    // Who has gone has gone: twice is once.
    ("member.leave", "uu0y0y"),
    ("invite.list", "uu0-0-"),
    ("invite.create", "uu0-0-"),
    ("invite.revoke", "uu0-0-"),
    ("invite.preview", "uuyyyy"),
    ("invite.accept", "uuyyyy"),
    ("message.send", "uu0-0y"),
    ("message.edit", "uu0-0y"),
    ("message.delete", "uu0-0y"),
    ("message.react", "uu0-0y"),
    ("message.pin", "uu0-0y"),
    ("message.list", "uu0y0y"),
    ("message.pins", "uu0y0y"),
    ("event.list", "uu0y0y"),
    ("receipt.update", "uu0-0y"),
    ("receipt.list", "uu0-0y"),
    ("typing.set", "uu0-0y"),
    ("presence.watch", "uuyyyy"),
    ("presence.set", "uuyyyy"),
    ("ping", "uuyyyy"),
    ("admin.user.list", "uu--y-"),
    ("admin.user.create", "uu--y-"),
    ("admin.user.update", "uu--y-"),
    ("admin.user.reset_password", "uu--y-"),
    ("admin.invite.list", "uu--y-"),
    ("admin.invite.create", "uu--y-"),
    ("admin.invite.revoke", "uu--y-"),
    ("admin.settings.update", "uu--y-"),
    ("admin.figures", "uu--y-"),
];

fn letter(outcome: &Result<Value, ErrorCode>) -> char {
    match outcome {
        Ok(_) => 'y',
        Err(ErrorCode::Unauthenticated) => 'u',
        Err(ErrorCode::NotFound) => '0',
        Err(ErrorCode::Forbidden) => '-',
        Err(ErrorCode::InvalidInvite) => 'i',
        Err(ErrorCode::Conflict) => 'c',
        Err(_) => '?',
    }
}

async fn over_rest(world: &World, operation: &str, who: Who) -> Result<Value, ErrorCode> {
    let args = world.args(operation, who);
    let answer = match world.person(who) {
        Some(person) => person.ask(operation, args).await,
        None => world.node.anonymous().ask(operation, args).await,
    };
    answer.map_err(|problem| problem.code)
}

async fn over_socket(world: &World, operation: &str, who: Who) -> Result<Value, ErrorCode> {
    let args = world.args(operation, who);
    let mut socket = world.node.socket().await;
    if let Some(person) = world.person(who) {
        socket.hello(&person.token, None).await.map_err(|problem| problem.code)?;
    }
    socket.ask(operation, args).await.map_err(|problem| problem.code)
}

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    let rows: Vec<&str> = MATRIX.iter().map(|(name, _)| *name).collect();
    let operations: Vec<&str> = REGISTRY.iter().map(|entry| entry.name).collect();
    assert_eq!(rows, operations);
    for (name, row) in MATRIX {
        assert_eq!(row.len(), EVERYBODY.len(), "{name}");
        let strangers = [row.as_bytes()[2], row.as_bytes()[4]];
        let is_about_conversations = !name.starts_with("admin.") && *name != "account.delete";
        assert!(!is_about_conversations || strangers[0] == strangers[1], "{name}: an admin of the server is a stranger to conversations");
    }
}

#[tokio::test]
async fn g7_abuse_16_everybody_is_answered_as_the_matrix_says_over_rest() {
    for (operation, row) in MATRIX {
        let world = World::new().await;
        for (who, expected) in EVERYBODY.into_iter().zip(row.chars()) {
            let outcome = over_rest(&world, operation, who).await;
            assert_eq!(letter(&outcome), expected, "{operation} by {who:?}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn g7_abuse_16_everybody_is_answered_as_the_matrix_says_over_the_socket() {
    for (operation, row) in MATRIX {
        let world = World::new().await;
        let is_public = REGISTRY.iter().any(|entry| entry.name == *operation && entry.auth == Auth::Public);
        for (who, expected) in EVERYBODY.into_iter().zip(row.chars()) {
            // Nothing is answered before hello, not even what is public.
            let expected = if is_public && who == Who::Anonymous { 'u' } else { expected };
            let outcome = over_socket(&world, operation, who).await;
            assert_eq!(letter(&outcome), expected, "{operation} by {who:?}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn the_operator_administers_over_the_unix_socket_and_is_nobody_in_conversations() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let node = parlor_test_support::Node::start().await;
    let mia = node.register("mia").await;
    let ask = async |path: &str| {
        let mut stream = tokio::net::UnixStream::connect(node.operator_socket()).await.unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: parlor\r\nconnection: close\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let users = ask("/v1/admin/users").await;
    assert!(users.starts_with("HTTP/1.1 200") && users.contains(&mia.user.to_string()), "{users}");
    assert!(ask("/v1/account").await.starts_with("HTTP/1.1 401"));
    assert!(ask("/v1/conversations").await.starts_with("HTTP/1.1 401"));
    assert_eq!(node.anonymous().refused("admin.user.list", serde_json::json!({})).await, ErrorCode::Unauthenticated);
}
