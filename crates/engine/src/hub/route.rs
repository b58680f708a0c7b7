//! One connected user: their mailboxes, and the conversations that are routed to them.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use parlor_types::{ConversationId, DeviceId, UserId};

use super::mailbox::Mailbox;

/// From where we know that a user receives a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// From a list read from the store, which may be older than what the log has said since.
    Loaded,
    /// From the log, just now.
    Logged,
}

/// A user with at least one connection here. Lock order: a shard of the hub before this.
pub(crate) struct UserRoute {
    user: UserId,
    mailboxes: Mutex<Vec<Arc<Mailbox>>>,
    state: Mutex<RouteState>,
    /// Done once the conversations of the user were read and routed; a second connection waits for it.
    pub(crate) ready: tokio::sync::OnceCell<()>,
}

#[derive(Default)]
struct RouteState {
    conversations: HashSet<ConversationId>,
    /// The last connection has gone: nothing is routed here any more, or it would stay among the routes for ever.
    is_gone: bool,
    /// While the list is being read: what the log closed meanwhile, so that the list cannot open it again (G7).
    closed_while_loading: Option<HashSet<ConversationId>>,
}

impl UserRoute {
    pub(crate) fn new(user: UserId) -> Self {
        let state = RouteState { closed_while_loading: Some(HashSet::new()), ..RouteState::default() };
        Self { user, mailboxes: Mutex::default(), state: Mutex::new(state), ready: tokio::sync::OnceCell::new() }
    }

    pub(crate) const fn user(&self) -> UserId {
        self.user
    }

    pub(super) fn add(&self, mailbox: Arc<Mailbox>) {
        let mut mailboxes = self.mailboxes.lock();
        mailboxes.reserve_exact(1);
        mailboxes.push(mailbox);
    }

    pub(super) fn remove(&self, mailbox: &Arc<Mailbox>) -> bool {
        let mut mailboxes = self.mailboxes.lock();
        let before = mailboxes.len();
        mailboxes.retain(|other| !Arc::ptr_eq(other, mailbox));
        mailboxes.len() < before
    }

    pub(super) fn is_empty(&self) -> bool {
        self.mailboxes.lock().is_empty()
    }

    pub(super) fn mailboxes(&self) -> Vec<Arc<Mailbox>> {
        self.mailboxes.lock().clone()
    }

    /// Puts a frame into every mailbox, except those of one device; says how many took it.
    pub(super) fn deliver(&self, frame: &Bytes, except: Option<DeviceId>) -> u64 {
        let mut count = 0;
        for mailbox in self.mailboxes.lock().iter() {
            if Some(mailbox.session().device) != except && mailbox.put(frame.clone()) {
                count += 1;
            }
        }
        count
    }

    /// Notes that a conversation is routed here; false when it was already, when nobody is connected any more, or when a list that is older than the log says so.
    pub(super) fn open(&self, conversation: ConversationId, presence: Presence) -> bool {
        let mut state = self.state.lock();
        if state.is_gone {
            return false;
        }
        if let Some(closed) = &mut state.closed_while_loading {
            match presence {
                Presence::Loaded if closed.contains(&conversation) => return false,
                Presence::Loaded => {}
                Presence::Logged => {
                    closed.remove(&conversation);
                }
            }
        }
        state.conversations.insert(conversation)
    }

    pub(super) fn close(&self, conversation: ConversationId) {
        let mut state = self.state.lock();
        state.conversations.remove(&conversation);
        if let Some(closed) = &mut state.closed_while_loading {
            closed.insert(conversation);
        }
    }

    pub(super) fn loaded(&self) {
        let mut state = self.state.lock();
        state.closed_while_loading = None;
        state.conversations.shrink_to_fit();
    }

    pub(super) fn take_conversations(&self) -> HashSet<ConversationId> {
        let mut state = self.state.lock();
        state.is_gone = true;
        std::mem::take(&mut state.conversations)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_that_has_gone_takes_no_conversation_more() {
        let route = UserRoute::new(UserId::from_raw(7));
        let conversation = ConversationId::from_raw(9);
        assert!(route.open(conversation, Presence::Logged));
        assert_eq!(route.take_conversations().len(), 1);
        assert!(!route.open(conversation, Presence::Logged), "it would never be closed again");
    }
}
