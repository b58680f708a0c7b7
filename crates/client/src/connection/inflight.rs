//! Questions that were sent over the socket and not answered yet.

use std::collections::BTreeMap;

use parlor_protocol::REGISTRY;
use serde_json::{Map, Value};

use super::Ticket;
use crate::rest::is_repeatable;

/// A question that waits.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) ticket: Ticket,
    pub(super) operation: &'static str,
    /// The arguments, when it may be asked again.
    pub(super) again: Option<Map<String, Value>>,
}

/// What waits, by the number of its frame.
#[derive(Debug, Default)]
pub(super) struct Inflight(BTreeMap<u64, Asked>);

impl Inflight {
    pub(super) fn put(&mut self, id: u64, ticket: Ticket, operation: &'static str, args: Map<String, Value>) {
        let repeatable = REGISTRY.iter().find(|entry| entry.name == operation).is_some_and(|entry| is_repeatable(entry, &args));
        self.0.insert(id, Asked { ticket, operation, again: repeatable.then_some(args) });
    }

    pub(super) fn take(&mut self, id: u64) -> Option<Ticket> {
        self.0.remove(&id).map(|asked| asked.ticket)
    }

    /// Everything, in the order in which it was asked.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Asked> + use<> {
        std::mem::take(&mut self.0).into_values()
    }
}
