//! The writer's working set: the rows of conversations and members that writes read and change, and the counters of the store. The writer is alone, so what
//! it remembers is what is stored. A row that many writes of one transaction change is written once, before the commit.
//!
//! Whoever changes a row says how much of it ([`conversations::Changed`], [`members::Changed`]). After a transaction that failed, [`Working::forget`] must be called.

pub(crate) mod arrivals;
pub(crate) mod conversations;
pub(crate) mod members;

use parlor_types::{ConversationId, Position, Seq, UserId};
use rusqlite::Connection;

use crate::columns::int;
use crate::failure::Outcome;
use crate::feed::Entry;
use crate::query;
use crate::read;
use crate::sql::{read as sql_read, write as sql};

/// What the writes of a transaction work on.
pub(crate) struct Working<'writer> {
    pub(crate) connection: &'writer Connection,
    pub(crate) counters: Counters,
    pub(crate) conversations: conversations::Conversations,
    pub(crate) members: members::Members,
    pub(crate) arrivals: arrivals::Arrivals,
    /// Events of this transaction, for the feed.
    pub(crate) appended: Vec<Entry>,
    /// Trims of this transaction, for the feed.
    pub(crate) trimmed: Vec<(ConversationId, Seq)>,
    /// Whether there is any key of a message that is gone: as long as there is none, no send looks for one.
    pub(crate) any_gone_key: bool,
    /// The planted bug.
    #[cfg(feature = "plant")]
    pub(crate) planted: crate::plant::Planted,
}

/// The counters of the store: as they are in this transaction, and as they were committed last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counters {
    position: Position,
    last_id: u64,
    committed: (Position, u64),
    /// Whether what was given stands on no arrival, from which it would be known again.
    to_save: bool,
}

impl Counters {
    /// Takes the next position of the change feed.
    pub(crate) fn next_position(&mut self) -> Position {
        self.to_save = true;
        self.position = self.position.next();
        self.position
    }

    /// Notes an id that is in use from now on.
    pub(crate) fn note_id(&mut self, raw: u64) {
        self.to_save = true;
        self.last_id = self.last_id.max(raw);
    }

    /// Takes the next position, and notes the id, for a row that remembers both until the counters are saved.
    pub(crate) fn next_arrival(&mut self, id: u64) -> Position {
        self.last_id = self.last_id.max(id);
        self.position = self.position.next();
        self.position
    }

    /// The last position of the last commit.
    pub(crate) fn committed_position(&self) -> Position {
        self.committed.0
    }
}

impl<'writer> Working<'writer> {
    pub(crate) fn load(connection: &'writer Connection) -> Outcome<Self> {
        let committed = read::store::counters(connection)?;
        Ok(Self {
            connection,
            counters: Counters { position: committed.0, last_id: committed.1, committed, to_save: false },
            conversations: conversations::Conversations::default(),
            members: members::Members::default(),
            arrivals: arrivals::Arrivals::load(connection)?,
            appended: Vec::new(),
            trimmed: Vec::new(),
            any_gone_key: query::holds(connection, sql::ANY_GONE_KEY, [])?,
            #[cfg(feature = "plant")]
            planted: crate::plant::Planted::default(),
        })
    }

    /// Writes what changed: the last thing before the commit.
    pub(crate) fn save(&mut self) -> Outcome<()> {
        self.tidy_arrivals()?;
        self.conversations.save(self.connection)?;
        self.members.save(self.connection)?;
        if self.counters.to_save {
            let Counters { position, last_id, .. } = self.counters;
            query::execute(self.connection, sql::SAVE_COUNTERS, (int(position.0), int(last_id)))?;
        }
        Ok(())
    }

    /// The transaction is on stable storage.
    pub(crate) fn committed(&mut self) {
        self.counters.committed = (self.counters.position, self.counters.last_id);
        self.counters.to_save = false;
        self.conversations.shrink();
        self.members.shrink();
    }

    /// The transaction did not happen: nothing that it touched may be believed.
    pub(crate) fn forget(&mut self) -> Outcome<()> {
        (self.counters.position, self.counters.last_id) = self.counters.committed;
        self.counters.to_save = false;
        self.arrivals = arrivals::Arrivals::load(self.connection)?;
        self.conversations.clear();
        self.members.clear();
        self.appended.clear();
        self.trimmed.clear();
        self.any_gone_key = query::holds(self.connection, sql::ANY_GONE_KEY, [])?;
        Ok(())
    }

    /// The direct conversation of two users.
    pub(crate) fn find_direct(&self, one: UserId, other: UserId) -> Outcome<Option<ConversationId>> {
        read::conversation::find_direct(self.connection, one, other)
    }

    /// The conversation that a creator made with a key.
    pub(crate) fn find_created(&self, creator: UserId, key: &str) -> Outcome<Option<ConversationId>> {
        query::find(self.connection, sql_read::FIND_CREATED, (int(creator.raw()), key), |row| {
            Ok(ConversationId::from_raw(crate::columns::raw(row, 0)?))
        })
    }
}
