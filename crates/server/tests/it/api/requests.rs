//! What HTTP asks of an API beside its operations.

use parlor_protocol::ErrorCode;
use parlor_test_support::Node;

#[tokio::test]
async fn refusals_are_problem_documents_and_nothing_is_kept_by_caches() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    for (answer, code) in [
        (node.anonymous().send_raw("GET", "/v1/account", None).await, ErrorCode::Unauthenticated),
        (mia.send_raw("GET", "/v1/nothing", None).await, ErrorCode::UnknownOperation),
        (mia.send_raw("GET", "/v1", None).await, ErrorCode::UnknownOperation),
        (mia.send_raw("GET", "/v1/account/", None).await, ErrorCode::UnknownOperation),
        (mia.send_raw("DELETE", "/v1/account", None).await, ErrorCode::MethodNotAllowed),
        (mia.send_raw("GET", "/v1/conversations/12", None).await, ErrorCode::NotFound),
        (mia.send_raw("GET", "/v1/conversations/x", None).await, ErrorCode::InvalidRequest),
        (mia.send_raw("GET", "/v1/users/by-handle/%ff", None).await, ErrorCode::InvalidRequest),
    ] {
        let problem = answer.problem();
        assert_eq!((problem.code, problem.status, answer.status), (code, code.status(), code.status()), "{}", answer.text);
        assert_eq!(answer.body["detail"], answer.body["message"], "RFC 9457 calls it detail");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
    let good = mia.send_raw("GET", "/v1/account", None).await;
    assert_eq!((&good.headers["content-type"], &good.headers["cache-control"]), (&"application/json".parse().unwrap(), &"no-store".parse().unwrap()));
}

#[tokio::test]
async fn methods_are_named_and_head_and_options_answer() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let refused = mia.send_raw("PUT", "/v1/account", None).await;
    assert_eq!((refused.status, &refused.headers["allow"]), (405, &"GET, PATCH, HEAD, OPTIONS".parse().unwrap()));
    let options = node.anonymous().send_raw("OPTIONS", "/v1/account", None).await;
    assert_eq!((options.status, &options.headers["allow"]), (204, &"GET, PATCH, HEAD, OPTIONS".parse().unwrap()));
    let head = mia.send_raw("HEAD", "/v1/account", None).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    for path in ["/v1/socket", "/v1/events"] {
        let refused = mia.send_raw("POST", path, None).await;
        assert_eq!((refused.status, &refused.headers["allow"]), (405, &"GET, OPTIONS".parse().unwrap()));
    }
}

#[tokio::test]
async fn the_content_type_must_be_json_where_there_is_a_body() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    for (kind, is_good) in [
        (Some("application/json"), true),
        (Some("Application/JSON; charset=utf-8"), true),
        (Some("text/plain"), false),
        (Some("application/x-www-form-urlencoded"), false),
        (None, false),
    ] {
        let mut request = mia.request("POST", "/v1/ping").body("{}");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        assert_eq!(mia.run(request).await.status, if is_good { 200 } else { 400 }, "{kind:?}");
    }
    assert_eq!(mia.send_raw("POST", "/v1/ping", None).await.status, 200, "no body needs no type");
    let with_body = mia.run(mia.request("GET", "/v1/account").header("content-type", "application/json").body("{}")).await;
    assert_eq!(with_body.status, 400);
}

#[tokio::test]
async fn a_token_is_taken_from_the_header_and_from_nowhere_else() {
    let node = Node::start().await;
    let mia = node.register("mia").await;
    let anonymous = node.anonymous();
    assert_eq!(anonymous.send_raw("GET", &format!("/v1/account?token={}", mia.token), None).await.status, 401);
    assert_eq!(anonymous.send_raw("GET", &format!("/v1/account?access_token={}", mia.token), None).await.status, 401);
    for cookie in [format!("token={}", mia.token), format!("session={}", mia.token)] {
        assert_eq!(anonymous.run(anonymous.request("GET", "/v1/account").header("cookie", cookie)).await.status, 401);
    }
    let basic = anonymous.run(anonymous.request("GET", "/v1/account").basic_auth("mia", Some(&mia.token))).await;
    assert_eq!((basic.status, &basic.headers["www-authenticate"]), (401, &"Bearer".parse().unwrap()));
}

#[tokio::test]
async fn abuse_8_pages_of_other_origins_read_nothing_unless_the_operator_allows_theirs() {
    let node = Node::builder().config(|config| config.allowed_origins = vec!["https://app.example.org".parse().unwrap()]).start().await;
    let mia = node.register("mia").await;
    let allowed = mia.run(mia.request("GET", "/v1/account").header("origin", "https://app.example.org")).await;
    assert_eq!(allowed.headers["access-control-allow-origin"], "https://app.example.org");
    assert!(!allowed.headers.contains_key("access-control-allow-credentials"), "cookies are never part of it");
    assert_eq!(allowed.headers["vary"], "Origin");
    for origin in ["https://evil.example", "null", "https://app.example.org.evil.example"] {
        let other = mia.run(mia.request("GET", "/v1/account").header("origin", origin)).await;
        assert!(!other.headers.contains_key("access-control-allow-origin"), "{origin}");
    }
    let preflight = async |origin: &str| {
        let request =
            node.anonymous().request("OPTIONS", "/v1/account").header("origin", origin.to_owned()).header("access-control-request-method", "PATCH");
        node.anonymous().run(request).await
    };
    let good = preflight("https://app.example.org").await;
    assert_eq!(good.status, 204);
    assert!(good.headers["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
    assert!(good.headers["access-control-allow-methods"].to_str().unwrap().contains("PATCH"));
    assert!(!preflight("https://evil.example").await.headers.contains_key("access-control-allow-methods"));
}

#[tokio::test]
async fn a_failed_upgrade_says_what_was_missing() {
    let node = Node::start().await;
    let plain = node.anonymous().send_raw("GET", "/v1/socket", None).await;
    assert_eq!((plain.status, &plain.headers["upgrade"]), (426, &"websocket".parse().unwrap()));
    assert!(plain.problem().message.contains("Upgrade: websocket"));
    assert_eq!(node.tally().sockets(), 0);
}
