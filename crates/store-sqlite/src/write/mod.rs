//! The writes, each as a function of the working set, by subject. A write looks first and changes then, so that a refused one has changed nothing.
//!
//! They run inside the writer's transaction, one after the other, each seeing the ones before it. None of them commits, answers, or looks at a clock.

mod account;
mod append;
mod apply;
mod conversation;
mod invite;
mod mark;
mod relation;
mod retention;
mod session;

use parlor_store::{Write, Written};

use crate::failure::Outcome;
use crate::working::Working;

impl Working<'_> {
    /// Makes one write.
    pub(crate) fn apply(&mut self, write: &Write) -> Outcome<Written> {
        Ok(match write {
            Write::Append(write) => Written::Append(self.append(write)?),
            Write::CreateConversation(write) => Written::CreateConversation(self.create_conversation(write)?),
            Write::Mark(write) => Written::Mark(self.mark(write)?),
            Write::SetPersonal(write) => Written::SetPersonal(self.set_personal(write)?),
            Write::CreateUser(write) => Written::CreateUser(self.create_user(write)?),
            Write::UpdateUser(write) => Written::UpdateUser(self.update_user(write)?),
            Write::DeleteUser(write) => Written::DeleteUser(self.delete_user(write)?),
            Write::CreateDevice(write) => Written::CreateDevice(self.create_device(write)?),
            Write::RevokeDevices(write) => Written::RevokeDevices(self.revoke_devices(write)?),
            Write::SetPassword(write) => Written::SetPassword(self.set_password(write)?),
            Write::TouchDevice(write) => {
                self.touch_device(write)?;
                Written::TouchDevice(())
            }
            Write::SetContact(write) => Written::SetContact(self.set_contact(write)?),
            Write::SetBlock(write) => Written::SetBlock(self.set_block(write)?),
            Write::CreateInvite(write) => Written::CreateInvite(self.create_invite(write)?),
            Write::RevokeInvite(write) => {
                self.revoke_invite(write)?;
                Written::RevokeInvite(())
            }
            Write::SetSettings(write) => {
                self.set_settings(write)?;
                Written::SetSettings(())
            }
            Write::Trim(write) => Written::Trim(self.trim(write)?),
            Write::ForgetKeys(write) => Written::ForgetKeys(self.forget_keys(write)?),
        })
    }
}
