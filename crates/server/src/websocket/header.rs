//! The head of a frame (RFC 6455, section 5.2): read one of a client, write one of ours.

use super::Violation;

/// Two bytes, an eight-byte length and a mask: the longest head a client can send.
pub(super) const CLIENT_HEADER_BYTES_MAX: usize = 14;
/// The same without a mask.
pub(super) const SERVER_HEADER_BYTES_MAX: usize = 10;
/// The longest payload of a ping, pong or close.
pub(super) const CONTROL_PAYLOAD_BYTES_MAX: usize = 125;

const FIN: u8 = 0b1000_0000;
/// RSV1 belongs to permessage-deflate, on the first frame of a message; until it is negotiated, all three are refused.
const RESERVED_BITS: u8 = 0b0111_0000;
const OPCODE_BITS: u8 = 0b0000_1111;
const MASKED: u8 = 0b1000_0000;
const LENGTH_BITS: u8 = 0b0111_1111;
const LENGTH_IN_2_BYTES: u8 = 126;
const LENGTH_IN_8_BYTES: u8 = 127;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

/// What the head of a client's frame says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) fin: bool,
    pub(super) opcode: Opcode,
    pub(super) mask: [u8; 4],
    pub(super) length: u64,
}

impl Opcode {
    fn parse(nibble: u8) -> Result<Self, Violation> {
        Ok(match nibble {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            reserved => return Err(Violation::ReservedOpcode(reserved)),
        })
    }

    const fn nibble(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xA,
        }
    }

    pub(super) const fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

impl Header {
    /// Reads a head from the front of `bytes` and says how long it is; `None` when it is not all there yet.
    ///
    /// What the first two bytes give away is refused as soon as they are there.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Violation> {
        let &[first, second, ref rest @ ..] = bytes else {
            return Ok(None);
        };
        if first & RESERVED_BITS != 0 {
            return Err(Violation::ReservedBit);
        }
        let fin = first & FIN != 0;
        let opcode = Opcode::parse(first & OPCODE_BITS)?;
        if second & MASKED == 0 {
            return Err(Violation::Unmasked);
        }
        let short_length = second & LENGTH_BITS;
        if opcode.is_control() {
            if !fin {
                return Err(Violation::ControlFragmented);
            }
            if usize::from(short_length) > CONTROL_PAYLOAD_BYTES_MAX {
                return Err(Violation::ControlTooLong);
            }
        }

        let (length, rest) = match short_length {
            LENGTH_IN_2_BYTES => {
                let Some((length, rest)) = rest.split_first_chunk() else {
                    return Ok(None);
                };
                let length = u16::from_be_bytes(*length);
                if length < u16::from(LENGTH_IN_2_BYTES) {
                    return Err(Violation::LengthEncoding);
                }
                (u64::from(length), rest)
            }
            LENGTH_IN_8_BYTES => {
                let Some((length, rest)) = rest.split_first_chunk() else {
                    return Ok(None);
                };
                let length = u64::from_be_bytes(*length);
                if u16::try_from(length).is_ok() || length > i64::MAX as u64 {
                    return Err(Violation::LengthEncoding);
                }
                (length, rest)
            }
            short => (u64::from(short), rest),
        };
        let Some((&mask, rest)) = rest.split_first_chunk() else {
            return Ok(None);
        };
        Ok(Some((Self { fin, opcode, mask, length }, bytes.len() - rest.len())))
    }
}

/// Writes the head of an unmasked, unfragmented frame right-aligned into `space`; returns where it starts.
pub(super) fn write_server_header(space: &mut [u8; SERVER_HEADER_BYTES_MAX], opcode: Opcode, payload_bytes: usize) -> usize {
    let start = SERVER_HEADER_BYTES_MAX - server_header_bytes(payload_bytes);
    let header = &mut space[start..];
    header[0] = FIN | opcode.nibble();
    match header.len() {
        2 => header[1] = payload_bytes as u8,
        4 => {
            header[1] = LENGTH_IN_2_BYTES;
            header[2..].copy_from_slice(&(payload_bytes as u16).to_be_bytes());
        }
        _ => {
            header[1] = LENGTH_IN_8_BYTES;
            header[2..].copy_from_slice(&(payload_bytes as u64).to_be_bytes());
        }
    }
    start
}

/// How long the head of a server's frame with this much payload is.
pub(super) const fn server_header_bytes(payload_bytes: usize) -> usize {
    match payload_bytes {
        0..=125 => 2,
        126..=0xFFFF => 4,
        _ => 10,
    }
}

/// How long the head of a frame of ours is, read from the frame.
pub(super) fn header_bytes_of(server_frame: &[u8]) -> usize {
    match server_frame.get(1) {
        Some(&LENGTH_IN_2_BYTES) => 4,
        Some(&LENGTH_IN_8_BYTES) => 10,
        _ => 2,
    }
}
