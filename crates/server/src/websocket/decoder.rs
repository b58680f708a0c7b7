//! The decoder: a small machine that turns a client's bytes into events.
//!
//! To add a frame kind: an opcode in `header`, an event here, an arm in `read_control` or `read_data`.

use std::{borrow::Cow, mem};

use super::{
    CloseCode, Input, Violation,
    header::{CLIENT_HEADER_BYTES_MAX, Header, Opcode},
    mask::unmask,
    partial::{MessageKind, PartialMessage},
};

/// What a decoder accepts.
#[derive(Debug, Clone, Copy)]
pub struct DecoderOptions {
    /// The longest message, over all its fragments. One byte more is refused as soon as it is announced.
    pub message_bytes_max: usize,
    /// Whether binary messages are taken; otherwise their first frame is refused with 1003.
    pub accept_binary: bool,
}

/// What a client said. Borrowed from the caller's buffer if it arrived in one piece, else owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'s> {
    /// A whole text message.
    Text(Cow<'s, str>),
    /// A whole binary message.
    Binary(Cow<'s, [u8]>),
    /// Answer it with a pong of the same payload (at most 125 bytes).
    Ping(Cow<'s, [u8]>),
    /// An answer to a ping, or unasked for.
    Pong(Cow<'s, [u8]>),
    /// The last event of a connection. Unless a close was already sent, answer with one of the same code.
    Close {
        /// `None` when the client gave none (which is named 1005, but never sent).
        code: Option<CloseCode>,
        /// For people and logs; may be empty.
        reason: Cow<'s, str>,
    },
}

/// One client's side of a WebSocket connection.
///
/// Between messages it owns no heap memory. After a [`Violation`] or [`Event::Close`] it is closed: it owns nothing,
/// and swallows whatever else arrives.
#[derive(Debug)]
pub struct Decoder {
    options: DecoderOptions,
    state: State,
    /// The message whose last fragment has not fully arrived.
    message: Option<PartialMessage>,
    /// A control frame that arrived in pieces; it may stand between the fragments of `message`.
    control: Vec<u8>,
}

#[derive(Debug)]
enum State {
    /// Inside a frame's head; `length` of its bytes are known.
    Header { bytes: [u8; CLIENT_HEADER_BYTES_MAX], length: u8 },
    /// Inside its payload; `received` bytes of it were handled.
    Payload { header: Header, received: usize },
    /// A close or a violation was reported.
    Closed,
}

impl State {
    const BETWEEN_FRAMES: Self = Self::Header { bytes: [0; CLIENT_HEADER_BYTES_MAX], length: 0 };
}

impl Decoder {
    /// A decoder for a connection whose handshake was just answered.
    pub const fn new(options: DecoderOptions) -> Self {
        Self { options, state: State::BETWEEN_FRAMES, message: None, control: Vec::new() }
    }

    /// Sets another limit from the next frame on, say when the client has authenticated.
    pub const fn set_message_bytes_max(&mut self, message_bytes_max: usize) {
        self.options.message_bytes_max = message_bytes_max;
    }

    /// The next event in `input`, which moves past what was used; `None` when all of it was used.
    ///
    /// Call it until it returns `None` before the buffer is reused for another connection: what is then still
    /// incomplete has been copied. The buffer is unmasked in place, so its content is spent.
    ///
    /// A violation is reported once; see [`Decoder`] for what follows it.
    pub fn decode<'s>(&mut self, input: &mut Input<'s>) -> Result<Option<Event<'s>>, Violation> {
        let outcome = self.advance(input);
        if matches!(outcome, Err(_) | Ok(Some(Event::Close { .. }))) {
            *self = Self { state: State::Closed, ..Self::new(self.options) };
            input.discard();
        }
        outcome
    }

    /// Whether a close or a violation was reported.
    pub const fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed)
    }

    /// The bytes of heap memory in its possession: 0 unless a message or a control frame is incomplete.
    pub fn retained_bytes(&self) -> usize {
        self.message.as_ref().map_or(0, PartialMessage::capacity) + self.control.capacity()
    }

    fn advance<'s>(&mut self, input: &mut Input<'s>) -> Result<Option<Event<'s>>, Violation> {
        loop {
            let (header, received) = match self.state {
                State::Header { .. } => match self.read_header(input)? {
                    Some(header) => (header, 0),
                    None => return Ok(None),
                },
                State::Payload { header, received } => (header, received),
                State::Closed => {
                    input.discard();
                    return Ok(None);
                }
            };
            let event = self.read_payload(header, received, input)?;
            if event.is_some() || input.is_empty() {
                return Ok(event);
            }
        }
    }

    fn read_header(&mut self, input: &mut Input<'_>) -> Result<Option<Header>, Violation> {
        let State::Header { bytes, length } = &mut self.state else {
            return Ok(None);
        };
        let known = usize::from(*length);
        let copied = input.len().min(CLIENT_HEADER_BYTES_MAX - known);
        bytes[known..known + copied].copy_from_slice(&input.peek()[..copied]);
        let Some((header, header_bytes)) = Header::parse(&bytes[..known + copied])? else {
            *length += copied as u8;
            input.take_front(copied);
            return Ok(None);
        };
        input.take_front(header_bytes - known);
        self.admit(header)?;
        Ok(Some(header))
    }

    /// Checks a frame against what came before it and against the limit, when no byte of its payload was looked at.
    fn admit(&self, header: Header) -> Result<(), Violation> {
        match (header.opcode, &self.message) {
            (Opcode::Close | Opcode::Ping | Opcode::Pong, _) => return Ok(()),
            (Opcode::Continuation, None) => return Err(Violation::NothingToContinue),
            (Opcode::Text | Opcode::Binary, Some(_)) => return Err(Violation::MessageInterrupted),
            (Opcode::Binary, None) if !self.options.accept_binary => {
                return Err(Violation::BinaryRefused);
            }
            (Opcode::Continuation, Some(_)) | (Opcode::Text | Opcode::Binary, None) => {}
        }
        if header.length > self.room_bytes() as u64 {
            return Err(Violation::TooBig { limit_bytes: self.options.message_bytes_max });
        }
        Ok(())
    }

    fn read_payload<'s>(&mut self, header: Header, received: usize, input: &mut Input<'s>) -> Result<Option<Event<'s>>, Violation> {
        // It fits: `admit` compared it with a limit of this type, and a control frame has at most 125 bytes.
        let missing = header.length as usize - received;
        // Nothing of it is here yet. An empty piece would begin a message that the next read could hand out whole.
        if missing > 0 && input.is_empty() {
            self.state = State::Payload { header, received };
            return Ok(None);
        }
        let chunk = input.take_front(missing.min(input.len()));
        unmask(chunk, header.mask, received as u64);
        let missing = missing - chunk.len();
        self.state = if missing == 0 { State::BETWEEN_FRAMES } else { State::Payload { header, received: received + chunk.len() } };
        let piece = Piece { header, chunk, first: received == 0, missing };
        if header.opcode.is_control() { self.read_control(piece) } else { self.read_data(piece) }
    }

    fn read_control<'s>(&mut self, piece: Piece<'s>) -> Result<Option<Event<'s>>, Violation> {
        let payload = if piece.is_whole_frame() {
            Cow::Borrowed(piece.chunk)
        } else {
            if piece.first {
                self.control.reserve_exact(piece.chunk.len() + piece.missing);
            }
            self.control.extend_from_slice(piece.chunk);
            if piece.missing > 0 {
                return Ok(None);
            }
            Cow::Owned(mem::take(&mut self.control))
        };
        match piece.header.opcode {
            Opcode::Ping => Ok(Some(Event::Ping(payload))),
            Opcode::Pong => Ok(Some(Event::Pong(payload))),
            _ => parse_close(payload).map(Some),
        }
    }

    fn read_data<'s>(&mut self, piece: Piece<'s>) -> Result<Option<Event<'s>>, Violation> {
        let Piece { header, chunk, missing, .. } = piece;
        if piece.is_whole_frame() && header.fin {
            match header.opcode {
                Opcode::Text => {
                    return Ok(Some(Event::Text(Cow::Borrowed(parse_text(chunk)?))));
                }
                Opcode::Binary => return Ok(Some(Event::Binary(Cow::Borrowed(chunk)))),
                _ => {}
            }
        }
        // A frame that is not the last may be followed by anything within the limit.
        let bytes_to_come = if header.fin { missing } else { self.room_bytes().saturating_sub(chunk.len()) };
        let kind = match header.opcode {
            Opcode::Binary => MessageKind::Binary,
            _ => MessageKind::Text,
        };
        // `admit` let a continuation pass only where a message was begun, which keeps its kind.
        let message = self.message.get_or_insert(PartialMessage::new(kind));
        message.append(chunk, bytes_to_come)?;
        if missing > 0 || !header.fin {
            return Ok(None);
        }
        self.message.take().map(PartialMessage::into_event).transpose()
    }

    /// How many bytes the message may still grow.
    fn room_bytes(&self) -> usize {
        let taken = self.message.as_ref().map_or(0, PartialMessage::len);
        self.options.message_bytes_max.saturating_sub(taken)
    }
}

impl Event<'_> {
    /// The same event with a payload of its own, for keeping it longer than the buffer.
    pub fn into_owned(self) -> Event<'static> {
        match self {
            Self::Text(text) => Event::Text(Cow::Owned(text.into_owned())),
            Self::Binary(bytes) => Event::Binary(Cow::Owned(bytes.into_owned())),
            Self::Ping(bytes) => Event::Ping(Cow::Owned(bytes.into_owned())),
            Self::Pong(bytes) => Event::Pong(Cow::Owned(bytes.into_owned())),
            Self::Close { code, reason } => Event::Close { code, reason: Cow::Owned(reason.into_owned()) },
        }
    }
}

/// A part of a frame's payload, unmasked.
#[derive(Clone, Copy)]
struct Piece<'s> {
    header: Header,
    chunk: &'s [u8],
    /// Whether it starts the payload.
    first: bool,
    /// The bytes of the payload that follow it.
    missing: usize,
}

impl Piece<'_> {
    const fn is_whole_frame(&self) -> bool {
        self.first && self.missing == 0
    }
}

fn parse_close(payload: Cow<'_, [u8]>) -> Result<Event<'_>, Violation> {
    let code = match payload.split_first_chunk() {
        Some((code, _)) => {
            let code = u16::from_be_bytes(*code);
            CloseCode::new(code).ok_or(Violation::CloseCodeForbidden(code))?
        }
        None if payload.is_empty() => {
            return Ok(Event::Close { code: None, reason: Cow::Borrowed("") });
        }
        None => return Err(Violation::CloseCodeTruncated),
    };
    let reason = match payload {
        Cow::Borrowed(payload) => Cow::Borrowed(parse_text(&payload[2..])?),
        Cow::Owned(payload) => Cow::Owned(parse_text(&payload[2..])?.to_owned()),
    };
    Ok(Event::Close { code: Some(code), reason })
}

fn parse_text(bytes: &[u8]) -> Result<&str, Violation> {
    str::from_utf8(bytes).map_err(|_| Violation::InvalidUtf8)
}
