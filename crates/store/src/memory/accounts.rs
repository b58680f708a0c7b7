//! Accounts and their sessions.

use parlor_domain::contact::ContactState;
use parlor_types::{DeviceId, DisplayName, Handle, Position, ServerRole, UserId};

use super::state::{Device, State};
use crate::{
    Admission, CreateDevice, CreateDeviceOutcome, CreateUser, CreateUserOutcome, DeleteUser, DeleteUserOutcome, DeviceRow, RevokeDevices,
    RevokeDevicesOutcome, SetPassword, TokenDigest, TouchDevice, UpdateUser, UpdateUserOutcome, UserRow, Which,
};

impl State {
    pub(super) fn create_user(&mut self, create: CreateUser) -> CreateUserOutcome {
        if let Some(existing) = self.users.get(&create.id) {
            return CreateUserOutcome::Created(existing.clone());
        }
        let first = self.is_empty();
        let taken = self.find_user_by_handle(&create.handle).is_some();
        let admitted = match create.admission {
            _ if first => true,
            Admission::Free => true,
            Admission::FirstOnly => false,
            // Only who gets in uses the invite.
            Admission::Invite(invite) if taken => self.invite_is_live(invite, None, create.at),
            Admission::Invite(invite) => self.use_invite(invite, None, create.at),
        };
        if !admitted {
            return CreateUserOutcome::NotAdmitted;
        }
        if taken {
            return CreateUserOutcome::HandleTaken;
        }
        let user = UserRow {
            id: create.id,
            handle: Some(create.handle),
            display_name: create.display_name,
            password_hash: create.password_hash,
            role: if first { ServerRole::Admin } else { create.role },
            send_read_receipts: true,
            share_presence: true,
            disabled: false,
            deleted: false,
            created_at: create.at,
            last_active_at: None,
            position: self.next_position(),
        };
        self.users.insert(user.id, user.clone());
        CreateUserOutcome::Created(user)
    }

    pub(super) fn update_user(&mut self, update: UpdateUser) -> UpdateUserOutcome {
        let Some(before) = self.live_user(update.user).cloned() else { return UpdateUserOutcome::NotFound };
        let mut after = UserRow {
            display_name: update.display_name.unwrap_or(before.display_name.clone()),
            send_read_receipts: update.send_read_receipts.unwrap_or(before.send_read_receipts),
            share_presence: update.share_presence.unwrap_or(before.share_presence),
            role: update.role.unwrap_or(before.role),
            disabled: update.disabled.unwrap_or(before.disabled),
            ..before.clone()
        };
        if is_active_admin(&before) && !is_active_admin(&after) && !self.has_other_admin(update.user) {
            return UpdateUserOutcome::LastAdmin;
        }
        if after != before {
            after.position = self.next_position();
            self.users.insert(update.user, after.clone());
        }
        let revoked = if after.disabled { self.end_devices(update.user, Which::All) } else { Vec::new() };
        UpdateUserOutcome::Updated { user: after, revoked }
    }

    pub(super) fn delete_user(&mut self, delete: &DeleteUser) -> DeleteUserOutcome {
        let user = delete.user;
        let Some(before) = self.live_user(user).cloned() else { return DeleteUserOutcome::NotFound };
        let others = self.users.values().any(|other| other.id != user && !other.deleted);
        if is_active_admin(&before) && others && !self.has_other_admin(user) {
            return DeleteUserOutcome::LastAdmin;
        }
        let deleted = UserRow {
            handle: None,
            display_name: "Deleted account".parse().expect("a valid display name"),
            password_hash: String::new(),
            deleted: true,
            position: self.next_position(),
            ..before
        };
        self.users.insert(user, deleted);
        self.blocks.retain(|(one, other)| *one != user && *other != user);
        self.contacts.retain(|(one, _), _| *one != user);
        let theirs = self.contacts.iter().filter(|((_, other), row)| *other == user && row.state != ContactState::None);
        let contacts: Vec<UserId> = theirs.map(|((one, _), _)| *one).collect();
        for contact in &contacts {
            self.set_contact_state(*contact, user, ContactState::None);
        }
        DeleteUserOutcome::Deleted { revoked: self.end_devices(user, Which::All), contacts }
    }

    pub(super) fn create_device(&mut self, create: CreateDevice) -> CreateDeviceOutcome {
        if let Some(existing) = self.devices.get(&create.id) {
            return CreateDeviceOutcome::Created(existing.row.clone());
        }
        let allowed = self.live_user(create.user).is_some_and(|user| !user.disabled && user.password_hash == create.password_hash);
        if !allowed {
            return CreateDeviceOutcome::NotAllowed;
        }
        if self.list_devices(create.user).len() >= create.devices_max as usize {
            return CreateDeviceOutcome::TooMany;
        }
        let row = DeviceRow { id: create.id, user: create.user, name: create.name, created_at: create.at, last_seen_at: create.at };
        self.devices.insert(create.id, Device { row: row.clone(), token: create.token });
        CreateDeviceOutcome::Created(row)
    }

    pub(super) fn revoke_devices(&mut self, revoke: &RevokeDevices) -> RevokeDevicesOutcome {
        RevokeDevicesOutcome { revoked: self.end_devices(revoke.user, revoke.which) }
    }

    pub(super) fn set_password(&mut self, set: SetPassword) -> RevokeDevicesOutcome {
        let Some(user) = self.users.get_mut(&set.user).filter(|user| !user.deleted) else { return RevokeDevicesOutcome::default() };
        user.password_hash = set.password_hash;
        RevokeDevicesOutcome { revoked: self.end_devices(set.user, set.revoke) }
    }

    pub(super) fn touch_device(&mut self, touch: &TouchDevice) {
        if let Some(device) = self.devices.get_mut(&touch.device).filter(|device| device.row.user == touch.user) {
            device.row.last_seen_at = device.row.last_seen_at.max(touch.at);
        }
        if let Some(user) = self.users.get_mut(&touch.user).filter(|user| touch.last && !user.deleted) {
            user.last_active_at = user.last_active_at.max(Some(touch.at));
        }
    }

    /// Ends sessions of a user and says which.
    fn end_devices(&mut self, user: UserId, which: Which) -> Vec<DeviceId> {
        let ends = |device: DeviceId| match which {
            Which::One(one) => device == one,
            Which::AllExcept(kept) => device != kept,
            Which::All => true,
        };
        let ended: Vec<DeviceId> =
            self.devices.values().map(|device| &device.row).filter(|row| row.user == user && ends(row.id)).map(|row| row.id).collect();
        self.devices.retain(|device, _| !ended.contains(device));
        ended
    }

    pub(super) fn live_user(&self, user: UserId) -> Option<&UserRow> {
        self.users.get(&user).filter(|row| !row.deleted)
    }

    fn has_other_admin(&self, user: UserId) -> bool {
        self.users.values().any(|other| other.id != user && is_active_admin(other))
    }

    pub(super) fn find_user_by_handle(&self, handle: &Handle) -> Option<UserRow> {
        self.users.values().find(|user| user.handle.as_ref() == Some(handle)).cloned()
    }

    pub(super) fn list_users(&self, users: &[UserId]) -> Vec<UserRow> {
        self.users.values().filter(|row| users.contains(&row.id)).cloned().collect()
    }

    pub(super) fn search_users(&self, query: Option<&str>, after: Option<UserId>, limit: usize) -> Vec<UserRow> {
        let query = query.unwrap_or_default().to_ascii_lowercase();
        let matches = |user: &UserRow| {
            let contains = |text: &str| text.to_ascii_lowercase().contains(&query);
            user.handle.as_ref().map(Handle::as_str).is_some_and(contains) || contains(DisplayName::as_str(&user.display_name))
        };
        let live = self.users.values().filter(|user| !user.deleted && after.is_none_or(|after| user.id > after));
        live.filter(|user| matches(user)).take(limit).cloned().collect()
    }

    pub(super) fn list_changed_users(&self, user: UserId, since: Position, limit: usize) -> Vec<UserRow> {
        let mut changed: Vec<UserRow> =
            self.users.values().filter(|other| other.id != user && other.position > since && self.knows(user, other.id)).cloned().collect();
        changed.sort_by_key(|row| row.position);
        changed.truncate(limit);
        changed
    }

    pub(super) fn find_device_by_token(&self, digest: &TokenDigest) -> Option<(DeviceRow, UserRow)> {
        let device = self.devices.values().find(|device| device.token == *digest)?;
        let user = self.live_user(device.row.user).filter(|user| !user.disabled)?;
        Some((device.row.clone(), user.clone()))
    }

    pub(super) fn list_devices(&self, user: UserId) -> Vec<DeviceRow> {
        let mut devices: Vec<DeviceRow> = self.devices.values().map(|device| device.row.clone()).filter(|row| row.user == user).collect();
        devices.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
        devices
    }
}

fn is_active_admin(user: &UserRow) -> bool {
    user.role == ServerRole::Admin && !user.disabled && !user.deleted
}
