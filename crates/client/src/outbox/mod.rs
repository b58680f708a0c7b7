//! The outbox: what was written and is not yet acknowledged. A message is kept before it is sent, sent with the key it was kept under, and forgotten only when the
//! server says that it has it. What the server refuses for good stays here as failed, for the person to decide.
//!
//! [`Outbox`] is the pure queue; an [`OutboxStore`] keeps it over a restart. Order is kept within a conversation: one message is on its way at a time.

mod file;
mod memory;

use std::collections::{BTreeMap, VecDeque};
use std::io;

use parlor_protocol::Problem;
use parlor_protocol::operations::SendMessage;
use parlor_types::{ConversationId, Random, SendKey};
use serde::{Deserialize, Serialize};

pub use file::FileOutbox;
pub use memory::MemoryOutbox;

/// Keeps the outbox over a restart.
pub trait OutboxStore: Send + 'static {
    /// What was queued and neither done nor discarded, in the order in which it was queued.
    fn load(&mut self) -> io::Result<Vec<OutboxEntry>>;

    /// Keeps records, in order, on stable storage when it returns. May block. After an error none or some of them are kept; keeping them again is safe.
    fn keep(&mut self, records: &[OutboxRecord]) -> io::Result<()>;
}

/// One message of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// What to send, with its key.
    pub message: SendMessage,
    /// Why the server refused it for good, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Problem>,
}

impl OutboxEntry {
    /// The records that make this entry.
    pub fn into_records(self) -> impl Iterator<Item = OutboxRecord> {
        let refused = self.refused.map(|problem| OutboxRecord::Refused { key: self.message.key.clone(), problem });
        std::iter::once(OutboxRecord::Queued { message: self.message }).chain(refused)
    }
}

/// One change of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum OutboxRecord {
    /// A message waits to be sent. One that failed before waits again, at the end.
    Queued {
        /// What to send.
        message: SendMessage,
    },
    /// The server has it, or the person let it go.
    Done {
        /// Which.
        key: SendKey,
    },
    /// The server refused it for good.
    Refused {
        /// Which.
        key: SendKey,
        /// Why.
        problem: Problem,
    },
}

/// What a list of records leaves.
pub fn replay(records: impl IntoIterator<Item = OutboxRecord>) -> Vec<OutboxEntry> {
    let mut entries: Vec<OutboxEntry> = Vec::new();
    for record in records {
        match record {
            OutboxRecord::Queued { message } => {
                entries.retain(|entry| entry.message.key != message.key);
                entries.push(OutboxEntry { message, refused: None });
            }
            OutboxRecord::Done { key } => entries.retain(|entry| entry.message.key != key),
            OutboxRecord::Refused { key, problem } => {
                if let Some(entry) = entries.iter_mut().find(|entry| entry.message.key == key) {
                    entry.refused = Some(problem);
                }
            }
        }
    }
    entries
}

/// The queue in memory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outbox {
    waiting: BTreeMap<ConversationId, VecDeque<SendMessage>>,
    failed: Vec<OutboxEntry>,
}

impl Outbox {
    /// The outbox as a store kept it.
    pub fn new(entries: Vec<OutboxEntry>) -> Self {
        let mut outbox = Self::default();
        for entry in entries {
            if entry.refused.is_some() {
                outbox.failed.push(entry);
            } else {
                outbox.queue(entry.message);
            }
        }
        outbox
    }

    /// What waits for a conversation, oldest first. The first may be on its way.
    pub fn waiting(&self, conversation: ConversationId) -> impl Iterator<Item = &SendMessage> {
        self.waiting.get(&conversation).into_iter().flatten()
    }

    /// How many messages wait.
    pub fn waiting_count(&self) -> usize {
        self.waiting.values().map(VecDeque::len).sum()
    }

    /// What the server refused for good, oldest first.
    pub fn failed(&self) -> &[OutboxEntry] {
        &self.failed
    }

    /// The conversations in which something waits.
    pub(crate) fn conversations(&self) -> impl Iterator<Item = ConversationId> {
        self.waiting.keys().copied()
    }

    /// The message that is next in a conversation.
    pub(crate) fn next(&self, conversation: ConversationId) -> Option<&SendMessage> {
        self.waiting.get(&conversation)?.front()
    }

    pub(crate) fn queue(&mut self, message: SendMessage) {
        self.failed.retain(|entry| entry.message.key != message.key);
        self.waiting.entry(message.conversation).or_default().push_back(message);
    }

    /// Takes a message out of what waits.
    pub(crate) fn take(&mut self, key: &SendKey) -> Option<SendMessage> {
        let (conversation, place) =
            self.waiting.iter().find_map(|(conversation, queue)| Some((*conversation, queue.iter().position(|message| message.key == *key)?)))?;
        let queue = self.waiting.get_mut(&conversation)?;
        let message = queue.remove(place);
        if queue.is_empty() {
            self.waiting.remove(&conversation);
        }
        message
    }

    pub(crate) fn refuse(&mut self, key: &SendKey, problem: Problem) {
        if let Some(message) = self.take(key) {
            self.failed.push(OutboxEntry { message, refused: Some(problem) });
        }
    }

    /// Takes a message out of what failed.
    pub(crate) fn take_failed(&mut self, key: &SendKey) -> Option<OutboxEntry> {
        let place = self.failed.iter().position(|entry| entry.message.key == *key)?;
        Some(self.failed.remove(place))
    }
}

/// A new random key.
pub fn new_key(random: &dyn Random) -> SendKey {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut bytes = [0_u8; 16];
    random.fill(&mut bytes);
    let text: String = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect();
    text.parse().expect("32 hexadecimal digits are a key")
}
