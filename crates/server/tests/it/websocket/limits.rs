//! The message limit: at it, one past it, over fragments, and before anything is allocated.

use parlor_server::websocket::{Input, Violation};

use super::{
    LIMIT_BYTES, assert_events, assert_violation,
    client_frame::{BINARY, CONTINUATION, ClientFrame, PING, TEXT, encode_all, fragments},
    decode_pieces, new_decoder, ping, text,
};

const TOO_BIG: Violation = Violation::TooBig { limit_bytes: LIMIT_BYTES };

#[test]
fn message_at_the_limit_is_read() {
    let letters = "x".repeat(LIMIT_BYTES);
    assert_events(&ClientFrame::new(TEXT, &letters).encode(), &[text(&letters)]);
    for cut in [0, 1, 500, LIMIT_BYTES - 1, LIMIT_BYTES] {
        let (front, back) = letters.split_at(cut);
        let transcript = decode_pieces([&encode_all(&fragments(TEXT, &[front, back, ""]))[..]]);
        assert_eq!(transcript.events, [text(&letters)]);
    }
}

#[test]
fn message_one_past_the_limit_is_refused_at_its_head() {
    for opcode in [TEXT, BINARY] {
        for announced_bytes in [LIMIT_BYTES as u64 + 1, 65_536, u64::from(u32::MAX) + 1, i64::MAX as u64] {
            assert_violation(&ClientFrame::new(opcode, "").encode_header(announced_bytes), TOO_BIG);
        }
    }
    assert_eq!(TOO_BIG.close_code().get(), 1009);
}

#[test]
fn fragments_count_together() {
    for first_bytes in [1, 500, LIMIT_BYTES] {
        let first = ClientFrame::new(TEXT, "x".repeat(first_bytes)).unfinished().encode();
        let second = ClientFrame::new(CONTINUATION, "").encode_header((LIMIT_BYTES - first_bytes) as u64 + 1);
        assert_violation(&[first, second].concat(), TOO_BIG);
    }
    let first = ClientFrame::new(TEXT, "x").unfinished().encode();
    let second = ClientFrame::new(CONTINUATION, "").encode_header(i64::MAX as u64);
    assert_violation(&[first, second].concat(), TOO_BIG);
}

#[test]
fn single_bytes_count_together() {
    let parts = vec!["x"; LIMIT_BYTES];
    let transcript = decode_pieces([&encode_all(&fragments(TEXT, &parts))[..]]);
    assert_eq!(transcript.events, [text(&parts.concat())]);
    let parts = vec!["x"; LIMIT_BYTES + 1];
    let transcript = decode_pieces([&encode_all(&fragments(TEXT, &parts))[..]]);
    assert_eq!(transcript.violation, Some(TOO_BIG));
}

#[test]
fn control_frames_do_not_count() {
    let letters = "x".repeat(LIMIT_BYTES);
    let mut frames = fragments(TEXT, &[&letters[..10], &letters[10..]]);
    frames.insert(1, ClientFrame::new(PING, [1; 125]));
    let transcript = decode_pieces([&encode_all(&frames)[..]]);
    assert_eq!(transcript.events, [ping(&[1; 125]), text(&letters)]);
}

#[test]
fn limit_starts_anew_with_each_message() {
    let letters = "x".repeat(LIMIT_BYTES);
    let frames = [fragments(TEXT, &[&letters[..1], &letters[1..]]), fragments(TEXT, &[&letters]), fragments(TEXT, &[&letters[..5], &letters[5..]])];
    let transcript = decode_pieces([&encode_all(&frames.concat())[..]]);
    assert_eq!(transcript.events, vec![text(&letters); 3]);
}

#[test]
fn limit_can_be_raised_and_lowered() {
    let mut decoder = new_decoder();
    let frame = ClientFrame::new(TEXT, "four").encode();
    decoder.set_message_bytes_max(4);
    assert_eq!(decoder.decode(&mut Input::new(&mut frame.clone())).unwrap(), Some(text("four")));
    decoder.set_message_bytes_max(3);
    assert_eq!(decoder.decode(&mut Input::new(&mut frame.clone())), Err(Violation::TooBig { limit_bytes: 3 }));
}
