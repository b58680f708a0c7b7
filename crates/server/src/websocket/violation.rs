//! What a peer can do wrong on an open socket, and the code that tells it so.

use super::CloseCode;

/// A broken rule. It ends the connection: send a close frame with [`close_code`](Self::close_code), read nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// Every frame of a client is masked (section 5.1).
    #[error("a frame is not masked")]
    Unmasked,
    /// A reserved bit is set although no extension was negotiated that gives it a meaning.
    #[error("a reserved bit is set")]
    ReservedBit,
    /// Opcodes 3 to 7 and 11 to 15 mean nothing.
    #[error("opcode {0:#x} is reserved")]
    ReservedOpcode(u8),
    /// A control frame without FIN.
    #[error("a control frame is fragmented")]
    ControlFragmented,
    /// A control frame of more than 125 bytes.
    #[error("a control frame is longer than 125 bytes")]
    ControlTooLong,
    /// A length in more bytes than it needs, or with its highest bit set (section 5.2).
    #[error("a frame's length is not encoded in its shortest form")]
    LengthEncoding,
    /// A continuation where no message was begun.
    #[error("a continuation frame continues nothing")]
    NothingToContinue,
    /// A new message before the last one was finished.
    #[error("a message begins inside a fragmented one")]
    MessageInterrupted,
    /// A close frame with a payload of one byte.
    #[error("a close frame holds half a code")]
    CloseCodeTruncated,
    /// A close code that may not be sent.
    #[error("close code {0} may not be sent")]
    CloseCodeForbidden(u16),
    /// Binary messages were turned off in the options.
    #[error("binary messages are not taken here")]
    BinaryRefused,
    /// A text message or a close reason that is not UTF-8.
    #[error("text is not UTF-8")]
    InvalidUtf8,
    /// A message, over all its fragments, of more bytes than the limit.
    #[error("a message is longer than {limit_bytes} bytes")]
    TooBig {
        /// The limit that was passed.
        limit_bytes: usize,
    },
}

impl Violation {
    /// The code to close with: 1002, 1003, 1007 or 1009.
    pub const fn close_code(self) -> CloseCode {
        match self {
            Self::Unmasked
            | Self::ReservedBit
            | Self::ReservedOpcode(_)
            | Self::ControlFragmented
            | Self::ControlTooLong
            | Self::LengthEncoding
            | Self::NothingToContinue
            | Self::MessageInterrupted
            | Self::CloseCodeTruncated
            | Self::CloseCodeForbidden(_) => CloseCode::PROTOCOL_ERROR,
            Self::BinaryRefused => CloseCode::UNSUPPORTED_DATA,
            Self::InvalidUtf8 => CloseCode::INVALID_PAYLOAD,
            Self::TooBig { .. } => CloseCode::MESSAGE_TOO_BIG,
        }
    }
}
