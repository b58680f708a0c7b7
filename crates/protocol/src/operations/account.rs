//! Accounts and finding users.

use parlor_types::{DeviceName, DisplayName, Handle, Password, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::models::User;

/// What the server says of itself: name, version, who may register, limits.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetServer {}

/// Makes an account and logs in. On an empty server the first account becomes admin, whatever the registration mode.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The unique name.
    pub handle: Handle,
    /// The password; refused as `weak_password` when it is easy to guess.
    pub password: Password,
    /// What to call the user; the handle when absent.
    #[serde(default)]
    pub display_name: Option<DisplayName>,
    /// What to call this device.
    #[serde(default)]
    pub device_name: Option<DeviceName>,
    /// The code of a server invite, where one is needed.
    #[serde(default)]
    #[schemars(length(max = 64))]
    pub invite: Option<String>,
}

/// My account and settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetAccount {}

/// Changes my profile or settings; absent members stay as they are.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateAccount {
    /// What others call me.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<DisplayName>,
    /// Whether others learn what I have read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_read_receipts: Option<bool>,
    /// Whether others see whether I am there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_presence: Option<bool>,
}

/// Changes my password and ends every other session of mine, within a second.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now.
    pub current: Password,
    /// The password from now on.
    pub new: Password,
}

/// Deletes my account for good: sessions, contacts and memberships end, the handle becomes free; messages stay, from "Deleted account".
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteAccount {
    /// My password, once more.
    pub password: Password,
}

/// Finds a user by the exact handle.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindUser {
    /// The handle, in any case.
    pub handle: Handle,
}

/// The user with that handle.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FoundUser {
    /// The profile.
    pub user: User,
}

/// Profiles of users by id. Ids that I may not know of are left out of the answer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListUsers {
    /// At most a page of ids; in a query separated by commas.
    #[schemars(length(max = 200))]
    pub ids: Vec<UserId>,
}

/// Profiles.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct UserList {
    /// In no promised order.
    pub users: Vec<User>,
}
