//! What admins of the server, and who holds the machine, can do.

use parlor_store::{Admission, SetSettings, UpdateUser, UserRow, Which};
use parlor_types::{DisplayName, Handle, Password, RegistrationMode, ServerRole, UserId};

use crate::{Actor, Command, Engine, Result};

/// Makes an account for somebody.
#[derive(Debug, Clone)]
pub struct AdminCreateUser {
    /// The unique name.
    pub handle: Handle,
    /// The first password.
    pub password: Password,
    /// What to call the user; the handle when absent.
    pub display_name: Option<DisplayName>,
    /// What the user may do to the server.
    pub role: ServerRole,
}

impl Command for AdminCreateUser {
    type Reply = UserRow;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<UserRow> {
        actor.admin()?;
        engine.create_user(self.handle, &self.password, self.display_name, self.role, Admission::Free).await
    }
}

/// Disables or enables an account, or changes its role; `None` stays.
#[derive(Debug, Clone, Copy)]
pub struct AdminUpdateUser {
    /// Whose.
    pub user: UserId,
    /// Whether it is disabled.
    pub disabled: Option<bool>,
    /// The role from now on.
    pub role: Option<ServerRole>,
}

impl Command for AdminUpdateUser {
    type Reply = UserRow;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<UserRow> {
        actor.admin()?;
        let update = UpdateUser {
            user: self.user,
            display_name: None,
            send_read_receipts: None,
            share_presence: None,
            role: self.role,
            disabled: self.disabled,
        };
        let row = engine.update_user(update).await?;
        if self.role.is_some() {
            // Live connections act under the role they came with: have them come again.
            let devices: Vec<_> = engine.store.list_devices(self.user).await?.iter().map(|device| device.id).collect();
            engine.hub.close_devices(self.user, &devices, crate::CloseReason::Resync);
        }
        Ok(row)
    }
}

/// Sets a new password for somebody and ends all their sessions.
#[derive(Debug, Clone)]
pub struct AdminResetPassword {
    /// Whose.
    pub user: UserId,
    /// The password from now on.
    pub password: Password,
}

impl Command for AdminResetPassword {
    type Reply = ();

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<()> {
        actor.admin()?;
        let found = engine.store.find_user(self.user).await?.filter(|user| !user.deleted);
        let user = found.ok_or(parlor_domain::Refusal::NotFound)?;
        engine.passwords.judge(&self.password, user.handle.as_ref()).await?;
        engine.set_password(self.user, &self.password, Which::All).await
    }
}

/// Changes settings of the server; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct AdminUpdateSettings {
    /// The server's name.
    pub name: Option<String>,
    /// Who may register.
    pub registration: Option<RegistrationMode>,
}

impl Command for AdminUpdateSettings {
    type Reply = ();

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<()> {
        actor.admin()?;
        if let Some(name) = &self.name
            && (name.trim().is_empty() || name.chars().count() > 64 || name.chars().any(char::is_control))
        {
            return Err(parlor_domain::Refusal::Invalid("name must be one line of 1 to 64 characters").into());
        }
        engine.committer.commit(SetSettings { name: self.name.map(|name| name.trim().to_owned()), registration: self.registration }).await
    }
}
