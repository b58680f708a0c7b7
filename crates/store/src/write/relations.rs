//! Writes about two users: contacts and blocks.

use parlor_domain::contact::{ContactAction, ContactState};
use parlor_domain::{Interval, Refusal};
use parlor_types::{ConversationId, UserId};

/// A step between two users, by [`parlor_domain::contact::step`], on the states as they are inside the transaction. A changed state takes one position: the
/// actor's first, then the other's.
#[derive(Debug, Clone)]
pub struct SetContact {
    /// Who acts.
    pub user: UserId,
    /// With whom.
    pub other: UserId,
    /// What.
    pub action: ContactAction,
    /// How many contacts and requests a user may have, on either side.
    pub contacts_max: u32,
}

impl SetContact {
    /// The refusal of a step that would give either of the two more than `contacts_max` others with whom there is anything but `None`.
    pub const fn limit_reached(&self) -> Refusal {
        Refusal::LimitReached { what: "too many contacts and requests", limit: self.contacts_max as u64 }
    }
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetContactOutcome {
    /// The states from now on.
    Set {
        /// Seen from who acts.
        mine: ContactState,
        /// Seen from the other.
        theirs: ContactState,
        /// Whether the actor's state changed.
        mine_changed: bool,
        /// Whether the other's state changed.
        theirs_changed: bool,
    },
    /// The step is not possible, or [too much](SetContact::limit_reached).
    Refused(Refusal),
    /// One of the two is no live user, or it is oneself.
    NotFound,
}

/// Blocks or unblocks. Blocking ends contact by [`ContactAction::Block`] and closes the blocker's open interval in the direct conversation of the two at
/// its head (an interval that would be empty goes altogether); unblocking opens a new one after the head. Neither is an event of the log: the other one
/// is not told.
///
/// Takes one position each for the block, the blocker's contact state, the other's, and the blocker's member row, in this order, as far as they changed.
#[derive(Debug, Clone)]
pub struct SetBlock {
    /// Who blocks.
    pub user: UserId,
    /// Whom.
    pub other: UserId,
    /// True to block, false to unblock.
    pub blocked: bool,
}

/// What that came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetBlockOutcome {
    /// It is so now.
    Set {
        /// Whether it was otherwise before.
        changed: bool,
        /// The direct conversation of the two, if there is one, with the blocker's intervals from now on.
        direct: Option<(ConversationId, Vec<Interval>)>,
        /// The contact state from now on, as the other sees it (the blocker's is `None` once blocked).
        theirs: ContactState,
        /// Whether the other's contact state changed.
        theirs_changed: bool,
    },
    /// One of the two is no live user, or it is oneself.
    NotFound,
}
