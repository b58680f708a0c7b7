//! The few operations that carry a password. Their arguments cannot be serialised, so that no password gets into a log by accident; here is the
//! one place where their JSON is made by hand.

use parlor_protocol::models::{AdminUser, NewSession};
use parlor_protocol::operations::{AdminCreateUser, AdminResetPassword, ChangePassword, DeleteAccount, Done, LogIn, Register};
use parlor_types::ServerRole;
use serde_json::json;

use super::Rest;
use crate::error::CallError;

impl Rest {
    /// Makes an account and logs in. `arguments.password` is sent once and kept nowhere.
    pub async fn register(&self, arguments: &Register) -> Result<NewSession, CallError> {
        let mut args = json!({ "handle": arguments.handle, "password": arguments.password.expose() });
        for (name, value) in [
            ("display_name", arguments.display_name.as_ref().map(ToString::to_string)),
            ("device_name", arguments.device_name.as_ref().map(ToString::to_string)),
            ("invite", arguments.invite.clone()),
        ] {
            if let Some(value) = value {
                args[name] = value.into();
            }
        }
        self.call_with::<Register>(&args).await
    }

    /// Logs in.
    pub async fn log_in(&self, arguments: &LogIn) -> Result<NewSession, CallError> {
        let mut args = json!({ "handle": arguments.handle, "password": arguments.password.expose() });
        if let Some(name) = &arguments.device_name {
            args["device_name"] = name.as_str().into();
        }
        self.call_with::<LogIn>(&args).await
    }

    /// Changes the password; every other session of the account ends.
    pub async fn change_password(&self, arguments: &ChangePassword) -> Result<Done, CallError> {
        self.call_with::<ChangePassword>(&json!({ "current": arguments.current.expose(), "new": arguments.new.expose() })).await
    }

    /// Deletes the account for good.
    pub async fn delete_account(&self, arguments: &DeleteAccount) -> Result<Done, CallError> {
        self.call_with::<DeleteAccount>(&json!({ "password": arguments.password.expose() })).await
    }

    /// Makes an account for somebody, as an admin of the server.
    pub async fn admin_create_user(&self, arguments: &AdminCreateUser) -> Result<AdminUser, CallError> {
        let mut args = json!({ "handle": arguments.handle, "password": arguments.password.expose() });
        if let Some(name) = &arguments.display_name {
            args["display_name"] = name.as_str().into();
        }
        if arguments.role != ServerRole::default() {
            args["role"] = json!(arguments.role);
        }
        self.call_with::<AdminCreateUser>(&args).await
    }

    /// Sets a new password for somebody, as an admin of the server.
    pub async fn admin_reset_password(&self, arguments: &AdminResetPassword) -> Result<Done, CallError> {
        self.call_with::<AdminResetPassword>(&json!({ "user": arguments.user, "password": arguments.password.expose() })).await
    }
}
