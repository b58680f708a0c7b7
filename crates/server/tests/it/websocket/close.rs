//! Close frames.

use parlor_server::websocket::{CloseCode, Event, Violation};

use super::{
    assert_events, assert_violation,
    client_frame::{CLOSE, ClientFrame, TEXT, encode_all},
    decode_every_way, decode_pieces, text,
};

#[test]
fn close_without_code_is_read() {
    assert_events(&ClientFrame::new(CLOSE, "").encode(), &[Event::Close { code: None, reason: "".into() }]);
}

#[test]
fn exactly_the_codes_of_the_registry_are_read() {
    for code in 0..=u16::MAX {
        let allowed = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
        let transcript = decode_pieces([&close_frame(code, b"")[..]]);
        if allowed {
            assert_eq!(transcript.events, [Event::Close { code: CloseCode::new(code), reason: "".into() }]);
        } else {
            assert_eq!(transcript.violation, Some(Violation::CloseCodeForbidden(code)));
        }
        assert_eq!(CloseCode::new(code).map(CloseCode::get), allowed.then_some(code));
    }
}

#[test]
fn refused_codes_are_refused_however_they_arrive() {
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, u16::MAX] {
        assert_violation(&close_frame(code, b"reason"), Violation::CloseCodeForbidden(code));
    }
}

#[test]
fn reason_is_read_up_to_123_bytes() {
    for reason in ["bye".to_owned(), "ü".repeat(61), "x".repeat(123)] {
        let stream = close_frame(4001, reason.as_bytes());
        assert_events(&stream, &[Event::Close { code: CloseCode::new(4001), reason: reason.into() }]);
    }
    assert_violation(&close_frame(1000, &[b'x'; 124]), Violation::ControlTooLong);
}

#[test]
fn half_a_code_is_refused() {
    assert_violation(&ClientFrame::new(CLOSE, [3]).encode(), Violation::CloseCodeTruncated);
}

#[test]
fn reason_that_is_not_utf8_is_refused() {
    for reason in [&b"\xff"[..], b"fine until \xc3", b"\xed\xa0\x80"] {
        assert_violation(&close_frame(1000, reason), Violation::InvalidUtf8);
    }
}

#[test]
fn nothing_is_read_after_a_close() {
    let frames = [ClientFrame::new(TEXT, "half").unfinished(), ClientFrame::new(CLOSE, 1000_u16.to_be_bytes()), ClientFrame::new(TEXT, "late")];
    let mut stream = encode_all(&frames);
    stream.extend([0xff; 20]);
    let transcript = decode_every_way(&stream);
    assert_eq!(transcript.events, [Event::Close { code: Some(CloseCode::NORMAL), reason: "".into() }]);
    assert_eq!(transcript.violation, None);
}

#[test]
fn message_before_a_close_is_read() {
    let frames = [ClientFrame::new(TEXT, "last words"), ClientFrame::new(CLOSE, "")];
    assert_events(&encode_all(&frames), &[text("last words"), Event::Close { code: None, reason: "".into() }]);
}

fn close_frame(code: u16, reason: &[u8]) -> Vec<u8> {
    ClientFrame::new(CLOSE, [&code.to_be_bytes(), reason].concat()).encode()
}
