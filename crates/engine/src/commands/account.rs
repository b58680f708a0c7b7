//! Accounts: how they begin, change and end.

use std::collections::HashSet;

use parlor_domain::{Refusal, decide};
use parlor_store::{
    Admission, CreateUser, CreateUserOutcome, DeleteUser, DeleteUserOutcome, SetPassword, UpdateUser, UpdateUserOutcome, UserRow, Which,
};
use parlor_types::{ConversationId, DeviceName, DisplayName, Handle, Password, RegistrationMode, ServerRole, UserId};

use super::append::{ATTEMPTS, Decided, busy};
use super::session::NewSession;
use crate::notice::Notice;
use crate::{Actor, Command, Engine, EngineError, Result};

/// Makes an account and logs in.
#[derive(Debug, Clone)]
pub struct Register {
    /// The unique name.
    pub handle: Handle,
    /// The password.
    pub password: Password,
    /// What to call the user; the handle when absent.
    pub display_name: Option<DisplayName>,
    /// What to call the device.
    pub device_name: Option<DeviceName>,
    /// The code of a server invite.
    pub invite: Option<String>,
}

impl Command for Register {
    type Reply = NewSession;

    async fn run(self, engine: &Engine, _: &Actor) -> Result<NewSession> {
        let server = engine.server().await?;
        let (admission, refused) = match (server.registration, &self.invite) {
            (RegistrationMode::Open, _) => (Admission::Free, EngineError::RegistrationClosed("registration is closed")),
            (RegistrationMode::Invite, Some(code)) if !server.empty => match engine.live_invite(code).await? {
                invite if invite.conversation.is_none() => (Admission::Invite(invite.id), EngineError::InvalidInvite),
                _ => return Err(EngineError::InvalidInvite),
            },
            (RegistrationMode::Invite, _) => {
                (Admission::FirstOnly, EngineError::RegistrationClosed("this server takes new people by invite; ask for one"))
            }
            (RegistrationMode::Closed, _) => {
                (Admission::FirstOnly, EngineError::RegistrationClosed("this server takes no new accounts; ask its admin to make one"))
            }
        };
        if admission == Admission::FirstOnly && !server.empty {
            return Err(refused);
        }
        let display_name = self.display_name;
        let created = engine.create_user(self.handle, &self.password, display_name, ServerRole::Member, admission).await;
        let user = match created {
            Err(EngineError::RegistrationClosed(_)) => return Err(refused),
            other => other?,
        };
        engine.create_session(user, self.device_name).await
    }
}

/// Changes the actor's profile or settings; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct UpdateAccount {
    /// What others call them.
    pub display_name: Option<DisplayName>,
    /// Whether others learn what they have read.
    pub send_read_receipts: Option<bool>,
    /// Whether others see whether they are there.
    pub share_presence: Option<bool>,
}

impl Command for UpdateAccount {
    type Reply = UserRow;

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<UserRow> {
        let user = actor.session()?.user;
        let before = engine.account(actor).await?;
        let update = UpdateUser {
            user,
            display_name: self.display_name,
            send_read_receipts: self.send_read_receipts,
            share_presence: self.share_presence,
            role: None,
            disabled: None,
        };
        let after = engine.update_user(update).await?;
        if before.display_name != after.display_name {
            engine.tell_profile(&after).await?;
        }
        if before.share_presence && !after.share_presence {
            engine.presence.hide(user, None);
        }
        Ok(after)
    }
}

/// Changes the actor's password and ends all other sessions.
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// The password until now.
    pub current: Password,
    /// The password from now on.
    pub new: Password,
}

impl Command for ChangePassword {
    type Reply = ();

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<()> {
        let session = actor.session()?;
        let account = engine.confirm_password(actor, &self.current).await?;
        engine.passwords.judge(&self.new, account.handle.as_ref()).await?;
        engine.set_password(session.user, &self.new, Which::AllExcept(session.device)).await
    }
}

/// Deletes the actor's account for good.
#[derive(Debug, Clone)]
pub struct DeleteAccount {
    /// The password, once more.
    pub password: Password,
}

impl Command for DeleteAccount {
    type Reply = ();

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<()> {
        let account = engine.confirm_password(actor, &self.password).await?;
        if account.role == ServerRole::Admin {
            engine.check_other_admin(account.id).await?;
        }
        // Before, so that a crash in between leaves an account that can be deleted again; and after, for what others did meanwhile.
        engine.end_memberships(account.id).await?;
        let companions = engine.companions(account.id).await?;
        match engine.committer.commit(DeleteUser { user: account.id }).await? {
            DeleteUserOutcome::NotFound => Ok(()),
            DeleteUserOutcome::LastAdmin => Err(last_admin()),
            DeleteUserOutcome::Deleted { revoked, contacts } => {
                engine.end_memberships(account.id).await?;
                engine.profiles.remove(&account.id);
                engine.presence.hide(account.id, None);
                if let Some(row) = engine.store.find_user(account.id).await? {
                    for other in companions.into_iter().chain(contacts).collect::<HashSet<_>>() {
                        engine.hub.notify_user(other, None, &Notice::User(row.clone()));
                    }
                }
                engine.sessions_ended(account.id, revoked).await
            }
        }
    }
}

pub(super) fn last_admin() -> EngineError {
    Refusal::Conflict("the server would be left without an admin; make somebody else admin first").into()
}

impl Engine {
    pub(super) async fn create_user(
        &self,
        handle: Handle,
        password: &Password,
        display_name: Option<DisplayName>,
        role: ServerRole,
        admission: Admission,
    ) -> Result<UserRow> {
        self.passwords.judge(password, Some(&handle)).await?;
        let password_hash = self.passwords.hash(password).await?;
        let display_name = display_name.unwrap_or_else(|| handle.as_str().parse().expect("a handle is a valid name"));
        let create = CreateUser { id: self.new_user_id(), handle, display_name, password_hash, role, admission, at: self.clock.now() };
        match self.committer.commit(create).await? {
            CreateUserOutcome::Created(user) => Ok(user),
            CreateUserOutcome::HandleTaken => Err(EngineError::HandleTaken),
            CreateUserOutcome::NotAdmitted => Err(EngineError::RegistrationClosed("registration is closed")),
        }
    }

    pub(super) async fn update_user(&self, update: UpdateUser) -> Result<UserRow> {
        let user = update.user;
        let outcome = self
            .committer
            .commit_and_announce(update, move |hub, outcome| {
                if let UpdateUserOutcome::Updated { user: row, .. } = outcome {
                    hub.notify_user(user, None, &Notice::Account(row.clone()));
                }
            })
            .await?;
        self.profiles.remove(&user);
        match outcome {
            UpdateUserOutcome::Updated { user: row, revoked } => {
                self.sessions_ended(user, revoked).await?;
                Ok(row)
            }
            UpdateUserOutcome::NotFound => Err(Refusal::NotFound.into()),
            UpdateUserOutcome::LastAdmin => Err(last_admin()),
        }
    }

    pub(super) async fn set_password(&self, user: UserId, password: &Password, revoke: Which) -> Result<()> {
        let password_hash = self.passwords.hash(password).await?;
        let outcome = self.committer.commit(SetPassword { user, password_hash, revoke }).await?;
        self.sessions_ended(user, outcome.revoked).await
    }

    /// The actor's account, if this is its password.
    async fn confirm_password(&self, actor: &Actor, password: &Password) -> Result<UserRow> {
        let account = self.account(actor).await?;
        if self.passwords.verify(password, Some(account.password_hash.clone())).await? { Ok(account) } else { Err(EngineError::WrongCredentials) }
    }

    async fn check_other_admin(&self, leaving: UserId) -> Result<()> {
        let mut after = None;
        let mut others = false;
        loop {
            let page = self.store.search_users(None, after, 200).await?;
            if page.iter().any(|user| user.id != leaving && user.role == ServerRole::Admin && !user.disabled) {
                return Ok(());
            }
            others |= page.iter().any(|user| user.id != leaving);
            match page.last() {
                Some(last) if page.len() == 200 => after = Some(last.id),
                _ => break,
            }
        }
        // The last person may go, and leaves an empty server behind.
        if others { Err(last_admin()) } else { Ok(()) }
    }

    /// Takes out again who was deleted while they came in. To be called after the commit that let them in: either this sees the deletion, or the deletion
    /// sees them.
    pub(super) async fn expel_deleted(&self, conversation: ConversationId, newcomers: &[UserId]) -> Result<()> {
        for row in self.store.list_users(newcomers).await?.into_iter().filter(|row| row.deleted) {
            self.end_membership(row.id, conversation).await?;
        }
        Ok(())
    }

    async fn end_memberships(&self, user: UserId) -> Result<()> {
        for head in self.store.list_heads(user, None).await? {
            if head.member.as_ref().is_some_and(|member| member.role.is_some()) {
                self.end_membership(user, head.conversation.id).await?;
            }
        }
        Ok(())
    }

    async fn end_membership(&self, user: UserId, conversation: ConversationId) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let fact = self.facts.read(conversation, user).await?;
            let heir = self.store.find_heir(conversation, user).await?;
            let events = decide::remove_account(&fact.0, &fact.1, heir);
            if events.is_empty() {
                return Ok(());
            }
            let decided = Decided { conversation, version: fact.0.rules_version, sender: user, events, key: None, invite: None };
            if self.append(decided).await?.is_some() {
                self.facts.forget(conversation, user);
                return Ok(());
            }
        }
        Err(busy())
    }

    /// Tells those who may know of the user and are connected.
    async fn tell_profile(&self, row: &UserRow) -> Result<()> {
        let contacts = self.store.list_contacts(row.id, None).await?.into_iter().map(|contact| contact.other);
        for other in self.companions(row.id).await?.into_iter().chain(contacts).collect::<HashSet<_>>() {
            self.hub.notify_user(other, None, &Notice::User(row.clone()));
        }
        Ok(())
    }

    /// Who receives a conversation that the user receives, and is connected here.
    async fn companions(&self, user: UserId) -> Result<HashSet<UserId>> {
        let received = self.store.list_received(user).await?;
        Ok(received.into_iter().flat_map(|conversation| self.hub.receivers(conversation)).filter(|other| *other != user).collect())
    }
}
