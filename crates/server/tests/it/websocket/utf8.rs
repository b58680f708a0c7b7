//! Text is UTF-8, across fragments and reads, and a wrong byte is found at once.

use parlor_server::websocket::Violation;

use super::{
    Transcript, assert_events, assert_violation,
    client_frame::{BINARY, ClientFrame, PING, TEXT, encode_all, fragments},
    decode_pieces, feed, new_decoder, text,
};

/// Characters of one to four bytes, with the first and last of each length and the neighbours of the surrogates.
const SAMPLE: &str = "a\0\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff} κόσμε 𝄞";

/// Bytes that are not UTF-8, and which of them is the first that cannot be.
const WRONG: &[(&[u8], usize)] = &[
    (b"\x80", 0),
    (b"\xbf", 0),
    (b"\xc0\xaf", 0),
    (b"\xc1\xbf", 0),
    (b"\xfe", 0),
    (b"\xff", 0),
    (b"\xf5\x80\x80\x80", 0),
    (b"\xc3\x28", 1),
    (b"\xe0\x80\xaf", 1),
    (b"\xe0\x9f\xbf", 1),
    (b"\xed\xa0\x80", 1),
    (b"\xed\xbf\xbf", 1),
    (b"\xf0\x80\x80\xaf", 1),
    (b"\xf0\x8f\xbf\xbf", 1),
    (b"\xf4\x90\x80\x80", 1),
    (b"\xe2\x82\x28", 2),
    (b"\xf0\x9f\x98\x28", 3),
    (b"\xc3\xa9\xa9", 2),
];

#[test]
fn text_may_be_split_at_every_byte() {
    let bytes = SAMPLE.as_bytes();
    for first in 0..=bytes.len() {
        for second in first..=bytes.len() {
            let stream = encode_all(&fragments(TEXT, &[&bytes[..first], &bytes[first..second], &bytes[second..]]));
            for transcript in [decode_pieces([&stream[..]]), decode_pieces(stream.chunks(1))] {
                assert_eq!(transcript, Transcript { events: vec![text(SAMPLE)], violation: None }, "{first} {second}");
            }
        }
    }
}

#[test]
fn each_byte_may_be_a_fragment_with_a_ping_behind_it() {
    let parts: Vec<_> = SAMPLE.bytes().map(|byte| [byte]).collect();
    let frames = fragments(TEXT, &parts).into_iter().flat_map(|fragment| [fragment, ClientFrame::new(PING, b"\xff")]);
    let transcript = decode_pieces([&encode_all(&frames.collect::<Vec<_>>())[..]]);
    assert_eq!(transcript.violation, None);
    assert!(transcript.events.contains(&text(SAMPLE)));
}

#[test]
fn wrong_bytes_are_refused() {
    for (wrong, _) in WRONG {
        for text in [wrong.to_vec(), [b"before", *wrong].concat(), [*wrong, b"after"].concat()] {
            assert_violation(&ClientFrame::new(TEXT, &text).encode(), Violation::InvalidUtf8);
            for cut in 0..=text.len() {
                let (front, back) = text.split_at(cut);
                assert_violation(&encode_all(&fragments(TEXT, &[front, back])), Violation::InvalidUtf8);
            }
        }
    }
    assert_eq!(Violation::InvalidUtf8.close_code().get(), 1007);
}

#[test]
fn wrong_byte_is_refused_when_it_arrives() {
    for (wrong, first_wrong) in WRONG {
        // The frame announces more than will ever come.
        let frame = ClientFrame { mask: Some([0; 4]), ..ClientFrame::new(TEXT, "") };
        let (mut decoder, mut transcript) = (new_decoder(), Transcript { events: Vec::new(), violation: None });
        feed(&mut decoder, &frame.encode_header(500), &mut transcript);
        feed(&mut decoder, "é".as_bytes(), &mut transcript);
        for (index, byte) in wrong[..=*first_wrong].iter().enumerate() {
            assert_eq!(transcript.violation, None, "{wrong:x?} at {index}");
            feed(&mut decoder, &[*byte], &mut transcript);
        }
        assert_eq!(transcript.violation, Some(Violation::InvalidUtf8), "{wrong:x?}");
    }
}

#[test]
fn character_cut_off_by_the_end_is_refused() {
    for cut_off in [&b"\xc3"[..], b"\xe2\x82", b"\xe2", b"\xf0\x9f\x98", b"\xf0\x9f", b"fine \xf0"] {
        assert_violation(&ClientFrame::new(TEXT, cut_off).encode(), Violation::InvalidUtf8);
        assert_violation(&encode_all(&fragments(TEXT, &[cut_off, b""])), Violation::InvalidUtf8);
        assert_violation(&encode_all(&fragments(TEXT, &[b"", cut_off])), Violation::InvalidUtf8);
        // As long as more may come, it is no error.
        assert_events(&ClientFrame::new(TEXT, cut_off).unfinished().encode(), &[]);
    }
}

#[test]
fn binary_may_hold_anything() {
    for (wrong, _) in WRONG {
        let transcript = decode_pieces([&encode_all(&fragments(BINARY, &[*wrong, *wrong]))[..]]);
        assert_eq!(transcript.violation, None);
    }
}
