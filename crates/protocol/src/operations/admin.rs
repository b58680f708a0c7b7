//! What admins of the server can do. None of it gives access to conversations.

use parlor_types::{DisplayName, Handle, InviteId, Password, RegistrationMode, ServerRole, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::models::AdminUser;

/// Every account, by id.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminListUsers {
    /// Only those whose handle or name contains this, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100))]
    pub query: Option<String>,
    /// Go on after this user, as `next` said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<UserId>,
    /// At most so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<u32>,
}

/// Accounts.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AdminUserPage {
    /// By id.
    pub users: Vec<AdminUser>,
    /// Where to go on; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<UserId>,
}

/// Makes an account for somebody.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminCreateUser {
    /// The unique name.
    pub handle: Handle,
    /// The first password.
    pub password: Password,
    /// What to call the user; the handle when absent.
    #[serde(default)]
    pub display_name: Option<DisplayName>,
    /// What the user may do to the server.
    #[serde(default)]
    pub role: ServerRole,
}

/// Disables or enables an account, or changes its role. Disabling ends its sessions within a second. The last admin stays one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminUpdateUser {
    /// Whose.
    pub user: UserId,
    /// True to disable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// The role from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<ServerRole>,
}

/// Sets a new password for somebody and ends all their sessions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminResetPassword {
    /// Whose.
    pub user: UserId,
    /// The password from now on.
    pub password: Password,
}

/// The live invites to the server.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminListInvites {}

/// Makes an invite to the server.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminCreateInvite {
    /// For how long, in seconds; absent means until it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 31_536_000))]
    pub lifetime_seconds: Option<u32>,
    /// For how many accounts; absent means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100_000))]
    pub uses_max: Option<u32>,
}

/// Revokes an invite to the server. Twice is once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminRevokeInvite {
    /// Which.
    pub invite: InviteId,
}

/// Changes settings of the server; absent members stay as they are.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminUpdateSettings {
    /// Who may make an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationMode>,
    /// The server's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub name: Option<String>,
}

/// Figures of the server.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminGetFigures {}
