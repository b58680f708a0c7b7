//! Sessions and passwords.

use parlor_store::{CreateDevice, CreateDeviceOutcome, DeviceRow, RevokeDevices, RevokeDevicesOutcome, SetPassword, TouchDevice, UserRow, Which};
use parlor_types::{DeviceId, UserId};

use crate::columns::{int, raw};
use crate::failure::Outcome;
use crate::query;
use crate::read;
use crate::sql::write as sql;
use crate::working::Working;

impl Working<'_> {
    pub(super) fn create_device(&mut self, create: &CreateDevice) -> Outcome<CreateDeviceOutcome> {
        if let Some(existing) = read::device::find(self.connection, create.id)? {
            return Ok(CreateDeviceOutcome::Created(existing));
        }
        let allowed = self.live_user(create.user)?.is_some_and(|user| !user.disabled && user.password_hash == create.password_hash);
        if !allowed {
            return Ok(CreateDeviceOutcome::NotAllowed);
        }
        let count = query::get(self.connection, sql::COUNT_DEVICES, [int(create.user.raw())], |row| raw(row, 0))?;
        if count >= u64::from(create.devices_max) {
            return Ok(CreateDeviceOutcome::TooMany);
        }
        self.counters.note_id(create.id.raw());
        let row = (int(create.id.raw()), int(create.user.raw()), create.name.as_str(), &create.token, create.at.milliseconds());
        query::execute(self.connection, sql::INSERT_DEVICE, row)?;
        let row = DeviceRow { id: create.id, user: create.user, name: create.name.clone(), created_at: create.at, last_seen_at: create.at };
        Ok(CreateDeviceOutcome::Created(row))
    }

    pub(super) fn revoke_devices(&mut self, revoke: &RevokeDevices) -> Outcome<RevokeDevicesOutcome> {
        Ok(RevokeDevicesOutcome { revoked: self.end_devices(revoke.user, revoke.which)? })
    }

    pub(super) fn set_password(&mut self, set: &SetPassword) -> Outcome<RevokeDevicesOutcome> {
        let Some(user) = self.live_user(set.user)? else { return Ok(RevokeDevicesOutcome::default()) };
        self.save_user(&UserRow { password_hash: set.password_hash.clone(), ..user })?;
        Ok(RevokeDevicesOutcome { revoked: self.end_devices(set.user, set.revoke)? })
    }

    pub(super) fn touch_device(&mut self, touch: &TouchDevice) -> Outcome<()> {
        query::execute(self.connection, sql::TOUCH_DEVICE, (int(touch.device.raw()), int(touch.user.raw()), touch.at.milliseconds()))?;
        if touch.last
            && let Some(user) = self.live_user(touch.user)?
        {
            self.save_user(&UserRow { last_active_at: user.last_active_at.max(Some(touch.at)), ..user })?;
        }
        Ok(())
    }

    /// Ends sessions of a user and says which, by id.
    pub(super) fn end_devices(&mut self, user: UserId, which: Which) -> Outcome<Vec<DeviceId>> {
        let mut ended = query::all(self.connection, sql::LIST_DEVICE_IDS, [int(user.raw())], |row| Ok(DeviceId::from_raw(raw(row, 0)?)))?;
        ended.retain(|device| match which {
            Which::One(one) => *device == one,
            Which::AllExcept(kept) => *device != kept,
            Which::All => true,
        });
        for device in &ended {
            query::execute(self.connection, sql::DELETE_DEVICE, [int(device.raw())])?;
            query::execute(self.connection, sql::DELETE_DEVICE_MARKS, [int(device.raw())])?;
        }
        Ok(ended)
    }
}
