//! The reads, each with the check of access that belongs to it (G7). What one may not know of is `NotFound`, exactly as what does not exist.

mod accounts;
mod conversations;
mod history;

use parlor_store::ReceiptRow;
use parlor_types::event::Content;
use parlor_types::{Event, EventBody, Seq};

pub use accounts::{InviteView, ServerView};
pub use history::{EventsPage, MessagesPage, Place};

/// About how many bytes the content of an event takes on the wire.
pub(crate) fn content_bytes(event: &Event) -> usize {
    match &event.body {
        EventBody::Message { content, .. } | EventBody::Edit { content, .. } => bytes_of(content),
        _ => 0,
    }
}

/// About how many bytes a content takes on the wire.
fn bytes_of(content: &Content) -> usize {
    /// An id in quotes, with its comma.
    const ID_BYTES: usize = 22;
    content.text.as_ref().map_or(0, |text| text.as_str().len()) + ID_BYTES * content.mentions.len()
}

/// A member's watermarks as others may see them.
pub(crate) fn visible_receipt(row: ReceiptRow) -> ReceiptRow {
    if row.sends_read { row } else { ReceiptRow { read: Seq::ZERO, ..row } }
}
