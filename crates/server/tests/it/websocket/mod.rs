//! The WebSocket codec: what a client may say, what it may not, and how we answer.

mod client_frame;
mod close;
mod control;
mod encoding;
mod fragments;
mod framing;
mod handshake;
mod limits;
mod memory;
mod oracle;
mod utf8;

use parlor_server::websocket::{Decoder, DecoderOptions, Event, Input, Violation};

const LIMIT_BYTES: usize = 1000;

/// All that a decoder reported of a stream.
#[derive(Debug, PartialEq, Eq)]
struct Transcript {
    events: Vec<Event<'static>>,
    violation: Option<Violation>,
}

fn new_decoder() -> Decoder {
    Decoder::new(DecoderOptions { message_bytes_max: LIMIT_BYTES, accept_binary: true })
}

/// Hands one read to the decoder, in a buffer that is gone afterwards.
fn feed(decoder: &mut Decoder, bytes: &[u8], transcript: &mut Transcript) {
    let mut scratch = bytes.to_vec();
    let mut input = Input::new(&mut scratch);
    loop {
        match decoder.decode(&mut input) {
            Ok(Some(event)) => transcript.events.push(event.into_owned()),
            Ok(None) => break,
            Err(violation) => {
                assert_eq!(transcript.violation, None, "a violation is reported once");
                transcript.violation = Some(violation);
            }
        }
    }
    assert!(input.is_empty(), "None means that everything was used");
}

/// Decodes a stream that arrives in these pieces.
fn decode_pieces<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Transcript {
    let mut decoder = new_decoder();
    let mut transcript = Transcript { events: Vec::new(), violation: None };
    for piece in pieces {
        feed(&mut decoder, piece, &mut transcript);
    }
    let ended = transcript.violation.is_some() || matches!(transcript.events.last(), Some(Event::Close { .. }));
    assert_eq!(decoder.is_closed(), ended);
    transcript
}

/// Decodes a stream in one piece, byte by byte and cut in two at every place, and asserts that it makes no difference.
#[track_caller]
fn decode_every_way(stream: &[u8]) -> Transcript {
    let whole = decode_pieces([stream]);
    assert_eq!(decode_pieces(stream.chunks(1)), whole, "byte by byte");
    for cut in 0..=stream.len() {
        let (front, back) = stream.split_at(cut);
        assert_eq!(decode_pieces([front, back]), whole, "cut at {cut}");
    }
    whole
}

#[track_caller]
fn assert_events(stream: &[u8], events: &[Event<'static>]) {
    assert_eq!(decode_every_way(stream), Transcript { events: events.to_vec(), violation: None });
}

#[track_caller]
fn assert_violation(stream: &[u8], violation: Violation) {
    assert_eq!(decode_every_way(stream).violation, Some(violation));
}

fn text(text: &str) -> Event<'static> {
    Event::Text(text.to_owned().into())
}

fn binary(bytes: &[u8]) -> Event<'static> {
    Event::Binary(bytes.to_vec().into())
}

fn ping(bytes: &[u8]) -> Event<'static> {
    Event::Ping(bytes.to_vec().into())
}

fn pong(bytes: &[u8]) -> Event<'static> {
    Event::Pong(bytes.to_vec().into())
}
