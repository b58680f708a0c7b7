//! The facts that the rules are asked about, remembered for those who write often.
//!
//! A remembered fact may be stale. That is safe for writes: the store refuses an append that was decided under another rules version, and the fact is then
//! read anew. Reads of history never use what is remembered (G7).

use std::sync::Arc;

use parlor_domain::{Conversation, Refusal, Standing};
use parlor_store::Store;
use parlor_types::{ConversationId, UserId};
use quick_cache::sync::Cache;

use crate::error::Result;

/// Pairs of conversation and writer that are remembered: about 300 bytes each.
const REMEMBERED: usize = 65_536;

/// A conversation and how one user stands to it.
pub(crate) type Fact = Arc<(Conversation, Standing)>;

pub(crate) struct Facts {
    store: Arc<dyn Store>,
    remembered: Cache<(ConversationId, UserId), Fact>,
}

impl Facts {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, remembered: Cache::new(REMEMBERED) }
    }

    /// As the store has it now. `NotFound` when there is no such conversation or the user may not know of it.
    pub(crate) async fn read(&self, conversation: ConversationId, user: UserId) -> Result<Fact> {
        let found = self.store.find_standing(conversation, user).await?.ok_or(Refusal::NotFound)?;
        let fact = Arc::new(found);
        if fact.1.role.is_some() {
            self.remembered.insert((conversation, user), fact.clone());
        }
        Ok(fact)
    }

    /// As remembered, or else as the store has it. `last_seq` and counts may be old.
    pub(crate) async fn recall(&self, conversation: ConversationId, user: UserId) -> Result<Fact> {
        match self.remembered.get(&(conversation, user)) {
            Some(fact) => Ok(fact),
            None => self.read(conversation, user).await,
        }
    }

    /// Forgets a fact that turned out stale.
    pub(crate) fn forget(&self, conversation: ConversationId, user: UserId) {
        self.remembered.remove(&(conversation, user));
    }
}
