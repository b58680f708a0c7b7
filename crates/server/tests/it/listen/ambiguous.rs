use super::{House, Plan, statuses};

/// Requests that two programs could read differently, or that no honest client sends (abuse 29, 30). Each has one answer at most, a refusal, and the end of the
/// connection: what follows in the same bytes is never taken for a second request.
const REFUSED: &[(&str, &str)] = &[
    ("length and chunks", "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("two lengths", "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde"),
    ("two lengths in one", "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 6\r\n\r\nabcde"),
    ("a negative length", "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"),
    ("a length with a sign", "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde"),
    ("a length in hexadecimal", "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nabcde"),
    ("an endless length", "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
    ("chunks that are not last", "POST /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
    ("an unknown coding", "POST /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    ("chunks in HTTP/1.0", "POST /hello HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("no host", "GET /hello HTTP/1.1\r\n\r\n"),
    ("two hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    ("a folded header", "GET /hello HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n"),
    ("a space before the colon", "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n"),
    ("a header without a name", "GET /hello HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
    ("a header with a NUL", "GET /hello HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n"),
    ("a path with a space", "GET /hel lo HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("no version", "GET /hello\r\nHost: a\r\n\r\n"),
    ("an unknown version", "GET /hello HTTP/3.7\r\nHost: a\r\n\r\n"),
    ("a method with a tab", "GE\tT /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("TRACE", "TRACE /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("binary noise", "\x16\x03\x01\x02\x00\x01\x00\x01\u{7f}\x03\x03\r\n\r\n"),
];

#[tokio::test]
async fn abuse_29_what_can_be_read_in_two_ways_is_refused_and_ends_the_connection() {
    let house = House::open(Plan::default());
    for (what, request) in REFUSED {
        let smuggled = format!("{request}GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        let read = house.exchange(smuggled.as_bytes()).await;
        let found = statuses(&read);
        assert!(found.len() <= 1, "{what}: a second request was seen: {read}");
        assert!(found.iter().all(|status| status.starts_with('4')), "{what}: {read}");
        assert!(!read.ends_with("hello"), "{what} was served: {read}");
    }
}

#[tokio::test]
async fn abuse_30_headers_are_bounded() {
    let house = House::open(Plan::default());
    let long_line = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(100_000));
    let long_header = format!("GET /hello HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", "a".repeat(100_000));
    let many_headers = format!("GET /hello HTTP/1.1\r\nHost: a\r\n{}\r\n", "X-A: b\r\n".repeat(65));
    for (request, expected) in [(long_line, &["414", "431"][..]), (long_header, &["431"]), (many_headers, &["431"])] {
        let read = house.exchange(request.as_bytes()).await;
        assert!(statuses(&read).len() == 1 && expected.contains(&statuses(&read)[0]), "{read}");
    }
    let as_many_as_fit = format!("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{}\r\n", "X-A: b\r\n".repeat(62));
    assert_eq!(statuses(&house.exchange(as_many_as_fit.as_bytes()).await), ["200"]);
}

#[tokio::test]
async fn honest_requests_are_served_in_order_on_one_connection() {
    let house = House::open(Plan::default());
    let two = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assert_eq!(statuses(&house.exchange(two.as_bytes()).await), ["200", "200"]);
    let old = "GET /hello HTTP/1.0\r\n\r\n";
    assert!(house.exchange(old.as_bytes()).await.ends_with("hello"), "HTTP/1.0 needs no host");
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_browsers_and_caches_in_check() {
    let house = House::open(Plan::default());
    for path in ["/hello", "/nothing", "/panic"] {
        let read = house.exchange(format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").as_bytes()).await;
        for header in [
            "cache-control: no-store",
            "x-content-type-options: nosniff",
            "content-security-policy: default-src 'none'",
            "referrer-policy: no-referrer",
            "x-frame-options: DENY",
        ] {
            assert!(read.contains(header), "{path} lacks {header}: {read}");
        }
        assert!(!read.contains("access-control-allow-origin"), "{path}: no other origin was allowed");
        assert!(!read.to_ascii_lowercase().contains("\r\nserver:"), "{path} tells what runs here");
    }
}

#[tokio::test]
async fn a_panic_costs_one_answer_and_not_the_node() {
    let house = House::open(Plan::default());
    let both = "GET /panic HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let read = house.exchange(both.as_bytes()).await;
    assert_eq!(statuses(&read), ["500", "200"], "{read}");
    assert!(read.contains("\"code\":\"internal\"") && !read.contains("a handler of a test"), "the panic's words stay here: {read}");
}
