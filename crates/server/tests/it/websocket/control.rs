//! Pings and pongs.

use parlor_server::websocket::Violation;

use super::{
    assert_events, assert_violation,
    client_frame::{CLOSE, ClientFrame, PING, PONG, encode_all},
    ping, pong,
};

#[test]
fn ping_and_pong_carry_up_to_125_bytes() {
    for length in [0, 1, 8, 124, 125] {
        let payload = vec![0xfe; length];
        assert_events(&ClientFrame::new(PING, &payload).encode(), &[ping(&payload)]);
        assert_events(&ClientFrame::new(PONG, &payload).encode(), &[pong(&payload)]);
    }
}

#[test]
fn several_control_frames_come_in_order() {
    let frames: Vec<_> = (0..10).map(|number| ClientFrame::new(if number % 3 == 0 { PONG } else { PING }, [number])).collect();
    let events: Vec<_> = (0..10).map(|number| if number % 3 == 0 { pong(&[number]) } else { ping(&[number]) }).collect();
    assert_events(&encode_all(&frames), &events);
}

#[test]
fn control_frame_of_126_bytes_is_refused() {
    for opcode in [CLOSE, PING, PONG] {
        assert_violation(&ClientFrame::new(opcode, [0; 126]).encode(), Violation::ControlTooLong);
        assert_violation(&ClientFrame::new(opcode, "").encode_header(65_536), Violation::ControlTooLong);
    }
}

#[test]
fn fragmented_control_frame_is_refused() {
    for opcode in [CLOSE, PING, PONG] {
        assert_violation(&ClientFrame::new(opcode, "").unfinished().encode(), Violation::ControlFragmented);
    }
}
