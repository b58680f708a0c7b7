//! A bug, planted so that the crash harness can prove that it sees it: events are published before they are committed. Only in builds with the feature `plant`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parlor_store::{Store, Write};
use parlor_types::{Event, Seq};

use crate::hub::Hub;

pub(crate) struct Early {
    planted: bool,
    hub: Arc<Hub>,
}

impl Early {
    pub(crate) fn new(planted: bool, hub: Arc<Hub>) -> Self {
        Self { planted, hub }
    }

    /// Guesses the seqs that the transaction will give, publishes, and leaves a kill the time to fall in between.
    pub(crate) async fn publish_early(&self, store: &dyn Store, writes: &[Write]) {
        if !self.planted {
            return;
        }
        let mut heads: HashMap<_, Seq> = HashMap::new();
        for write in writes {
            let Write::Append(append) = write else { continue };
            let Ok(Some(conversation)) = store.find_conversation(append.conversation).await else { continue };
            let head = heads.entry(append.conversation).or_insert(conversation.last_seq);
            for new in &append.events {
                *head = head.next();
                let event =
                    Event { conversation: append.conversation, seq: *head, id: new.id, sender: append.sender, at: append.at, body: new.body.clone() };
                self.hub.publish(&event);
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
