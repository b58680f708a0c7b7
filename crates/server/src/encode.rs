//! From notices to frames: each is encoded once, and the same bytes go to everybody who must learn of it, over every transport.

use bytes::Bytes;
use parking_lot::Mutex;
use parlor_engine::{Encode, Notice};
use parlor_protocol::Cursor;
use parlor_protocol::events::OtherEvent;
use parlor_types::{Epoch, Position};
use serde::Serialize;

use crate::api::view;
use crate::websocket::EncodedFrame;

/// Makes one WebSocket text frame of each notice. For the other transports [`payload`] takes the frame off again.
pub struct FrameEncoder {
    epoch: Epoch,
    /// The last cursor that was told: thousands of connections are told the same one.
    cursor: Mutex<(Position, Bytes)>,
}

impl FrameEncoder {
    /// For a store of this epoch, which is part of every cursor.
    pub fn new(epoch: Epoch) -> Self {
        Self { epoch, cursor: Mutex::new((Position::ZERO, cursor_frame(epoch, Position::ZERO))) }
    }

    /// The frame that tells a cursor.
    pub(crate) fn cursor(&self, position: Position) -> Bytes {
        let mut last = self.cursor.lock();
        if last.0 != position {
            *last = (position, cursor_frame(self.epoch, position));
        }
        last.1.clone()
    }
}

impl Encode for FrameEncoder {
    fn encode(&self, notice: &Notice) -> Bytes {
        let other = match notice {
            Notice::Log(event) => return frame(event),
            Notice::Cursor(position) => return self.cursor(*position),
            Notice::Conversation(view) => {
                let details = view::details((**view).clone());
                OtherEvent::Conversation { head: Box::new(details.head), users: details.users }
            }
            Notice::Gap(view) => {
                let details = view::details((**view).clone());
                OtherEvent::Gap { head: Box::new(details.head), users: details.users }
            }
            Notice::Receipt(conversation, row) => OtherEvent::Receipt { conversation: *conversation, receipt: view::receipt(row) },
            Notice::ReadState(conversation, marked) => {
                OtherEvent::ReadState { conversation: *conversation, last_seq: marked.last_seq, read_state: view::read_state(marked) }
            }
            Notice::Typing { conversation, user, on } => OtherEvent::Typing { conversation: *conversation, user: *user, on: *on },
            Notice::Presence(views) => OtherEvent::Presence { users: views.iter().copied().map(view::presence).collect() },
            Notice::User(row) => OtherEvent::User { user: view::user(row.clone()) },
            Notice::Account(row) => OtherEvent::Account { account: view::account(row.clone()) },
            Notice::Contact(row, state) => OtherEvent::Contact { contact: view::contact(row.clone(), *state) },
            Notice::Block(user, blocked) => OtherEvent::Block { user: *user, blocked: *blocked },
            Notice::Sessions(device, rows) => OtherEvent::Sessions { sessions: rows.iter().map(|row| view::session(row.clone(), *device)).collect() },
        };
        frame(&other)
    }
}

/// Most events are a short message.
const GUESSED_BYTES: usize = 320;

/// A text frame that holds a value as JSON.
pub(crate) fn frame(value: &impl Serialize) -> Bytes {
    let written = EncodedFrame::text_with(GUESSED_BYTES, |writer| serde_json::to_writer(writer, value));
    written.expect("the protocol's types have string keys, and writing to memory never fails").into_bytes()
}

/// The JSON in a frame that [`frame`] made.
pub(crate) fn payload(frame: &Bytes) -> Bytes {
    EncodedFrame::payload_of(frame)
}

fn cursor_frame(epoch: Epoch, position: Position) -> Bytes {
    frame(&OtherEvent::Cursor { cursor: Cursor::at(epoch, position) })
}
