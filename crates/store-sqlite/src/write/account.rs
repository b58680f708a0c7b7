//! Accounts.

use parlor_domain::contact::ContactState;
use parlor_store::{Admission, CreateUser, CreateUserOutcome, DeleteUser, DeleteUserOutcome, UpdateUser, UpdateUserOutcome, UserRow, Which};
use parlor_types::{Handle, ServerRole, UserId};
use rusqlite::params;

use crate::columns::{int, raw, server_role_number};
use crate::failure::{Failure, Outcome};
use crate::query;
use crate::read;
use crate::sql::write as sql;
use crate::working::Working;

impl Working<'_> {
    pub(super) fn create_user(&mut self, create: &CreateUser) -> Outcome<CreateUserOutcome> {
        if let Some(existing) = read::user::find(self.connection, create.id)? {
            return Ok(CreateUserOutcome::Created(existing));
        }
        let first = !query::holds(self.connection, sql::ANY_USER, [])?;
        let admitted = match create.admission {
            _ if first => true,
            Admission::Free => true,
            Admission::FirstOnly => false,
            Admission::Invite(invite) => self.invite_is_live(invite, None, create.at)?,
        };
        if !admitted {
            return Ok(CreateUserOutcome::NotAdmitted);
        }
        if read::user::find_by_handle(self.connection, &create.handle)?.is_some() {
            return Ok(CreateUserOutcome::HandleTaken);
        }
        if let Admission::Invite(invite) = create.admission
            && !first
        {
            self.use_invite(invite, None, create.at)?;
        }
        let user = UserRow {
            id: create.id,
            handle: Some(create.handle.clone()),
            display_name: create.display_name.clone(),
            password_hash: create.password_hash.clone(),
            role: if first { ServerRole::Admin } else { create.role },
            send_read_receipts: true,
            share_presence: true,
            disabled: false,
            deleted: false,
            created_at: create.at,
            last_active_at: None,
            position: self.counters.next_position(),
        };
        self.counters.note_id(user.id.raw());
        let row = (
            int(user.id.raw()),
            create.handle.as_str(),
            user.display_name.as_str(),
            &user.password_hash,
            server_role_number(user.role),
            user.created_at.milliseconds(),
            int(user.position.0),
        );
        query::execute(self.connection, sql::INSERT_USER, row)?;
        Ok(CreateUserOutcome::Created(user))
    }

    pub(super) fn update_user(&mut self, update: &UpdateUser) -> Outcome<UpdateUserOutcome> {
        let Some(before) = self.live_user(update.user)? else { return Ok(UpdateUserOutcome::NotFound) };
        let mut after = UserRow {
            display_name: update.display_name.clone().unwrap_or_else(|| before.display_name.clone()),
            send_read_receipts: update.send_read_receipts.unwrap_or(before.send_read_receipts),
            share_presence: update.share_presence.unwrap_or(before.share_presence),
            role: update.role.unwrap_or(before.role),
            disabled: update.disabled.unwrap_or(before.disabled),
            ..before.clone()
        };
        if is_active_admin(&before) && !is_active_admin(&after) && !self.has_other_admin(update.user)? {
            return Ok(UpdateUserOutcome::LastAdmin);
        }
        if after != before {
            after.position = self.counters.next_position();
            self.save_user(&after)?;
        }
        let revoked = if after.disabled { self.end_devices(update.user, Which::All)? } else { Vec::new() };
        Ok(UpdateUserOutcome::Updated { user: after, revoked })
    }

    pub(super) fn delete_user(&mut self, delete: &DeleteUser) -> Outcome<DeleteUserOutcome> {
        let user = delete.user;
        let Some(before) = self.live_user(user)? else { return Ok(DeleteUserOutcome::NotFound) };
        let others = query::holds(self.connection, sql::ANY_OTHER_USER, [int(user.raw())])?;
        if is_active_admin(&before) && others && !self.has_other_admin(user)? {
            return Ok(DeleteUserOutcome::LastAdmin);
        }
        let display_name = "Deleted account".parse().map_err(|error| Failure::Impossible(format!("a fixed name: {error}")))?;
        let position = self.counters.next_position();
        self.save_user(&UserRow { handle: None, display_name, password_hash: String::new(), deleted: true, position, ..before })?;
        query::execute(self.connection, sql::DELETE_BLOCKS_OF, [int(user.raw())])?;
        query::execute(self.connection, sql::DELETE_BLOCKS_ON, [int(user.raw())])?;
        // Both sides of a contact have a row each, or only the other one has: a request that was declined. So the index on the other side is needed.
        let contacts = query::all(self.connection, sql::LIST_CONTACTED_BY, [int(user.raw())], |row| Ok(UserId::from_raw(raw(row, 0)?)))?;
        query::execute(self.connection, sql::DELETE_CONTACTS, [int(user.raw())])?;
        for contact in &contacts {
            self.set_contact_state(*contact, user, ContactState::None)?;
        }
        Ok(DeleteUserOutcome::Deleted { revoked: self.end_devices(user, Which::All)?, contacts })
    }

    pub(super) fn live_user(&self, user: UserId) -> Outcome<Option<UserRow>> {
        Ok(read::user::find(self.connection, user)?.filter(|row| !row.deleted))
    }

    fn has_other_admin(&self, user: UserId) -> Outcome<bool> {
        Ok(query::get(self.connection, sql::COUNT_OTHER_ADMINS, [int(user.raw())], |row| raw(row, 0))? > 0)
    }

    pub(super) fn save_user(&self, user: &UserRow) -> Outcome<()> {
        query::execute(
            self.connection,
            sql::SAVE_USER,
            params![
                int(user.id.raw()),
                user.handle.as_ref().map(Handle::as_str),
                user.display_name.as_str(),
                user.password_hash,
                server_role_number(user.role),
                user.send_read_receipts,
                user.share_presence,
                user.disabled,
                user.deleted,
                user.last_active_at.map(parlor_types::Timestamp::milliseconds),
                int(user.position.0),
            ],
        )?;
        Ok(())
    }
}

fn is_active_admin(user: &UserRow) -> bool {
    user.role == ServerRole::Admin && !user.disabled && !user.deleted
}
