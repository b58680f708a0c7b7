//! WebSocket (RFC 6455), the server's side, without any I/O: bytes in, events out; payload in, frame out.
//!
//! It is our own for two reasons. An idle connection keeps no buffer: the caller reads into one scratch buffer per
//! thread and the [`Decoder`] owns heap memory only while a message is incomplete. And a server's frame has no mask,
//! so an [`EncodedFrame`] is made once and shared by every receiver.
//!
//! Must never: read a clock, touch a socket, allocate on a peer's promise (memory follows bytes that have arrived), or
//! know what a message means. It answers nothing by itself: the connection sends the pong, the close, the refusal.
//!
//! Where to find what: `handshake` turns request headers into a 101 or a refusal; `header` reads and writes the first
//! bytes of a frame; `decoder` is the machine, `input` its view of one read, `partial` what it keeps of an unfinished
//! message; `violation` says what a peer can do wrong and with which code it is told; `encoder` makes our frames.
//! permessage-deflate has its place at RSV1 in `header` (allowed only where it was negotiated), in `partial` (inflate
//! in `append`, under the same limit) and in `handshake`.

mod close_code;
mod decoder;
mod encoder;
mod handshake;
mod header;
mod input;
mod mask;
mod partial;
mod violation;

pub use close_code::CloseCode;
pub use decoder::{Decoder, DecoderOptions, Event};
pub use encoder::{EncodedFrame, PayloadWriter};
pub use handshake::{Refusal, SUBPROTOCOL, accept};
pub use input::Input;
pub use violation::Violation;
