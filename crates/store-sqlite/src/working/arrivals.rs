//! Messages that came and are not filed in their logs yet.
//!
//! A plain message (no mention, nothing that changes anything beside the log) is appended to the one table `arrivals`, which costs it a share of a page, where
//! its log, the index of keys, its conversation and its sender would cost four pages. Soon it is filed, with others of its log, so that those four pages
//! are shared too. Whatever else happens to a log files it first, so that only this file, `append` and the two-part questions of `sql` know of arrivals.
//!
//! The rows say everything that is needed to go on after a restart. What is remembered here follows from them.

use std::collections::{HashMap, VecDeque};

use parlor_store::{AppendOutcome, KeyedSend};
use parlor_types::{ConversationId, EventId, Position, SendKey, Seq, Timestamp, UserId};
use rusqlite::{Connection, Row};

use crate::columns::{int, maybe_name, raw, seq, time, truth};
use crate::failure::Outcome;
use crate::query;
use crate::sql::write as sql;
use crate::working::{Working, conversations, members};

/// Messages of one log that wait at most. The more, the fewer pages each costs in the end, and the more a head has to look through for its reader's own newest one.
const PER_LOG_MAX: usize = 64;
/// Messages that wait at most, over all logs: read again at the start, and their keys are held in memory.
const WAITING_MAX: usize = 16_384;
/// Rows that are filed in one transaction because too many wait: bounds the pause.
const FILED_AT_ONCE_MAX: usize = 1_024;
/// Filed rows that are dropped together: they stand side by side, so together they cost few pages.
const DROPPED_AT_ONCE: usize = 512;

/// What waits.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    /// Every row, oldest first; filed ones too, until they are dropped.
    rows: VecDeque<Arrival>,
    /// The logs with rows that are not filed.
    waiting: HashMap<ConversationId, Waiting>,
    /// How many rows are not filed.
    waiting_count: usize,
    /// The keys of those rows.
    keys: HashMap<(ConversationId, UserId, SendKey), Sent>,
    /// Logs with as much waiting as they may have.
    ripe: Vec<ConversationId>,
}

#[derive(Debug)]
struct Arrival {
    position: Position,
    conversation: ConversationId,
    seq: Seq,
}

#[derive(Debug)]
struct Waiting {
    first_seq: Seq,
    count: usize,
    senders: Vec<UserId>,
    keys: Vec<(UserId, SendKey)>,
}

#[derive(Debug)]
struct Sent {
    digest: Box<[u8]>,
    seq: Seq,
    id: EventId,
    at: Timestamp,
}

/// A message that arrived.
pub(crate) struct Arrived<'send> {
    pub(crate) position: Position,
    pub(crate) conversation: ConversationId,
    pub(crate) seq: Seq,
    pub(crate) sender: UserId,
    pub(crate) id: EventId,
    pub(crate) at: Timestamp,
    pub(crate) key: Option<&'send KeyedSend>,
}

impl Arrivals {
    /// What the table says.
    pub(crate) fn load(connection: &Connection) -> Outcome<Self> {
        let mut arrivals = Self::default();
        let decode = |row: &Row<'_>| {
            let key: Option<SendKey> = maybe_name(row, 6)?;
            let digest = row.get_ref(7)?.as_blob_or_null().ok().flatten().map(Box::<[u8]>::from);
            let (conversation, sender) = (ConversationId::from_raw(raw(row, 1)?), UserId::from_raw(raw(row, 3)?));
            let sent = digest.map(|digest| {
                Ok::<_, crate::failure::Failure>(Sent { digest, seq: seq(row, 2)?, id: EventId::from_raw(raw(row, 4)?), at: time(row, 5)? })
            });
            Ok((Position(raw(row, 0)?), conversation, seq(row, 2)?, sender, key.zip(sent.transpose()?), truth(row, 8)?))
        };
        for (position, conversation, seq, sender, keyed, waits) in query::all(connection, sql::ALL_ARRIVALS, [], decode)? {
            arrivals.rows.push_back(Arrival { position, conversation, seq });
            if waits {
                arrivals.wait(conversation, seq, sender, keyed);
            }
        }
        Ok(arrivals)
    }

    /// Remembers a message whose row stands.
    pub(crate) fn add(&mut self, arrived: &Arrived<'_>) {
        let &Arrived { position, conversation, seq, sender, id, at, key } = arrived;
        self.rows.push_back(Arrival { position, conversation, seq });
        let keyed = key.map(|keyed| (keyed.key.clone(), Sent { digest: Box::from(keyed.digest), seq, id, at }));
        self.wait(conversation, seq, sender, keyed);
    }

    fn wait(&mut self, conversation: ConversationId, seq: Seq, sender: UserId, keyed: Option<(SendKey, Sent)>) {
        self.waiting_count += 1;
        let waiting = self.waiting.entry(conversation).or_insert_with(|| Waiting { first_seq: seq, count: 0, senders: Vec::new(), keys: Vec::new() });
        waiting.count += 1;
        if waiting.count == PER_LOG_MAX {
            self.ripe.push(conversation);
        }
        if !waiting.senders.contains(&sender) {
            waiting.senders.push(sender);
        }
        if let Some((key, sent)) = keyed {
            waiting.keys.push((sender, key.clone()));
            self.keys.insert((conversation, sender, key), sent);
        }
    }

    /// What was sent under this key and waits.
    pub(crate) fn find_sent(&self, conversation: ConversationId, sender: UserId, keyed: &KeyedSend) -> Option<AppendOutcome> {
        let sent = self.keys.get(&(conversation, sender, keyed.key.clone()))?;
        let same = *sent.digest == keyed.digest;
        Some(if same { AppendOutcome::Repeated { seq: sent.seq, id: sent.id, at: sent.at } } else { AppendOutcome::KeyReused })
    }

    /// Takes a log out: its rows are being filed.
    fn take(&mut self, conversation: ConversationId) -> Option<Waiting> {
        let waiting = self.waiting.remove(&conversation)?;
        self.waiting_count -= waiting.count;
        for (sender, key) in &waiting.keys {
            self.keys.remove(&(conversation, *sender, key.clone()));
        }
        Some(waiting)
    }

    /// Takes rows from the front that are filed; the position of the last one.
    fn take_filed(&mut self) -> Option<Position> {
        let is_filed = |row: &Arrival| self.waiting.get(&row.conversation).is_none_or(|waiting| row.seq < waiting.first_seq);
        let filed = self.rows.iter().take_while(|row| is_filed(row)).count();
        if filed < DROPPED_AT_ONCE {
            return None;
        }
        self.rows.drain(..filed).next_back().map(|row| row.position)
    }
}

impl Working<'_> {
    /// Files what waits of a log. Whoever changes anything about a log but its end calls this first.
    pub(crate) fn file(&mut self, conversation: ConversationId) -> Outcome<()> {
        let Some(waiting) = self.arrivals.take(conversation) else { return Ok(()) };
        let Some(held) = self.conversations.find(self.connection, conversation)? else { return Ok(()) };
        query::execute(self.connection, sql::FILE_ARRIVALS, (int(conversation.raw()), int(held.state.filed_seq.0)))?;
        held.state.filed_seq = held.state.row.last_seq;
        held.changed(conversations::Changed::Head);
        for sender in waiting.senders {
            if let Some(held) = self.members.find(self.connection, conversation, sender)? {
                held.changed(members::Changed::Own);
            }
        }
        Ok(())
    }

    /// Files logs that have waited long enough, and drops rows that are filed.
    pub(super) fn tidy_arrivals(&mut self) -> Outcome<()> {
        for conversation in std::mem::take(&mut self.arrivals.ripe) {
            self.file(conversation)?;
        }
        if self.arrivals.waiting_count > WAITING_MAX {
            let mut oldest: Vec<ConversationId> = self.arrivals.rows.iter().take(FILED_AT_ONCE_MAX).map(|row| row.conversation).collect();
            oldest.sort_unstable();
            oldest.dedup();
            for conversation in oldest {
                self.file(conversation)?;
            }
        }
        if let Some(last) = self.arrivals.take_filed() {
            query::execute(self.connection, sql::DROP_ARRIVALS, [int(last.0)])?;
            // The dropped rows may have been the only ones to remember the counters.
            self.counters.to_save = true;
        }
        Ok(())
    }
}
