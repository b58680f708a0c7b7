//! Another implementation, tungstenite, as the judge of random streams.

use std::io::{self, Cursor, Read, Write};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue};
use parlor_server::websocket::{CloseCode, EncodedFrame, Event, accept};
use proptest::{collection::vec, option, prelude::*, sample::select, test_runner::TestCaseResult};
use tokio_tungstenite::tungstenite::{
    Error, Message, WebSocket,
    handshake::derive_accept_key,
    protocol::{Role, WebSocketConfig},
};

use super::{
    LIMIT_BYTES, Transcript, binary,
    client_frame::{BINARY, CLOSE, CONTINUATION, ClientFrame, LengthForm, PING, PONG, TEXT, encode_all},
    decode_pieces, ping, pong, text,
};

/// What the judge read of a stream: the events before the end or the first error, and whether there was an error.
#[derive(Debug, PartialEq)]
struct Verdict {
    events: Vec<Event<'static>>,
    refused: bool,
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn stream_of_messages_is_read_as_the_oracle_reads_it(frames in conversation(), piece_bytes in piece_bytes()) {
        let verdict = assert_same_verdict(&frames, &piece_bytes)?;
        prop_assert!(!verdict.refused);
    }

    #[test]
    fn stream_of_wild_frames_is_read_as_the_oracle_reads_it(frames in vec(wild_frame(), 0..12), piece_bytes in piece_bytes()) {
        assert_same_verdict(&frames, &piece_bytes)?;
    }

    #[test]
    fn arbitrary_bytes_neither_panic_nor_depend_on_their_pieces(bytes in arbitrary_bytes(), piece_bytes in piece_bytes()) {
        prop_assert_eq!(decode_pieces(cut(&bytes, &piece_bytes)), decode_pieces([&bytes[..]]));
    }

    #[test]
    fn what_is_encoded_is_what_the_oracle_reads(words in ".{0,300}", bytes in vec(any::<u8>(), 0..300), code in close_code()) {
        let control = &bytes[..bytes.len().min(125)];
        let reason: String = words.chars().take(30).collect();
        let frames = [
            EncodedFrame::text(&words),
            EncodedFrame::binary(&bytes),
            EncodedFrame::ping(control),
            EncodedFrame::pong(control),
            EncodedFrame::close(code, &reason),
        ];
        let reason = if code.is_some() { reason } else { String::new() };
        let events = vec![text(&words), binary(&bytes), ping(control), pong(control), Event::Close { code, reason: reason.into() }];
        let stream: Vec<u8> = frames.iter().flat_map(|frame| frame.bytes().to_vec()).collect();
        prop_assert_eq!(judge(&stream, Role::Client), Verdict { events: events.clone(), refused: false });

        // And, with the mask that a client lays over it, what we read ourselves.
        let stream: Vec<u8> = frames.iter().flat_map(|frame| ClientFrame::new(frame.bytes()[0] & 0x0f, frame.payload()).encode()).collect();
        prop_assert_eq!(decode_pieces([&stream[..]]), Transcript { events, violation: None });
    }

    #[test]
    fn key_is_answered_as_the_oracle_answers_it(key: [u8; 16]) {
        let key = STANDARD.encode(key);
        let mut request = HeaderMap::new();
        request.insert("upgrade", HeaderValue::from_static("websocket"));
        request.insert("connection", HeaderValue::from_static("upgrade"));
        request.insert("sec-websocket-version", HeaderValue::from_static("13"));
        request.insert("sec-websocket-key", HeaderValue::from_str(&key).unwrap());
        let response = accept(&request).unwrap();
        prop_assert_eq!(response["sec-websocket-accept"].to_str().unwrap(), derive_accept_key(key.as_bytes()));
    }
}

/// Eight times the usual number of cases: one takes some 30 µs.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.saturating_mul(8), ..usual }
}

fn assert_same_verdict(frames: &[ClientFrame], piece_bytes: &[usize]) -> Result<Verdict, TestCaseError> {
    let stream = encode_all(frames);
    let verdict = judge(&stream, Role::Server);
    let transcript = decode_pieces(cut(&stream, piece_bytes));
    let ours = Verdict { events: transcript.events, refused: transcript.violation.is_some() };
    same(&ours, &verdict)?;
    Ok(verdict)
}

fn same(ours: &Verdict, verdict: &Verdict) -> TestCaseResult {
    prop_assert_eq!(ours, verdict);
    Ok(())
}

/// Messages in fragments with control frames between them, and perhaps a close: all as it should be.
fn conversation() -> impl Strategy<Value = Vec<ClientFrame>> {
    let payload = prop_oneof![
        "\\PC{0,40}".prop_map(|text| (TEXT, text.into_bytes())),
        vec(any::<char>(), 0..80).prop_map(|text| (TEXT, text.into_iter().collect::<String>().into_bytes())),
        vec(any::<u8>(), 0..LIMIT_BYTES).prop_map(|bytes| (BINARY, bytes)),
    ];
    let fragmented = (payload, vec((any::<prop::sample::Index>(), vec(control_frame(), 0..2)), 0..4)).prop_map(|((opcode, payload), cuts)| {
        let mut frames = Vec::new();
        let mut rest = &payload[..];
        for (cut, controls) in cuts {
            let (front, back) = rest.split_at(cut.index(rest.len() + 1));
            let opcode = if frames.is_empty() { opcode } else { CONTINUATION };
            frames.push(ClientFrame::new(opcode, front).unfinished());
            frames.extend(controls);
            rest = back;
        }
        let opcode = if frames.is_empty() { opcode } else { CONTINUATION };
        frames.push(ClientFrame::new(opcode, rest));
        frames
    });
    let messages = vec((fragmented, any::<[u8; 4]>()), 0..4);
    (messages, option::of((close_code(), "\\PC{0,20}"))).prop_map(|(messages, close)| {
        let mut frames = Vec::new();
        for (message, mask) in messages {
            frames.extend(message.into_iter().map(|frame| ClientFrame { mask: Some(mask), ..frame }));
        }
        frames.extend(close.map(|(code, reason)| ClientFrame::new(CLOSE, EncodedFrame::close(code, &reason).payload())));
        frames
    })
}

fn control_frame() -> impl Strategy<Value = ClientFrame> {
    (select(vec![PING, PONG]), vec(any::<u8>(), 0..=125)).prop_map(|(opcode, payload)| ClientFrame::new(opcode, payload))
}

/// Frames that are each likely, but not sure, to be right, in an order that often is not.
fn wild_frame() -> impl Strategy<Value = ClientFrame> {
    let opcode = prop_oneof![20 => select(vec![CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG]), 1 => 0_u8..16];
    let payload = prop_oneof![
        4 => "\\PC{0,20}".prop_map(String::into_bytes),
        2 => vec(any::<u8>(), 0..5),
        1 => vec(any::<u8>(), 120..130),
        1 => vec(0_u8..128, LIMIT_BYTES / 2..LIMIT_BYTES + 2),
        2 => (close_code(), "\\PC{0,5}").prop_map(|(code, reason)| EncodedFrame::close(code, &reason).payload().to_vec()),
    ];
    let reserved_bits = prop_oneof![40 => Just(0), 1 => 1_u8..8];
    let mask = prop_oneof![40 => any::<[u8; 4]>().prop_map(Some), 1 => Just(None)];
    (any::<bool>(), reserved_bits, opcode, mask, payload).prop_map(|(fin, reserved_bits, opcode, mask, payload)| ClientFrame {
        fin: fin || opcode >= CLOSE,
        reserved_bits,
        opcode,
        mask,
        length_form: LengthForm::Shortest,
        payload,
    })
}

/// Noise, also behind a beginning that makes the decoder listen.
fn arbitrary_bytes() -> impl Strategy<Value = Vec<u8>> {
    let start = select(vec![vec![], vec![0x81, 0xfe], vec![0x01, 0x80], vec![0x82, 0xff, 0, 0, 0, 0], vec![0x88, 0x85], vec![0x89, 0xfd]]);
    (start, vec(any::<u8>(), 0..400)).prop_map(|(start, noise)| [start, noise].concat())
}

fn piece_bytes() -> impl Strategy<Value = Vec<usize>> {
    vec(prop_oneof![1_usize..8, 1_usize..2000], 1..6)
}

/// The code of 1014 is left out: it is newer than the oracle.
fn close_code() -> impl Strategy<Value = Option<CloseCode>> {
    option::weighted(0.8, select(vec![1000, 1001, 1002, 1003, 1007, 1009, 1011, 1012, 1013, 3000, 3999, 4000, 4999]))
        .prop_map(|code| code.and_then(CloseCode::new))
}

/// Cuts a stream into pieces of these lengths, over and over.
fn cut<'b>(mut stream: &'b [u8], piece_bytes: &[usize]) -> impl Iterator<Item = &'b [u8]> {
    piece_bytes.iter().cycle().map_while(move |bytes| {
        let (piece, rest) = stream.split_at((*bytes).min(stream.len()));
        stream = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

fn judge(stream: &[u8], role: Role) -> Verdict {
    let config =
        WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0).max_message_size(Some(LIMIT_BYTES)).max_frame_size(Some(LIMIT_BYTES));
    let mut socket = WebSocket::from_raw_socket(Peer(Cursor::new(stream)), role, Some(config));
    let mut events = Vec::new();
    loop {
        let refused = match socket.read() {
            Ok(message) => match to_event(message) {
                Some(event) => {
                    let closed = matches!(event, Event::Close { .. });
                    events.push(event);
                    if !closed {
                        continue;
                    }
                    false
                }
                None => true,
            },
            Err(Error::Io(error)) => {
                assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
                false
            }
            Err(_) => true,
        };
        return Verdict { events, refused };
    }
}

/// The event that a message is; `None` for what the oracle puts in the place of a close with a forbidden code.
fn to_event(message: Message) -> Option<Event<'static>> {
    Some(match message {
        Message::Text(words) => text(&words),
        Message::Binary(bytes) => binary(&bytes),
        Message::Ping(bytes) => ping(&bytes),
        Message::Pong(bytes) => pong(&bytes),
        Message::Close(None) => Event::Close { code: None, reason: "".into() },
        Message::Close(Some(close)) if close.reason == "Protocol violation" => return None,
        Message::Close(Some(close)) => Event::Close { code: CloseCode::new(close.code.into()), reason: close.reason.to_string().into() },
        Message::Frame(_) => unreachable!("reading never gives a raw frame"),
    })
}

/// A peer that has sent a stream and then says nothing, and takes every answer.
struct Peer<'b>(Cursor<&'b [u8]>);

impl Read for Peer<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            bytes => Ok(bytes),
        }
    }
}

impl Write for Peer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
