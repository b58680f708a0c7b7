//! How far a log may be trimmed.

use parlor_types::{Retention, Seq, Timestamp};

/// The moment before which events of a conversation with a rule in days are due.
pub fn due_before(retention: Retention, now: Timestamp) -> Option<Timestamp> {
    match retention {
        Retention::Days { days } => Some(now.plus_days(-i64::from(days))),
        Retention::Forever | Retention::UntilDelivered => None,
    }
}

/// How far a log may go under `until_delivered`: what every live device of every member has. Nothing goes while nobody could have it.
pub fn delivered_to_all(last_seq: Seq, delivered_per_device: impl IntoIterator<Item = Seq>) -> Seq {
    delivered_per_device.into_iter().min().map_or(Seq::ZERO, |lowest| lowest.min(last_seq))
}
