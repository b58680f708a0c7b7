//! Server frames, byte for byte.

use std::io::{self, Write};

use parlor_server::websocket::{CloseCode, EncodedFrame};

#[test]
fn text_has_the_shortest_head_and_no_mask() {
    let cases: [(usize, &[u8]); 7] = [
        (0, &[0x81, 0]),
        (1, &[0x81, 1]),
        (125, &[0x81, 125]),
        (126, &[0x81, 126, 0, 126]),
        (256, &[0x81, 126, 1, 0]),
        (65_535, &[0x81, 126, 0xff, 0xff]),
        (65_536, &[0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
    ];
    for (length, head) in cases {
        let payload = "x".repeat(length);
        let expected = [head, payload.as_bytes()].concat();
        let frame = EncodedFrame::text(&payload);
        assert_eq!(frame.bytes()[..], expected);
        assert_eq!(frame.payload(), payload);
        let written = EncodedFrame::text_with(3, |writer| writer.write_all(payload.as_bytes())).unwrap();
        assert_eq!(written, frame);
        assert_eq!(written.payload(), payload);
        assert_eq!(EncodedFrame::binary(&payload).bytes()[0], 0x82);
        assert_eq!(EncodedFrame::binary(&payload).bytes()[1..], expected[1..]);
    }
}

#[test]
fn clones_and_payload_share_one_buffer() {
    let frame = EncodedFrame::text("shared");
    let clone = frame.clone();
    assert_eq!(clone.bytes().as_ptr(), frame.bytes().as_ptr());
    assert_eq!(frame.payload().as_ptr(), frame.bytes()[2..].as_ptr());
    assert_eq!(clone.into_bytes(), &b"\x81\x06shared"[..]);
}

#[test]
fn json_is_written_straight_into_a_frame() {
    let frame = EncodedFrame::text_with(0, |writer| serde_json::to_writer(writer, &["é", "b"])).unwrap();
    assert_eq!(frame, EncodedFrame::text(r#"["é","b"]"#));
}

#[test]
fn error_of_the_writer_is_passed_on() {
    let refused = EncodedFrame::text_with(0, |_| Err(io::ErrorKind::InvalidData));
    assert_eq!(refused, Err(io::ErrorKind::InvalidData));
}

#[test]
fn ping_and_pong_are_control_frames() {
    assert_eq!(EncodedFrame::ping(b"").bytes()[..], *b"\x89\x00");
    assert_eq!(EncodedFrame::ping(b"abc").bytes()[..], *b"\x89\x03abc");
    assert_eq!(EncodedFrame::pong(b"abc").bytes()[..], *b"\x8a\x03abc");
    assert_eq!(EncodedFrame::pong(&[7; 125]).payload()[..], [7; 125]);
    assert_eq!(EncodedFrame::ping(&[7; 126]).payload()[..], [7; 125]);
}

#[test]
fn close_carries_code_and_reason() {
    assert_eq!(EncodedFrame::close(None, "never sent").bytes()[..], *b"\x88\x00");
    assert_eq!(EncodedFrame::close(Some(CloseCode::NORMAL), "").bytes()[..], *b"\x88\x02\x03\xe8");
    assert_eq!(EncodedFrame::close(CloseCode::new(4001), "bye").bytes()[..], *b"\x88\x05\x0f\xa1bye");
}

#[test]
fn long_reason_is_cut_between_characters() {
    let close = |reason: &str| EncodedFrame::close(Some(CloseCode::GOING_AWAY), reason).payload().slice(2..);
    assert_eq!(close(&"x".repeat(123)), "x".repeat(123));
    assert_eq!(close(&"x".repeat(124)), "x".repeat(123));
    assert_eq!(close(&"ü".repeat(62)), "ü".repeat(61));
    assert_eq!(close(&format!("{}𝄞", "x".repeat(120))), "x".repeat(120));
}
