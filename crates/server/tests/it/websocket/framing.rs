//! Single frames: lengths, masks, reserved bits, opcodes.

use std::borrow::Cow;

use parlor_server::websocket::{CloseCode, Decoder, DecoderOptions, Event, Input, Violation};

use super::{
    LIMIT_BYTES, assert_events, assert_violation, binary,
    client_frame::{BINARY, CLOSE, CONTINUATION, ClientFrame, LengthForm, PING, PONG, TEXT, encode_all},
    decode_every_way, decode_pieces, new_decoder, text,
};

#[test]
fn example_of_the_rfc_is_read() {
    // Section 5.7: a single-frame masked text message.
    assert_events(&[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58], &[text("Hello")]);
}

#[test]
fn payload_of_every_length_form_is_read() {
    for length in [0, 1, 2, 3, 7, 8, 9, 124, 125, 126, 127, 128, 255, 256, LIMIT_BYTES] {
        let payload: Vec<u8> = (0..length).map(|index| index as u8).collect();
        assert_events(&ClientFrame::new(BINARY, &payload).encode(), &[binary(&payload)]);
        let letters = "x".repeat(length);
        assert_events(&ClientFrame::new(TEXT, &letters).encode(), &[text(&letters)]);
    }
}

#[test]
fn lengths_of_eight_bytes_are_read() {
    for length in [65_535, 65_536, 65_537] {
        let stream = ClientFrame::new(BINARY, vec![7; length]).encode();
        let mut decoder = Decoder::new(DecoderOptions { message_bytes_max: length, accept_binary: true });
        let mut scratch = stream.clone();
        let event = decoder.decode(&mut Input::new(&mut scratch)).unwrap();
        assert_eq!(event, Some(binary(&vec![7; length])));
    }
}

#[test]
fn frames_in_one_read_come_in_order() {
    let frames = [ClientFrame::new(TEXT, "a"), ClientFrame::new(BINARY, [0xff]), ClientFrame::new(TEXT, ""), ClientFrame::new(TEXT, "b")];
    assert_events(&encode_all(&frames), &[text("a"), binary(&[0xff]), text(""), text("b")]);
}

#[test]
fn whole_frame_is_lent_from_the_buffer() {
    let mut scratch = encode_all(&[ClientFrame::new(TEXT, "hello"), ClientFrame::new(PING, "x"), ClientFrame::new(BINARY, "y")]);
    let range = scratch.as_ptr_range();
    let (mut decoder, mut input) = (new_decoder(), Input::new(&mut scratch));
    let mut lent = 0;
    while let Some(event) = decoder.decode(&mut input).unwrap() {
        let payload = match &event {
            Event::Text(Cow::Borrowed(text)) => text.as_bytes(),
            Event::Binary(Cow::Borrowed(bytes)) | Event::Ping(Cow::Borrowed(bytes)) => bytes,
            other => panic!("{other:?} is not borrowed"),
        };
        assert!(range.contains(&payload.as_ptr()));
        assert_eq!(decoder.retained_bytes(), 0);
        lent += 1;
    }
    assert_eq!(lent, 3);
}

#[test]
fn every_mask_is_taken_off() {
    for mask in [[0; 4], [0xff; 4], [1, 2, 3, 4], [0x80, 0, 0, 0]] {
        let frame = ClientFrame { mask: Some(mask), ..ClientFrame::new(TEXT, "a text of some length") };
        assert_events(&frame.encode(), &[text("a text of some length")]);
    }
}

#[test]
fn frame_without_mask_is_refused() {
    for opcode in [TEXT, BINARY, CLOSE, PING, PONG] {
        let frame = ClientFrame { mask: None, ..ClientFrame::new(opcode, "") };
        assert_violation(&frame.encode(), Violation::Unmasked);
    }
    assert_eq!(Violation::Unmasked.close_code(), CloseCode::PROTOCOL_ERROR);
}

#[test]
fn each_reserved_bit_is_refused() {
    for reserved_bits in 1..8 {
        for opcode in [TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG] {
            let frame = ClientFrame { reserved_bits, ..ClientFrame::new(opcode, "") };
            assert_violation(&frame.encode(), Violation::ReservedBit);
        }
    }
}

#[test]
fn each_reserved_opcode_is_refused() {
    for opcode in (0x3..=0x7).chain(0xB..=0xF) {
        assert_violation(&ClientFrame::new(opcode, "").encode(), Violation::ReservedOpcode(opcode));
    }
}

#[test]
fn wrong_start_is_refused_after_two_bytes() {
    for start in [[0xC1, 0x80], [0x83, 0x80], [0x81, 0x00], [0x09, 0x80], [0x89, 0xFE]] {
        assert!(decode_pieces([&start[..]]).violation.is_some(), "{start:x?}");
        assert!(decode_pieces([&start[..1]]).violation.is_none(), "{start:x?}");
    }
}

#[test]
fn length_in_more_bytes_than_needed_is_refused() {
    let cases = [(LengthForm::TwoBytes, 125), (LengthForm::TwoBytes, 0), (LengthForm::EightBytes, 125), (LengthForm::EightBytes, 65_535)];
    for (length_form, length) in cases {
        let frame = ClientFrame { length_form, ..ClientFrame::new(TEXT, "") };
        assert_violation(&frame.encode_header(length), Violation::LengthEncoding);
    }
}

#[test]
fn length_with_highest_bit_is_refused() {
    let frame = ClientFrame::new(BINARY, "");
    for length in [1 << 63, u64::MAX] {
        assert_violation(&frame.encode_header(length), Violation::LengthEncoding);
    }
}

#[test]
fn binary_is_refused_at_its_head_when_turned_off() {
    let mut decoder = Decoder::new(DecoderOptions { message_bytes_max: LIMIT_BYTES, accept_binary: false });
    let mut scratch = ClientFrame::new(TEXT, "text is fine").encode();
    assert_eq!(decoder.decode(&mut Input::new(&mut scratch)).unwrap(), Some(text("text is fine")));
    let mut scratch = ClientFrame::new(BINARY, "").encode_header(500);
    let violation = decoder.decode(&mut Input::new(&mut scratch)).unwrap_err();
    assert_eq!(violation, Violation::BinaryRefused);
    assert_eq!(violation.close_code().get(), 1003);
}

#[test]
fn nothing_is_read_after_a_violation() {
    let frames =
        [ClientFrame::new(TEXT, "before"), ClientFrame { reserved_bits: 4, ..ClientFrame::new(TEXT, "wrong") }, ClientFrame::new(TEXT, "after")];
    let transcript = decode_every_way(&encode_all(&frames));
    assert_eq!(transcript.events, [text("before")]);
    assert_eq!(transcript.violation, Some(Violation::ReservedBit));
}
