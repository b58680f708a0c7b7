//! Watermarks, typing, presence: what a client says of itself.

use parlor_types::{ConversationId, Seq, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::models::{Presence, Receipt};

/// Says how far this device has the log and how far its user has seen it. Watermarks only rise (G6): a lower value changes nothing, one past the
/// head is refused. `read` raises `delivered` with it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateReceipt {
    /// Where.
    pub conversation: ConversationId,
    /// Everything up to here is on this device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Seq>,
    /// Everything up to here was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Seq>,
}

/// The watermarks of the members of a direct conversation or group. In channels only one's own.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListReceipts {
    /// Where.
    pub conversation: ConversationId,
}

/// Watermarks.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReceiptList {
    /// In no promised order.
    pub receipts: Vec<Receipt>,
}

/// Says that I type, or stopped. Say it again every 4 seconds while typing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTyping {
    /// Where.
    pub conversation: ConversationId,
    /// True while typing.
    pub on: bool,
}

/// Watches the presence of exactly these users from now on, on this connection. Over REST it only tells their presence once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchPresence {
    /// Whom. At most 500; what is on the screen is enough.
    #[schemars(length(max = 500))]
    pub users: Vec<UserId>,
}

/// The presence of users.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PresenceList {
    /// In the order of the question.
    pub users: Vec<Presence>,
}

/// Says whether the person is looking. A user is online while any connection is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPresence {
    /// True when connected but not looking.
    pub away: bool,
}

/// Keeps the connection alive. Any other frame does as well.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ping {}
