//! Sessions: devices with a name.

use parlor_types::{DeviceId, DeviceName, Handle, Password};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::models::Session;

/// Logs in: makes a session and shows its token once.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    /// The handle.
    pub handle: Handle,
    /// The password.
    pub password: Password,
    /// What to call this device.
    #[serde(default)]
    pub device_name: Option<DeviceName>,
}

/// My live sessions.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSessions {}

/// Sessions.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SessionList {
    /// Newest first.
    pub sessions: Vec<Session>,
}

/// Ends a session of mine; its sockets close within a second (G8). Twice is once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeSession {
    /// Which.
    pub device: DeviceId,
}

/// Ends the session that asks.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogOut {}
