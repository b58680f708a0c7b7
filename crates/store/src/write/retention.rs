//! Writes that take things away when their time has come.

use parlor_types::{ConversationId, Seq, Timestamp};

/// Takes away the events of a log up to a seq. Their send keys are kept until [`ForgetKeys`]; watermarks and `message_count` hold on.
/// One that moves `trimmed_seq` takes one position, which makes it a change of the log for [`crate::Store::list_heads`] alone: it stands on no row that is read.
#[derive(Debug, Clone)]
pub struct Trim {
    /// Which log.
    pub conversation: ConversationId,
    /// The last seq to go; what is past the head is taken as the head.
    pub through: Seq,
}

/// What trimming came to; zeros for an unknown conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrimOutcome {
    /// The trimmed watermark from now on.
    pub trimmed_seq: Seq,
    /// How many events went.
    pub removed: u64,
}

/// Forgets keys of sends, in all logs, whose message is gone (erased or trimmed) and was taken before a moment. The outcome is how many went.
/// The keys of [`crate::CreateConversation`] are kept as long as the conversation.
#[derive(Debug, Clone)]
pub struct ForgetKeys {
    /// The moment.
    pub before: Timestamp,
}
