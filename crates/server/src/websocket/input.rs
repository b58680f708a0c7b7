//! The bytes of one read, on their way through the decoder.

use std::mem;

/// The part of the caller's buffer that a read filled. The decoder takes from its front and unmasks in place.
#[derive(Debug)]
pub struct Input<'s>(&'s mut [u8]);

impl<'s> Input<'s> {
    /// Wraps what was read: `&mut scratch[..read_bytes]`.
    pub const fn new(bytes: &'s mut [u8]) -> Self {
        Self(bytes)
    }

    /// Whether everything was taken.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) const fn peek(&self) -> &[u8] {
        self.0
    }

    pub(super) fn take_front(&mut self, bytes: usize) -> &'s mut [u8] {
        let (front, rest) = mem::take(&mut self.0).split_at_mut(bytes);
        self.0 = rest;
        front
    }

    pub(super) fn discard(&mut self) {
        self.0 = &mut [];
    }
}
