//! Writes to accounts and their sessions.

use parlor_types::{DeviceId, DeviceName, DisplayName, Handle, InviteId, ServerRole, Timestamp, UserId};

use crate::rows::{DeviceRow, TokenDigest, UserRow};

/// Who lets a new account in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Everybody may, or an admin makes it.
    Free,
    /// Only while the server is empty.
    FirstOnly,
    /// An invite to the server, of which this takes one use (on an empty server none is needed or used).
    Invite(InviteId),
}

/// Makes an account, with receipts and presence shown. On an empty server ([`crate::ServerSettings::empty`]) it becomes admin, whatever `role` and
/// `admission` say. Takes one position. `NotAdmitted` is checked before `HandleTaken`: whom nobody lets in does not learn who is there; and an invite
/// is used only by who gets in.
#[derive(Debug, Clone)]
pub struct CreateUser {
    /// Its id.
    pub id: UserId,
    /// The unique name.
    pub handle: Handle,
    /// What to call them.
    pub display_name: DisplayName,
    /// The password's hash in PHC form.
    pub password_hash: String,
    /// What the user may do to the server.
    pub role: ServerRole,
    /// Who lets them in.
    pub admission: Admission,
    /// When.
    pub at: Timestamp,
}

/// What the making of an account came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateUserOutcome {
    /// The account.
    Created(UserRow),
    /// The handle belongs to somebody else who is live.
    HandleTaken,
    /// The invite has ended, is used up, was revoked or is not one to the server; or the server is not empty and nothing else lets them in.
    NotAdmitted,
}

/// Changes an account that is live; `None` stays. Disabling revokes every device. Takes one position when anything changed.
#[derive(Debug, Clone)]
pub struct UpdateUser {
    /// Which.
    pub user: UserId,
    /// What to call them.
    pub display_name: Option<DisplayName>,
    /// Whether others learn what this user has read.
    pub send_read_receipts: Option<bool>,
    /// Whether others see presence and last activity.
    pub share_presence: Option<bool>,
    /// What the user may do to the server.
    pub role: Option<ServerRole>,
    /// Whether the account is disabled.
    pub disabled: Option<bool>,
}

/// What that came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdateUserOutcome {
    /// The account from now on, and the devices that were revoked.
    Updated {
        /// The account.
        user: UserRow,
        /// Revoked devices, by id.
        revoked: Vec<DeviceId>,
    },
    /// There is no such live account.
    NotFound,
    /// The user is the only active admin and would no longer be one. Nothing was changed.
    LastAdmin,
}

/// Ends an account: handle, name ("Deleted account"), hash, contacts, blocks (of others too), devices go; the row stays, otherwise as it was.
/// Memberships were ended before, by events; intervals that a block closed stay closed.
///
/// Takes one position for the account, then one for each contact row of others that was anything but `None`, by their id: it is `None` from now on.
#[derive(Debug, Clone)]
pub struct DeleteUser {
    /// Which.
    pub user: UserId,
}

/// What that came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeleteUserOutcome {
    /// The devices that were revoked, and the users whose contact with this one ended.
    Deleted {
        /// Revoked devices, by id.
        revoked: Vec<DeviceId>,
        /// Those whose rows changed, by id.
        contacts: Vec<UserId>,
    },
    /// There is no such live account.
    NotFound,
    /// The user is the only active admin while there are other live accounts. Nothing was changed.
    LastAdmin,
}

/// Makes a session.
#[derive(Debug, Clone)]
pub struct CreateDevice {
    /// Its id.
    pub id: DeviceId,
    /// Whose.
    pub user: UserId,
    /// Its name.
    pub name: DeviceName,
    /// The digest of its token.
    pub token: TokenDigest,
    /// The hash of the password that let it in; when the account has another by now, the password was changed meanwhile.
    pub password_hash: String,
    /// When.
    pub at: Timestamp,
    /// How many live devices the user may have with it.
    pub devices_max: u32,
}

/// What the making of a session came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateDeviceOutcome {
    /// The session.
    Created(DeviceRow),
    /// The account is unknown, deleted or disabled, or its password is another by now.
    NotAllowed,
    /// The user has as many as allowed.
    TooMany,
}

/// Which sessions of a user end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(DeviceId),
    /// All but this one.
    AllExcept(DeviceId),
    /// All.
    All,
}

/// Ends sessions of a user.
#[derive(Debug, Clone)]
pub struct RevokeDevices {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub which: Which,
}

/// Which sessions ended, by id; those that had ended before are not named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RevokeDevicesOutcome {
    /// The devices.
    pub revoked: Vec<DeviceId>,
}

/// Sets the password of a live account and ends sessions with it. Nothing happens for an account that is not.
#[derive(Debug, Clone)]
pub struct SetPassword {
    /// Whose.
    pub user: UserId,
    /// The password's hash in PHC form.
    pub password_hash: String,
    /// Which sessions end; at least all others.
    pub revoke: Which,
}

/// Notes that a device was there. Neither moment ever moves back. An ended device, or an account that is not live, is left as it is.
#[derive(Debug, Clone)]
pub struct TouchDevice {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub device: DeviceId,
    /// When.
    pub at: Timestamp,
    /// Whether it was the user's last device that went: sets `last_active_at`.
    pub last: bool,
}
