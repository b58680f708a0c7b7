//! The opening handshake.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use parlor_server::websocket::{Refusal, accept};

const GOOD: [(&str, &str); 4] = [
    ("upgrade", "websocket"),
    ("connection", "Upgrade"),
    ("sec-websocket-version", "13"),
    // The example of RFC 6455, section 1.3.
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

#[test]
fn example_of_the_rfc_is_accepted() {
    let response = accept(&headers(&GOOD)).unwrap();
    let expected = headers(&[("upgrade", "websocket"), ("connection", "Upgrade"), ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")]);
    assert_eq!(response, expected);
}

#[test]
fn tokens_are_found_in_lists_and_in_any_case() {
    for connection in ["upgrade", "keep-alive, Upgrade", "UPGRADE,foo", " keep-alive ,\tupgrade "] {
        assert!(accept(&with("connection", connection)).is_ok(), "{connection}");
    }
    for upgrade in ["WebSocket", "h2c, websocket"] {
        assert!(accept(&with("upgrade", upgrade)).is_ok(), "{upgrade}");
    }
    let mut repeated = with("connection", "keep-alive");
    repeated.append("connection", HeaderValue::from_static("upgrade"));
    assert!(accept(&repeated).is_ok());
}

#[test]
fn request_without_upgrade_answers_426_with_the_protocol() {
    for request in [without("upgrade"), with("upgrade", "h2c"), with("upgrade", "websockets"), HeaderMap::new()] {
        let refusal = accept(&request).unwrap_err();
        assert_eq!(refusal, Refusal::UpgradeMissing);
        assert_eq!(refusal.status(), StatusCode::UPGRADE_REQUIRED);
        assert_eq!(refusal.headers()["upgrade"], "websocket");
    }
}

#[test]
fn connection_that_does_not_upgrade_answers_400() {
    for request in [without("connection"), with("connection", "close"), with("connection", "upgraded"), with("connection", "")] {
        let refusal = accept(&request).unwrap_err();
        assert_eq!(refusal, Refusal::ConnectionMissing);
        assert_eq!(refusal.status(), StatusCode::BAD_REQUEST);
        assert!(refusal.headers().is_empty());
    }
}

#[test]
fn other_version_answers_426_with_ours() {
    let mut twice = headers(&GOOD);
    twice.append("sec-websocket-version", HeaderValue::from_static("8"));
    for request in [without("sec-websocket-version"), with("sec-websocket-version", "12"), with("sec-websocket-version", "13, 8"), twice] {
        let refusal = accept(&request).unwrap_err();
        assert_eq!(refusal, Refusal::VersionUnsupported);
        assert_eq!(refusal.status(), StatusCode::UPGRADE_REQUIRED);
        assert_eq!(refusal.headers()["sec-websocket-version"], "13");
    }
}

#[test]
fn key_that_is_not_16_bytes_answers_400() {
    let mut twice = headers(&GOOD);
    twice.append("sec-websocket-key", HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ=="));
    let wrong_keys = [
        "",
        "not base64!",
        "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25j",
        "dGhlIHNhbXBsZSBub25jZWU=",
        "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==",
    ];
    let requests = wrong_keys.map(|key| with("sec-websocket-key", key));
    for request in requests.into_iter().chain([without("sec-websocket-key"), twice]) {
        let refusal = accept(&request).unwrap_err();
        assert_eq!(refusal, Refusal::KeyInvalid);
        assert_eq!(refusal.status(), StatusCode::BAD_REQUEST);
    }
}

#[test]
fn headers_that_are_not_text_are_refused_without_panic() {
    for (name, _) in GOOD {
        let mut request = headers(&GOOD);
        request.insert(name, HeaderValue::from_bytes(b"\xff\xfe").unwrap());
        assert!(accept(&request).is_err(), "{name}");
    }
}

#[test]
fn our_subprotocol_is_confirmed_only_when_offered() {
    for offer in ["parlor.v1", "other, parlor.v1", "parlor.v2,parlor.v1"] {
        let response = accept(&with("sec-websocket-protocol", offer)).unwrap();
        assert_eq!(response["sec-websocket-protocol"], "parlor.v1", "{offer}");
    }
    for offer in ["parlor.v2", "PARLOR.V1", ""] {
        let response = accept(&with("sec-websocket-protocol", offer)).unwrap();
        assert!(!response.contains_key("sec-websocket-protocol"), "{offer}");
    }
}

#[test]
fn no_extension_is_confirmed() {
    let response = accept(&with("sec-websocket-extensions", "permessage-deflate; client_max_window_bits")).unwrap();
    assert!(!response.contains_key("sec-websocket-extensions"));
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
}

fn with(name: &'static str, value: &str) -> HeaderMap {
    let mut headers = headers(&GOOD);
    headers.insert(name, HeaderValue::from_str(value).unwrap());
    headers
}

fn without(name: &str) -> HeaderMap {
    let mut headers = headers(&GOOD);
    headers.remove(name);
    headers
}
