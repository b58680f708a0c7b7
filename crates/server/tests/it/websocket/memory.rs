//! What a decoder owns: nothing between messages, and never more than was sent.

use parlor_server::websocket::{Decoder, DecoderOptions, Event, Input};

use super::{
    Transcript,
    client_frame::{BINARY, CLOSE, CONTINUATION, ClientFrame, PING, TEXT, encode_all, fragments},
    feed, new_decoder,
};

const LARGE_BYTES: usize = 65_536;

#[test]
fn nothing_is_kept_after_a_large_message() {
    let letters = "x".repeat(LARGE_BYTES);
    let (front, back) = letters.split_at(12_345);
    for stream in [ClientFrame::new(TEXT, &letters).encode(), encode_all(&fragments(TEXT, &[front, back]))] {
        let mut decoder = large_decoder();
        let mut transcript = Transcript { events: Vec::new(), violation: None };
        for piece in stream.chunks(4096) {
            assert_eq!(transcript.events.len(), 0);
            feed(&mut decoder, piece, &mut transcript);
            assert!(decoder.retained_bytes() > 0 || transcript.events.len() == 1);
        }
        assert_eq!(transcript.events, [Event::Text(letters.clone().into())]);
        assert_eq!(decoder.retained_bytes(), 0);
    }
}

#[test]
fn nothing_is_kept_after_a_control_frame_in_pieces() {
    let mut decoder = new_decoder();
    let mut transcript = Transcript { events: Vec::new(), violation: None };
    for byte in ClientFrame::new(PING, [9; 125]).encode() {
        feed(&mut decoder, &[byte], &mut transcript);
        assert!(decoder.retained_bytes() <= 125);
    }
    assert_eq!(transcript.events.len(), 1);
    assert_eq!(decoder.retained_bytes(), 0);
}

#[test]
fn nothing_is_kept_of_a_message_that_a_close_or_a_violation_interrupts() {
    let interruptions = [
        ClientFrame::new(CLOSE, ""),
        ClientFrame { reserved_bits: 1, ..ClientFrame::new(PING, "") },
        ClientFrame::new(CONTINUATION, b"\xff").unfinished(),
        ClientFrame::new(CONTINUATION, "x".repeat(LARGE_BYTES)),
    ];
    for interruption in interruptions {
        let mut decoder = large_decoder();
        let mut transcript = Transcript { events: Vec::new(), violation: None };
        feed(&mut decoder, &ClientFrame::new(TEXT, "x".repeat(1000)).unfinished().encode(), &mut transcript);
        assert!(decoder.retained_bytes() >= 1000);
        feed(&mut decoder, &interruption.encode(), &mut transcript);
        assert!(decoder.is_closed());
        assert_eq!(decoder.retained_bytes(), 0);
    }
}

#[test]
fn head_alone_costs_nothing() {
    let mut decoder = large_decoder();
    let mut transcript = Transcript { events: Vec::new(), violation: None };
    for byte in ClientFrame::new(BINARY, "").encode_header(LARGE_BYTES as u64) {
        feed(&mut decoder, &[byte], &mut transcript);
        assert_eq!(decoder.retained_bytes(), 0);
    }
}

#[test]
fn announced_length_costs_nothing_before_its_bytes_come() {
    let mut decoder = large_decoder();
    let stream = ClientFrame::new(BINARY, vec![1; LARGE_BYTES]).encode();
    let mut transcript = Transcript { events: Vec::new(), violation: None };
    let mut received = 0;
    for piece in stream.chunks(100) {
        feed(&mut decoder, piece, &mut transcript);
        received += piece.len();
        assert!(decoder.retained_bytes() <= 2 * received, "{} after {received}", decoder.retained_bytes());
        assert!(decoder.retained_bytes() <= LARGE_BYTES, "never more than the frame");
    }
    assert_eq!(transcript.events.len(), 1);
}

#[test]
fn tiny_fragments_cost_no_more_than_twice_their_bytes() {
    let mut decoder = new_decoder();
    let mut transcript = Transcript { events: Vec::new(), violation: None };
    feed(&mut decoder, &ClientFrame::new(TEXT, "").unfinished().encode(), &mut transcript);
    let fragment = ClientFrame::new(CONTINUATION, "x").unfinished().encode();
    for received in 1..=super::LIMIT_BYTES {
        feed(&mut decoder, &fragment, &mut transcript);
        assert!((received..=2 * received).contains(&decoder.retained_bytes()));
        assert!(decoder.retained_bytes() <= super::LIMIT_BYTES);
    }
    assert_eq!(transcript, Transcript { events: Vec::new(), violation: None });
}

#[test]
fn decoder_itself_is_small() {
    // Fifteen thousand idle connections hold one each.
    assert!(size_of::<Decoder>() <= 128, "{} bytes", size_of::<Decoder>());
}

#[test]
fn buffer_may_be_reused_between_connections() {
    let mut scratch = [0; 16];
    let mut decoders = [large_decoder(), large_decoder()];
    let streams = ["first connection's text", "the second one's, longer text"].map(|text| ClientFrame::new(TEXT, text).encode());
    let mut texts = [None, None];
    for round in 0..8 {
        for ((decoder, stream), text) in decoders.iter_mut().zip(&streams).zip(&mut texts) {
            let rest = stream.get(round * 16..).unwrap_or_default();
            let read_bytes = rest.len().min(16);
            scratch[..read_bytes].copy_from_slice(&rest[..read_bytes]);
            if let Some(event) = decoder.decode(&mut Input::new(&mut scratch[..read_bytes])).unwrap() {
                *text = Some(event.into_owned());
            }
        }
    }
    let expected = ["first connection's text", "the second one's, longer text"].map(|text| Some(super::text(text)));
    assert_eq!(texts, expected);
}

fn large_decoder() -> Decoder {
    Decoder::new(DecoderOptions { message_bytes_max: LARGE_BYTES, accept_binary: true })
}
