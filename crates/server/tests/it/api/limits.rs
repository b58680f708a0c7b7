//! Limits of requests: each stands at its value and not one past it.

use parlor_protocol::ErrorCode;
use parlor_test_support::{Node, fresh_key};
use serde_json::json;

#[tokio::test]
async fn a_body_stands_at_its_limit_and_not_one_past_it() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let body = |bytes: usize| format!("{}{{}}", " ".repeat(bytes - 2));
    assert_eq!(mia.send_raw("POST", "/v1/ping", Some(body(65_536))).await.status, 200);
    let refused = mia.send_raw("POST", "/v1/ping", Some(body(65_537))).await;
    assert_eq!((refused.status, refused.problem().code), (413, ErrorCode::TooLarge));
}

#[tokio::test]
async fn abuse_3_a_body_that_announces_a_terabyte_is_refused_before_it_comes() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let node = Node::start().await;
    let mia = node.register("mia").await;
    let mut stream = tokio::net::TcpStream::connect(node.address()).await.unwrap();
    let head = format!(
        "POST /v1/ping HTTP/1.1\r\nhost: parlor\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: 1099511627776\r\n\r\n",
        mia.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4_096];
    let count = parlor_test_support::soon("an answer", stream.read(&mut answer)).await.unwrap();
    assert!(String::from_utf8_lossy(&answer[..count]).starts_with("HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer[..count]));
}

#[tokio::test]
async fn the_text_of_a_message_stands_at_its_limit_and_not_one_past_it() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let alone = mia.direct(&mia).await;
    let args = |bytes: usize| json!({ "conversation": alone, "key": fresh_key(), "text": "x".repeat(bytes) });
    let (mut socket, _) = mia.connect().await;
    mia.done("message.send", args(16_384)).await;
    socket.done("message.send", args(16_384)).await;
    assert_eq!(mia.refused("message.send", args(16_385)).await, ErrorCode::InvalidRequest);
    assert_eq!(socket.refused("message.send", args(16_385)).await, ErrorCode::InvalidRequest);
}

#[tokio::test]
async fn pages_stand_at_their_limit_and_joined_they_are_the_whole() {
    let node = Node::builder().in_memory().start().await;
    let mia = node.register("mia").await;
    let alone = mia.direct(&mia).await;
    for number in 0..23 {
        mia.say(alone, &number.to_string()).await;
    }
    for (operation, args) in [("message.list", json!({ "conversation": alone })), ("event.list", json!({ "conversation": alone, "after": 0 }))] {
        for (limit, is_good) in [(0, false), (1, true), (200, true), (201, false)] {
            let mut args = args.clone();
            args["limit"] = json!(limit);
            match mia.ask(operation, args).await {
                Ok(_) => assert!(is_good, "{operation} took a limit of {limit}"),
                Err(problem) => assert!(!is_good && problem.code == ErrorCode::InvalidRequest, "{operation} {limit}: {problem}"),
            }
        }
    }
    let (mut after, mut seqs) = (0, Vec::new());
    loop {
        let page = mia.done("event.list", json!({ "conversation": alone, "after": after, "limit": 5 })).await;
        seqs.extend(page["events"].as_array().unwrap().iter().map(|event| event["seq"].as_u64().unwrap()));
        after = page["through"].as_u64().unwrap();
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(seqs, (1..=25).collect::<Vec<_>>());
    let two = mia.ask("message.list", json!({ "conversation": alone, "before": 5, "after": 3 })).await.unwrap_err();
    assert_eq!(two.code, ErrorCode::InvalidRequest);
}

#[tokio::test]
async fn lists_of_people_go_on_where_they_ended() {
    let node = Node::builder().in_memory().start().await;
    let mia = node.register("mia").await;
    let mut people = Vec::new();
    for number in 0..7 {
        people.push(node.register(&format!("person-{number}")).await);
    }
    let group = mia.group(&people.iter().collect::<Vec<_>>()).await;
    for (operation, base, list, id) in
        [("member.list", json!({ "conversation": group }), "members", "/user/id"), ("admin.user.list", json!({}), "users", "/user/id")]
    {
        let (mut seen, mut args) = (Vec::new(), base);
        args["limit"] = json!(3);
        loop {
            let page = mia.done(operation, args.clone()).await;
            seen.extend(page[list].as_array().unwrap().iter().map(|row| row.pointer(id).unwrap().clone()));
            match page.get("next") {
                Some(next) => args["after"] = next.clone(),
                None => break,
            }
        }
        assert_eq!(seen.len(), 8, "{operation}");
        seen.dedup();
        assert_eq!(seen.len(), 8, "{operation}");
    }
}

#[tokio::test]
async fn numbers_and_texts_outside_of_the_published_schema_are_refused() {
    let node = Node::builder().in_memory().start().await;
    let mia = node.register("mia").await;
    let group = mia.group(&[]).await;
    for (operation, args, is_good) in [
        ("invite.create", json!({ "conversation": group, "lifetime_seconds": 31_536_000, "uses_max": 100_000 }), true),
        ("invite.create", json!({ "conversation": group, "lifetime_seconds": 31_536_001 }), false),
        ("invite.create", json!({ "conversation": group, "lifetime_seconds": 0 }), false),
        ("invite.create", json!({ "conversation": group, "uses_max": 0 }), false),
        ("invite.create", json!({ "conversation": group, "uses_max": 100_001 }), false),
        ("admin.user.list", json!({ "query": "q".repeat(100) }), true),
        ("admin.user.list", json!({ "query": "q".repeat(101) }), false),
        ("channel.list", json!({ "query": "q".repeat(101) }), false),
        ("admin.settings.update", json!({ "name": "n".repeat(64) }), true),
        ("admin.settings.update", json!({ "name": "n".repeat(65) }), false),
        ("admin.settings.update", json!({ "name": "" }), false),
        ("invite.preview", json!({ "code": "c".repeat(65) }), false),
        ("conversation.update", json!({ "conversation": group, "retention": { "keep": "days", "days": 36_500 } }), true),
        ("conversation.update", json!({ "conversation": group, "retention": { "keep": "days", "days": 36_501 } }), false),
        ("conversation.update", json!({ "conversation": group, "retention": { "keep": "days", "days": 0 } }), false),
    ] {
        match mia.ask(operation, args.clone()).await {
            Ok(_) => assert!(is_good, "{operation} took {args}"),
            Err(problem) => assert!(!is_good && problem.code == ErrorCode::InvalidRequest, "{operation} {args}: {problem}"),
        }
    }
}
