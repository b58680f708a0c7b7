//! Sessions: how they begin and end.

use parlor_bus::Hint;
use parlor_domain::Refusal;
use parlor_store::{CreateDevice, CreateDeviceOutcome, RevokeDevices, UserRow, Which};
use parlor_types::{DeviceId, DeviceName, Handle, Password, UserId};

use crate::hub::CloseReason;
use crate::notice::Notice;
use crate::{Actor, Command, Engine, EngineError, Result, tokens};

/// A session with its token, which is shown only now.
#[derive(Clone)]
pub struct NewSession {
    /// The bearer token.
    pub token: String,
    /// The device that it belongs to.
    pub device: DeviceId,
    /// The account.
    pub account: UserRow,
}

/// Logs in.
#[derive(Debug, Clone)]
pub struct LogIn {
    /// The handle.
    pub handle: Handle,
    /// The password.
    pub password: Password,
    /// What to call the device.
    pub device_name: Option<DeviceName>,
}

impl Command for LogIn {
    type Reply = NewSession;

    async fn run(self, engine: &Engine, _: &Actor) -> Result<NewSession> {
        let user = engine.store.find_user_by_handle(&self.handle).await?.filter(|user| !user.deleted);
        // Without such a user it takes as long, so that handles cannot be probed.
        if !engine.passwords.verify(&self.password, user.as_ref().map(|user| user.password_hash.clone())).await? {
            return Err(EngineError::WrongCredentials);
        }
        let user = user.ok_or(EngineError::WrongCredentials)?;
        if user.disabled {
            return Err(EngineError::AccountDisabled);
        }
        engine.create_session(user, self.device_name).await
    }
}

/// Ends a session of the actor's.
#[derive(Debug, Clone, Copy)]
pub struct RevokeSession {
    /// Which.
    pub device: DeviceId,
}

impl Command for RevokeSession {
    type Reply = ();

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<()> {
        let user = actor.session()?.user;
        engine.committer.commit(RevokeDevices { user, which: Which::One(self.device) }).await.map(|outcome| outcome.revoked).map(drop)?;
        engine.sessions_ended(user, vec![self.device]).await
    }
}

/// Ends the session that asks.
#[derive(Debug, Clone, Copy)]
pub struct LogOut;

impl Command for LogOut {
    type Reply = ();

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<()> {
        let device = actor.session()?.device;
        engine.execute(actor, RevokeSession { device }).await
    }
}

impl Engine {
    pub(super) async fn create_session(&self, user: UserRow, name: Option<DeviceName>) -> Result<NewSession> {
        let (token, digest) = tokens::new_token(&*self.random);
        let device = CreateDevice {
            id: self.new_device_id(),
            user: user.id,
            name: name.unwrap_or_else(|| "Unnamed device".parse().expect("a valid name")),
            token: digest,
            password_hash: user.password_hash.clone(),
            at: self.clock.now(),
            devices_max: self.limits.devices_per_user_max,
        };
        match self.committer.commit(device).await? {
            CreateDeviceOutcome::Created(device) => {
                self.tell_sessions(user.id).await?;
                Ok(NewSession { token, device: device.id, account: user })
            }
            CreateDeviceOutcome::NotAllowed => Err(EngineError::WrongCredentials),
            CreateDeviceOutcome::TooMany => {
                let limit = self.limits.devices_per_user_max;
                Err(Refusal::LimitReached { what: "too many sessions; end some first", limit: limit.into() }.into())
            }
        }
    }

    /// Closes the connections of sessions that ended (G8), here and on every other node, and tells the user's others.
    pub(super) async fn sessions_ended(&self, user: UserId, devices: Vec<DeviceId>) -> Result<()> {
        if devices.is_empty() {
            return Ok(());
        }
        self.hub.close_devices(user, &devices, CloseReason::Revoked);
        self.bus.publish(Hint::Revoked { user, devices });
        self.tell_sessions(user).await
    }

    async fn tell_sessions(&self, user: UserId) -> Result<()> {
        if self.hub.is_connected(user) {
            let devices = self.store.list_devices(user).await?;
            self.hub.notify_each(user, |session| Notice::Sessions(session.device, devices.clone()));
        }
        Ok(())
    }
}
