//! Frames of ours. They have no mask, so a frame is encoded once and the same bytes go to every receiver.

use std::io;

use bytes::Bytes;

use super::{
    CloseCode,
    header::{CONTROL_PAYLOAD_BYTES_MAX, Opcode, SERVER_HEADER_BYTES_MAX, header_bytes_of, server_header_bytes, write_server_header},
};

/// One whole server frame: head and payload in one buffer. A clone shares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedFrame(Bytes);

impl EncodedFrame {
    /// A text message. The payload must be UTF-8, which the caller vouches for (debug builds check it).
    pub fn text(payload: impl AsRef<[u8]>) -> Self {
        let payload = payload.as_ref();
        debug_assert!(str::from_utf8(payload).is_ok(), "a text frame holds UTF-8");
        Self::encode(Opcode::Text, payload)
    }

    /// A text message that `write` puts straight into the frame's buffer, which saves a copy: `write` gets a
    /// [`PayloadWriter`] (`serde_json::to_writer` takes it) and its error is passed on. A good guess at the length,
    /// `capacity_bytes`, saves growing.
    pub fn text_with<E>(capacity_bytes: usize, write: impl FnOnce(&mut PayloadWriter) -> Result<(), E>) -> Result<Self, E> {
        let mut buffer = Vec::with_capacity(SERVER_HEADER_BYTES_MAX.saturating_add(capacity_bytes));
        buffer.extend_from_slice(&[0; SERVER_HEADER_BYTES_MAX]);
        let mut writer = PayloadWriter { buffer };
        write(&mut writer)?;
        let mut buffer = writer.buffer;
        debug_assert!(str::from_utf8(&buffer).is_ok(), "a text frame holds UTF-8");
        let payload_bytes = buffer.len() - SERVER_HEADER_BYTES_MAX;
        let mut start = 0;
        if let Some(space) = buffer.first_chunk_mut() {
            start = write_server_header(space, Opcode::Text, payload_bytes);
        }
        Ok(Self(Bytes::from(buffer).slice(start..)))
    }

    /// A binary message.
    pub fn binary(payload: impl AsRef<[u8]>) -> Self {
        Self::encode(Opcode::Binary, payload.as_ref())
    }

    /// A ping. A control frame holds 125 bytes; what is longer is cut.
    pub fn ping(payload: &[u8]) -> Self {
        Self::encode(Opcode::Ping, cut(payload))
    }

    /// The answer to a ping, whose payload always fits. What is longer than 125 bytes is cut.
    pub fn pong(payload: &[u8]) -> Self {
        Self::encode(Opcode::Pong, cut(payload))
    }

    /// A close. A reason of more than 123 bytes is cut between two characters; without a code there is no reason.
    pub fn close(code: Option<CloseCode>, reason: &str) -> Self {
        let Some(code) = code else {
            return Self::encode(Opcode::Close, &[]);
        };
        let reason = &reason[..reason.floor_char_boundary(CONTROL_PAYLOAD_BYTES_MAX - 2)];
        Self::encode(Opcode::Close, &[&code.get().to_be_bytes(), reason.as_bytes()].concat())
    }

    /// What goes over the socket.
    pub const fn bytes(&self) -> &Bytes {
        &self.0
    }

    /// What goes over the socket.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// The payload alone, for other transports. It shares the frame's buffer.
    pub fn payload(&self) -> Bytes {
        Self::payload_of(&self.0)
    }

    /// The payload of a frame of ours that is kept as bytes. It shares the frame's buffer.
    pub fn payload_of(frame: &Bytes) -> Bytes {
        frame.slice(header_bytes_of(frame)..)
    }

    fn encode(opcode: Opcode, payload: &[u8]) -> Self {
        let mut space = [0; SERVER_HEADER_BYTES_MAX];
        let start = write_server_header(&mut space, opcode, payload.len());
        // Exactly as large as needed: the frame may wait in many queues.
        let mut frame = Vec::with_capacity(server_header_bytes(payload.len()) + payload.len());
        frame.extend_from_slice(&space[start..]);
        frame.extend_from_slice(payload);
        Self(Bytes::from(frame))
    }
}

/// Takes the payload of a frame that is being made. Writing never fails.
#[derive(Debug)]
pub struct PayloadWriter {
    buffer: Vec<u8>,
}

impl io::Write for PayloadWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn cut(payload: &[u8]) -> &[u8] {
    &payload[..payload.len().min(CONTROL_PAYLOAD_BYTES_MAX)]
}
