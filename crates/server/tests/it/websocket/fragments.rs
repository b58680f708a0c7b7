//! Messages in several frames.

use parlor_server::websocket::Violation;

use super::{
    assert_events, assert_violation, binary,
    client_frame::{BINARY, CONTINUATION, ClientFrame, PING, PONG, TEXT, encode_all, fragments},
    ping, pong, text,
};

#[test]
fn fragments_make_one_message() {
    assert_events(&encode_all(&fragments(TEXT, &["Hel", "lo"])), &[text("Hello")]);
    assert_events(&encode_all(&fragments(BINARY, &[[1, 2], [0xff, 0xfe], [3, 4]])), &[binary(&[1, 2, 0xff, 0xfe, 3, 4])]);
}

#[test]
fn empty_fragments_are_fragments() {
    assert_events(&encode_all(&fragments(TEXT, &["", "", ""])), &[text("")]);
    assert_events(&encode_all(&fragments(TEXT, &["", "middle", ""])), &[text("middle")]);
    assert_events(&encode_all(&fragments(BINARY, &["", ""])), &[binary(&[])]);
}

#[test]
fn messages_follow_each_other() {
    let frames = [fragments(TEXT, &["a", "b"]), fragments(BINARY, &["c"]), fragments(TEXT, &["d", "", "e"])].concat();
    assert_events(&encode_all(&frames), &[text("ab"), binary(b"c"), text("de")]);
}

#[test]
fn control_frames_between_fragments_come_first() {
    let mut frames = fragments(TEXT, &["one ", "two ", "three"]);
    frames.insert(2, ClientFrame::new(PONG, "q"));
    frames.insert(1, ClientFrame::new(PING, ""));
    frames.insert(1, ClientFrame::new(PING, "p"));
    assert_events(&encode_all(&frames), &[ping(b"p"), ping(b""), pong(b"q"), text("one two three")]);
}

#[test]
fn continuation_of_nothing_is_refused() {
    for frame in [ClientFrame::new(CONTINUATION, "x"), ClientFrame::new(CONTINUATION, "").unfinished()] {
        assert_violation(&frame.encode(), Violation::NothingToContinue);
        let frames = [fragments(TEXT, &["a", "b"]), vec![frame]].concat();
        assert_violation(&encode_all(&frames), Violation::NothingToContinue);
    }
}

#[test]
fn message_inside_a_message_is_refused() {
    for opcode in [TEXT, BINARY] {
        for second in [ClientFrame::new(opcode, "b"), ClientFrame::new(opcode, "").unfinished()] {
            let frames = [ClientFrame::new(TEXT, "a").unfinished(), second];
            assert_violation(&encode_all(&frames), Violation::MessageInterrupted);
        }
    }
}
