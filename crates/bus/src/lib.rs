//! Hints between nodes. The store is the truth: a hint that is lost, doubled or late costs latency, never a message.
//!
//! [`Bus`] is the contract, [`InProcessBus`] the one for a single node and for several engines in one test. To add a back end see docs/dev/adding-a-backend.md.

use async_trait::async_trait;
use parlor_types::{ConversationId, DeviceId, UserId};
use tokio::sync::broadcast;

/// What one node tells the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// The change feed has news, among others of this conversation.
    News(ConversationId),
    /// Sessions ended: close their connections (G8).
    Revoked {
        /// Whose.
        user: UserId,
        /// Which.
        devices: Vec<DeviceId>,
    },
}

/// Carries hints to every node, the sender's own included or not.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Whether other nodes may write to the same store, so that the change feed must be followed.
    fn is_shared(&self) -> bool;
    /// Passes a hint on. Never waits for the network: what cannot be taken at once is lost.
    fn publish(&self, hint: Hint);
    /// The next hint for this subscriber; `None` says that some were lost: read the change feed. Cancel safe.
    async fn next(&self, subscription: &mut Subscription) -> Option<Hint>;
    /// Starts to listen.
    fn subscribe(&self) -> Subscription;
}

/// A place from which a node listens.
pub struct Subscription(broadcast::Receiver<Hint>);

/// A bus within one process.
pub struct InProcessBus {
    shared: bool,
    sender: broadcast::Sender<Hint>,
}

impl InProcessBus {
    /// For the only node of an installation: there is nobody to tell.
    pub fn single() -> Self {
        Self { shared: false, sender: broadcast::channel(1).0 }
    }

    /// For several engines in one process that share a store.
    pub fn shared() -> Self {
        Self { shared: true, sender: broadcast::channel(1024).0 }
    }
}

#[async_trait]
impl Bus for InProcessBus {
    fn is_shared(&self) -> bool {
        self.shared
    }

    fn publish(&self, hint: Hint) {
        // Nobody listening is no fault: the feed has it.
        let _ = self.sender.send(hint);
    }

    async fn next(&self, subscription: &mut Subscription) -> Option<Hint> {
        match subscription.0.recv().await {
            Ok(hint) => Some(hint),
            Err(broadcast::error::RecvError::Lagged(_)) => None,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }

    fn subscribe(&self) -> Subscription {
        Subscription(self.sender.subscribe())
    }
}
