//! Writes of a member about themselves: watermarks and choices.

use parlor_types::{ConversationId, DeviceId, Position, Seq, Timestamp, UserId};

/// Raises watermarks of a current member. Values below the stored ones change nothing (G6). `read` raises `delivered` to at least itself. The device's own
/// delivered watermark is kept too, for `until_delivered`; it follows the same rules, takes no position, and is ignored for what is no live device of the user.
///
/// A changed row takes one position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub conversation: ConversationId,
    /// Whose.
    pub user: UserId,
    /// Which device says so.
    pub device: DeviceId,
    /// Everything up to here is on the device.
    pub delivered: Option<Seq>,
    /// Everything up to here was seen; takes the hand-made unread mark away when it is not below the stored one and
    /// equals the head or the stored one.
    pub read: Option<Seq>,
}

/// What marking came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkOutcome {
    /// The watermarks and counts from now on.
    Marked(Marked),
    /// There is no such conversation, or the user is no current member.
    NotMember,
    /// A value was past the head: nothing was changed.
    PastHead,
}

/// Watermarks and counts after a [`Mark`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marked {
    /// The delivered watermark.
    pub delivered: Seq,
    /// The read watermark.
    pub read: Seq,
    /// As in [`crate::HeadRow::unread`].
    pub unread: u64,
    /// As in [`crate::HeadRow::mentions`].
    pub mentions: u64,
    /// The hand-made mark.
    pub marked_unread: bool,
    /// The head that the counts speak of.
    pub last_seq: Seq,
    /// Whether watermarks changed, so that others must be told.
    pub raised: bool,
    /// Whether anything of the row changed.
    pub changed: bool,
    /// The row's position.
    pub position: Position,
}

/// Changes what a member (also a former one) chose; `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Personal {
    /// No notifications until then; `Some(None)` ends it.
    pub muted_until: Option<Option<Timestamp>>,
    /// Kept on top.
    pub pinned: Option<bool>,
    /// Out of the list.
    pub archived: Option<bool>,
    /// Marked as unread by hand.
    pub marked_unread: Option<bool>,
}

/// Changes what a member (also a former one) chose. A changed row takes one position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetPersonal {
    /// Where.
    pub conversation: ConversationId,
    /// Whose.
    pub user: UserId,
    /// What.
    pub personal: Personal,
}

/// What that came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetPersonalOutcome {
    /// Whether anything changed.
    Set {
        /// True when it did.
        changed: bool,
    },
    /// There is no row of that user.
    NotMember,
}
