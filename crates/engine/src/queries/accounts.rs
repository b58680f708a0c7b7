//! Reads about users and the server.

use std::collections::HashSet;

use parlor_domain::contact::ContactState;
use parlor_domain::{Conversation, Refusal};
use parlor_store::{DeviceRow, InviteRow, StoreFigures, UserRow};
use parlor_types::{Handle, RegistrationMode, UserId};

use crate::{Actor, Engine, Result};

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerView {
    /// Its name.
    pub name: String,
    /// Who may register.
    pub registration: RegistrationMode,
    /// Whether there is no account yet.
    pub empty: bool,
}

/// What an invite link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteView {
    /// The conversation.
    pub conversation: Conversation,
    /// Whether the actor is a member already.
    pub joined: bool,
}

impl Engine {
    /// What the server says of itself, to everybody.
    pub async fn server(&self) -> Result<ServerView> {
        let settings = self.store.settings().await?;
        Ok(ServerView {
            name: settings.name.unwrap_or_else(|| self.name.clone()),
            registration: settings.registration.unwrap_or(self.registration),
            empty: settings.empty,
        })
    }

    /// The actor's own account.
    pub async fn account(&self, actor: &Actor) -> Result<UserRow> {
        Ok(self.store.find_user(actor.session()?.user).await?.ok_or(Refusal::NotFound)?)
    }

    /// The actor's live sessions, newest first.
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<DeviceRow>> {
        Ok(self.store.list_devices(actor.session()?.user).await?)
    }

    /// The live user with exactly this handle.
    pub async fn find_user(&self, actor: &Actor, handle: &Handle) -> Result<UserRow> {
        actor.session()?;
        let user = self.store.find_user_by_handle(handle).await?;
        Ok(user.filter(|user| !user.deleted).ok_or(Refusal::NotFound)?)
    }

    /// Profiles of those of `users` whom the actor may know of.
    pub async fn list_users(&self, actor: &Actor, users: &[UserId]) -> Result<Vec<UserRow>> {
        let session = actor.session()?;
        let limit = self.limits.page_events_max;
        if users.len() > limit as usize {
            return Err(Refusal::LimitReached { what: "too many users at once", limit: limit.into() }.into());
        }
        let known = self.store.list_acquainted(session.user, users).await?;
        Ok(self.store.list_users(&known).await?)
    }

    /// The actor's contacts and open requests.
    pub async fn contacts(&self, actor: &Actor) -> Result<Vec<(UserRow, ContactState)>> {
        let user = actor.session()?.user;
        let rows = self.store.list_contacts(user, None).await?;
        let others: Vec<UserId> = rows.iter().map(|row| row.other).collect();
        let users = self.store.list_users(&others).await?;
        Ok(rows.into_iter().filter_map(|row| Some((users.iter().find(|user| user.id == row.other)?.clone(), row.state))).collect())
    }

    /// Whom the actor blocked.
    pub async fn blocked(&self, actor: &Actor) -> Result<Vec<UserId>> {
        Ok(self.store.list_blocked(actor.session()?.user).await?)
    }

    /// What an invite link leads to. A link that has ended answers like one that never was.
    pub async fn preview_invite(&self, actor: &Actor, code: &str) -> Result<InviteView> {
        let session = actor.session()?;
        let invite = self.live_invite(code).await?;
        let conversation = invite.conversation.ok_or(crate::EngineError::InvalidInvite)?;
        let (conversation, standing) = self.store.find_standing(conversation, session.user).await?.ok_or(crate::EngineError::InvalidInvite)?;
        Ok(InviteView { conversation, joined: standing.role.is_some() })
    }

    /// Every account, by id, for admins.
    pub async fn admin_list_users(&self, actor: &Actor, query: Option<&str>, after: Option<UserId>, limit: usize) -> Result<Vec<UserRow>> {
        actor.admin()?;
        Ok(self.store.search_users(query, after, limit.min(self.limits.page_events_max as usize)).await?)
    }

    /// One account that is not deleted, for admins.
    pub async fn admin_find_user(&self, actor: &Actor, handle: &Handle) -> Result<UserRow> {
        actor.admin()?;
        Ok(self.store.find_user_by_handle(handle).await?.ok_or(Refusal::NotFound)?)
    }

    /// Live invites to the server, newest first, for admins.
    pub async fn admin_list_invites(&self, actor: &Actor) -> Result<Vec<InviteRow>> {
        actor.admin()?;
        Ok(self.store.list_invites(None, self.clock.now()).await?)
    }

    /// Figures, for admins.
    pub async fn admin_figures(&self, actor: &Actor) -> Result<StoreFigures> {
        actor.admin()?;
        Ok(self.store.figures().await?)
    }

    /// Figures of the store, for the operator's metrics.
    pub async fn store_figures(&self) -> Result<StoreFigures> {
        Ok(self.store.figures().await?)
    }

    /// Every violation of what must hold in the store, in words. Slow.
    pub async fn check_store(&self) -> Result<Vec<String>> {
        Ok(self.store.check().await?)
    }

    pub(crate) async fn live_invite(&self, code: &str) -> Result<InviteRow> {
        let invite = self.store.find_invite(code).await?;
        invite.filter(|invite| invite.is_live(self.clock.now())).ok_or(crate::EngineError::InvalidInvite)
    }

    /// The rows of users, each once.
    pub(crate) async fn rows_of(&self, users: impl IntoIterator<Item = UserId>) -> Result<Vec<UserRow>> {
        let users: Vec<UserId> = users.into_iter().collect::<HashSet<_>>().into_iter().collect();
        if users.is_empty() { Ok(Vec::new()) } else { Ok(self.store.list_users(&users).await?) }
    }
}
