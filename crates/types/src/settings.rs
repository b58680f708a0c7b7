//! Small vocabularies about the server as a whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who may make an account. On an empty server the first account is always allowed, and becomes admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationMode {
    /// Everybody.
    Open,
    /// Whoever holds an invite.
    #[default]
    Invite,
    /// Nobody; admins make accounts.
    Closed,
}

/// What a user may do to the server. It gives no access to other people's conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServerRole {
    /// Uses the server.
    #[default]
    Member,
    /// Also manages users, invites and settings.
    Admin,
}
