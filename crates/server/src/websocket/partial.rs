//! What is kept of a message whose end has not arrived: the only memory an open connection's decoder may own.

use std::borrow::Cow;

use super::{Event, Violation};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MessageKind {
    Text,
    Binary,
}

#[derive(Debug)]
pub(super) struct PartialMessage {
    kind: MessageKind,
    bytes: Vec<u8>,
    /// Text up to here is UTF-8. What follows is the beginning of one character, at most three bytes.
    checked: usize,
}

impl PartialMessage {
    pub(super) const fn new(kind: MessageKind) -> Self {
        Self { kind, bytes: Vec::new(), checked: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Adds unmasked bytes, and fails at the first byte that no UTF-8 text can have there.
    ///
    /// `bytes_to_come` bounds what else may follow in this message: memory grows by doubling, but not past it, so that
    /// an announced length costs nothing before its bytes are there.
    pub(super) fn append(&mut self, chunk: &[u8], bytes_to_come: usize) -> Result<(), Violation> {
        if self.bytes.capacity() - self.bytes.len() < chunk.len() {
            let grow_bytes = self.bytes.capacity().min(chunk.len().saturating_add(bytes_to_come));
            self.bytes.reserve_exact(grow_bytes.max(chunk.len()));
        }
        self.bytes.extend_from_slice(chunk);
        if self.kind == MessageKind::Text {
            self.check_text()?;
        }
        Ok(())
    }

    /// The message, when its last byte was appended.
    pub(super) fn into_event<'s>(self) -> Result<Event<'s>, Violation> {
        Ok(match self.kind {
            MessageKind::Text => {
                let text = String::from_utf8(self.bytes).map_err(|_| Violation::InvalidUtf8)?;
                Event::Text(Cow::Owned(text))
            }
            MessageKind::Binary => Event::Binary(Cow::Owned(self.bytes)),
        })
    }

    fn check_text(&mut self) -> Result<(), Violation> {
        match str::from_utf8(&self.bytes[self.checked..]) {
            Ok(text) => self.checked += text.len(),
            // No error length: the bytes end inside a character that can still become valid.
            Err(error) if error.error_len().is_none() => self.checked += error.valid_up_to(),
            Err(_) => return Err(Violation::InvalidUtf8),
        }
        Ok(())
    }
}
