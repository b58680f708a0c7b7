//! Contacts and blocks.

use parlor_types::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::models::Contact;

/// My contacts and open requests.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListContacts {}

/// Contacts.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ContactList {
    /// In no promised order.
    pub contacts: Vec<Contact>,
}

/// Asks a user to be my contact. When they asked me before, it is agreed at once. One who blocked me is asked in vain and I am not told.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestContact {
    /// Whom.
    pub user: UserId,
}

/// Accepts a request.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptContact {
    /// Whose.
    pub user: UserId,
}

/// Declines a request; who asked is not told.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineContact {
    /// Whose.
    pub user: UserId,
}

/// Takes back a request of mine or ends a contact. Twice is once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveContact {
    /// Whom.
    pub user: UserId,
}

/// Whom I blocked.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListBlocked {}

/// Blocked users.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct BlockedList {
    /// In no promised order.
    pub users: Vec<UserId>,
}

/// Blocks a user: they cannot start a conversation with me or see my presence, and what they write in our direct conversation does not reach me,
/// now or later. They are not told. Twice is once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockUser {
    /// Whom.
    pub user: UserId,
}

/// Unblocks a user. What they wrote meanwhile stays unseen. Twice is once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnblockUser {
    /// Whom.
    pub user: UserId,
}
