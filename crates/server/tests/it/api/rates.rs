//! Rate limits: refused with the time to wait, and nobody else notices.

use parlor_protocol::ErrorCode;
use parlor_server::config::Rate;
use parlor_test_support::rest::entry;
use parlor_test_support::{Node, NodeBuilder};
use serde_json::json;

const TIGHT: Rate = Rate { per_minute: 6, burst: 5 };

fn with_tight_log_ins() -> NodeBuilder {
    Node::builder().rates(|rates| rates.credentials = TIGHT)
}

#[tokio::test]
async fn g9_what_is_over_the_limit_answers_429_with_the_time_to_wait() {
    let node = Node::builder().rates(|rates| rates.lookup = TIGHT).start().await;
    let (mia, bob) = (node.register("mia").await, node.register("bob").await);
    for _ in 0..5 {
        mia.done("user.find", json!({ "handle": "bob" })).await;
    }
    let refused = mia.send(entry("user.find"), json!({ "handle": "bob" })).await;
    let problem = refused.problem();
    assert_eq!((refused.status, problem.code), (429, ErrorCode::RateLimited));
    let (seconds, milliseconds) = (refused.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap(), problem.retry_after_ms.unwrap());
    assert!(seconds >= 1 && milliseconds > 0 && milliseconds <= seconds * 1_000, "{seconds} {milliseconds}");
    let (mut socket, _) = mia.connect().await;
    assert_eq!(socket.refused("user.find", json!({ "handle": "bob" })).await, ErrorCode::RateLimited, "over the socket it is the same bucket");
    bob.done("user.find", json!({ "handle": "mia" })).await;
    mia.done("account.get", json!({})).await;
}

#[tokio::test]
async fn abuse_19_ten_thousand_wrong_passwords_are_stopped_and_the_user_goes_on() {
    let node = with_tight_log_ins().start().await;
    let mia = node.register("mia").await;
    let (mut socket, _) = mia.connect().await;
    let anonymous = node.anonymous();
    let (mut tried, mut stopped) = (0, 0);
    for number in 0..10_000 {
        let problem = anonymous.ask("session.create", json!({ "handle": "mia", "password": format!("guess {number}") })).await.unwrap_err();
        match problem.code {
            ErrorCode::WrongCredentials => tried += 1,
            ErrorCode::RateLimited => stopped += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(tried <= 20, "{tried} guesses were tried");
    assert_eq!(tried + stopped, 10_000);
    socket.done("ping", json!({})).await;
    mia.done("account.get", json!({})).await;
}

#[tokio::test]
async fn abuse_25_a_header_does_not_make_another_address() {
    let node = with_tight_log_ins().config(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).start().await;
    let log_in = async |forwarded: &str, number: usize| {
        let body = json!({ "handle": format!("nobody-{number}"), "password": "guess" }).to_string();
        let rest = node.anonymous();
        let request = rest.request("POST", "/v1/sessions").header("x-forwarded-for", forwarded).header("content-type", "application/json").body(body);
        rest.run(request).await.problem().code
    };
    // A trusted proxy says who it speaks for, and what the client wrote itself stands before that.
    let mut stopped = 0;
    for number in 0..100 {
        if log_in(&format!("198.51.100.{number}, 203.0.113.9"), number).await == ErrorCode::RateLimited {
            stopped += 1;
        }
    }
    assert!(stopped >= 70, "only {stopped} of 100 were stopped");
    assert_eq!(log_in("203.0.113.10", 1_000).await, ErrorCode::WrongCredentials, "another client behind the same proxy is not disturbed");
}

#[tokio::test]
async fn looking_up_wrong_tokens_is_limited_too() {
    let node = Node::builder()
        .rates(|rates| rates.read = TIGHT)
        .config(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
        .start()
        .await;
    let rest = node.with_token("parlor_wrong");
    let mut codes = Vec::new();
    for _ in 0..200 {
        codes.push(rest.run(rest.request("GET", "/v1/account").header("x-forwarded-for", "203.0.113.9")).await.problem().code);
    }
    assert!(codes.contains(&ErrorCode::Unauthenticated) && codes.ends_with(&[ErrorCode::RateLimited]));
}
