//! The reads, each with the check of access that belongs to it (G7). What one may not know of is `NotFound`, exactly as what does not exist.

mod accounts;
mod conversations;
mod history;

use parlor_store::ReceiptRow;
use parlor_types::Seq;

pub use accounts::{InviteView, ServerView};
pub use history::{EventsPage, MessagesPage, Place};

/// A member's watermarks as others may see them.
pub(crate) fn visible_receipt(row: ReceiptRow) -> ReceiptRow {
    if row.sends_read { row } else { ReceiptRow { read: Seq::ZERO, ..row } }
}
