//! Planted bugs, so that the crash harness can show that it would see real ones. Compiled only with the feature `plant`, chosen only by an option of the caller.

use std::collections::HashMap;
use std::time::Duration;

use parlor_store::{AppendOutcome, KeyedSend};
use parlor_types::{ConversationId, EventId, SendKey, Seq, Timestamp, UserId};

/// Which promise is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// Answers before the commit, which follows a while later: what was acknowledged last is lost with the process (breaks G1).
    AckBeforeCommit,
    /// Send keys are remembered in memory only: a retry after a restart makes the message again (breaks G2).
    KeysInMemory,
    /// The next seq is read before the transaction: concurrent sends get the same one, and the later takes the place of the earlier (breaks G3).
    SeqWithoutLock,
}

/// How long the planted early answer is ahead of its commit.
pub(crate) const ACK_AHEAD: Duration = Duration::from_millis(40);

/// Where a real seq would collide, the planted one overwrites.
pub(crate) const REPLACE_EVENT: &str = "INSERT OR REPLACE INTO events (conversation, seq, position, id, sender, at, message_seq, message_count, own_count, \
     target, key, digest, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";

type Sent = (KeyedSend, Seq, EventId, Timestamp);

/// What the planted writer remembers and real ones do not.
#[derive(Debug, Default)]
pub(crate) struct Planted {
    pub(crate) plant: Option<Plant>,
    /// The heads that callers read before they queued.
    pub(crate) seen: HashMap<ConversationId, Seq>,
    sent: HashMap<(ConversationId, UserId, SendKey), Sent>,
}

impl Planted {
    pub(crate) fn keys_in_memory(&self) -> bool {
        self.plant == Some(Plant::KeysInMemory)
    }

    pub(crate) fn seq_without_lock(&self) -> bool {
        self.plant == Some(Plant::SeqWithoutLock)
    }

    /// Every append of a transaction goes by what was seen before it: that is the bug.
    pub(crate) fn seen_seq(&self, conversation: ConversationId) -> Option<Seq> {
        self.seen.get(&conversation).copied()
    }

    pub(crate) fn find_sent(&self, conversation: ConversationId, sender: UserId, keyed: &KeyedSend) -> Option<AppendOutcome> {
        let (sent, seq, id, at) = self.sent.get(&(conversation, sender, keyed.key.clone()))?;
        let repeated = AppendOutcome::Repeated { seq: *seq, id: *id, at: *at };
        Some(if sent.digest == keyed.digest { repeated } else { AppendOutcome::KeyReused })
    }

    /// Gives the key on to the database, or keeps it here.
    pub(crate) fn keep_in_memory<'key>(
        &mut self,
        conversation: ConversationId,
        sender: UserId,
        key: Option<&'key KeyedSend>,
        seq: Seq,
        id: EventId,
        at: Timestamp,
    ) -> Option<&'key KeyedSend> {
        if !self.keys_in_memory() {
            return key;
        }
        if let Some(keyed) = key {
            self.sent.insert((conversation, sender, keyed.key.clone()), (keyed.clone(), seq, id, at));
        }
        None
    }
}
