//! Steps between two users.

use parlor_domain::Refusal;
use parlor_domain::contact::{ContactAction, ContactState};
use parlor_store::{SetBlock, SetBlockOutcome, SetContact, SetContactOutcome, UserRow};
use parlor_types::UserId;

use crate::notice::Notice;
use crate::{Actor, Command, Engine, Result};

/// Requests, accepts, declines or removes a contact.
#[derive(Debug, Clone, Copy)]
pub struct UpdateContact {
    /// With whom.
    pub other: UserId,
    /// What. Blocking has a command of its own.
    pub action: ContactAction,
}

impl Command for UpdateContact {
    type Reply = (UserRow, ContactState);

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<(UserRow, ContactState)> {
        let me = engine.account(actor).await?;
        if self.other == me.id || self.action == ContactAction::Block {
            return Err(Refusal::Invalid("name another user").into());
        }
        let other = engine.store.find_user(self.other).await?.filter(|user| !user.deleted).ok_or(Refusal::NotFound)?;
        if matches!(self.action, ContactAction::Request | ContactAction::Accept) && engine.store.list_blocked(me.id).await?.contains(&other.id) {
            return Err(Refusal::Conflict("you blocked this user; unblock them first").into());
        }
        let step = SetContact { user: me.id, other: other.id, action: self.action, contacts_max: engine.limits.contacts_per_user_max };
        let (my_row, other_row) = (me.clone(), other.clone());
        let outcome = engine
            .committer
            .commit_and_announce(step, move |hub, outcome| {
                let SetContactOutcome::Set { mine, theirs, mine_changed, theirs_changed } = outcome else { return };
                if *mine_changed {
                    hub.notify_user(my_row.id, None, &Notice::Contact(other_row.clone(), *mine));
                }
                if *theirs_changed {
                    hub.notify_user(other_row.id, None, &Notice::Contact(my_row.clone(), *theirs));
                }
            })
            .await?;
        match outcome {
            SetContactOutcome::Set { mine, .. } => {
                if self.action == ContactAction::Remove {
                    engine.part_company(me.id).await?;
                }
                Ok((other, mine))
            }
            SetContactOutcome::Refused(refusal) => Err(refusal.into()),
            SetContactOutcome::NotFound => Err(Refusal::NotFound.into()),
        }
    }
}

/// Blocks or unblocks a user. The other one is not told.
#[derive(Debug, Clone, Copy)]
pub struct UpdateBlock {
    /// Whom.
    pub other: UserId,
    /// True to block.
    pub blocked: bool,
}

impl Command for UpdateBlock {
    type Reply = ();

    async fn run(self, engine: &Engine, actor: &Actor) -> Result<()> {
        let me = engine.account(actor).await?;
        let other = engine.store.find_user(self.other).await?.filter(|user| user.id != me.id).ok_or(Refusal::NotFound)?;
        let (my_row, other_row, blocked) = (me.clone(), other.clone(), self.blocked);
        let outcome = engine
            .committer
            .commit_and_announce(SetBlock { user: me.id, other: other.id, blocked }, move |hub, outcome| {
                let SetBlockOutcome::Set { changed: true, direct, theirs, theirs_changed, .. } = outcome else { return };
                if let Some((direct, _)) = direct {
                    if blocked {
                        hub.close_route_of(*direct, my_row.id);
                    } else {
                        hub.open_route(*direct, my_row.id);
                    }
                }
                hub.notify_user(my_row.id, None, &Notice::Block(other_row.id, blocked));
                if blocked {
                    hub.notify_user(my_row.id, None, &Notice::Contact(other_row.clone(), ContactState::None));
                }
                if *theirs_changed {
                    hub.notify_user(other_row.id, None, &Notice::Contact(my_row.clone(), *theirs));
                }
            })
            .await?;
        let SetBlockOutcome::Set { changed, direct, .. } = outcome else { return Err(Refusal::NotFound.into()) };
        if changed && blocked {
            engine.presence.hide(me.id, Some(other.id));
        }
        if let Some((direct, _)) = direct.filter(|_| changed) {
            engine.facts.forget(direct, me.id);
            engine.tell_head(me.id, direct).await?;
        }
        Ok(())
    }
}
