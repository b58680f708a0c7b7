//! Contacts and blocks.

use parlor_domain::contact::ContactAction;
use parlor_engine::commands;
use parlor_protocol::models::Contact;
use parlor_protocol::operations::{
    AcceptContact, BlockUser, BlockedList, ContactList, DeclineContact, Done, ListBlocked, ListContacts, RemoveContact, RequestContact, UnblockUser,
};
use parlor_types::UserId;

use super::{Api, Call, Handle, Refused, view};

impl Handle<ListContacts> for Api {
    async fn handle(&self, call: &Call, _: ListContacts) -> Result<ContactList, Refused> {
        let rows = self.engine.contacts(&call.actor).await?;
        Ok(ContactList { contacts: rows.into_iter().map(|(row, state)| view::contact(row, state)).collect() })
    }
}

impl Api {
    async fn step(&self, call: &Call, other: UserId, action: ContactAction) -> Result<Contact, Refused> {
        let (row, state) = self.engine.execute(&call.actor, commands::UpdateContact { other, action }).await?;
        Ok(view::contact(row, state))
    }

    async fn block(&self, call: &Call, other: UserId, blocked: bool) -> Result<Done, Refused> {
        self.engine.execute(&call.actor, commands::UpdateBlock { other, blocked }).await?;
        Ok(Done {})
    }
}

impl Handle<RequestContact> for Api {
    async fn handle(&self, call: &Call, args: RequestContact) -> Result<Contact, Refused> {
        self.step(call, args.user, ContactAction::Request).await
    }
}

impl Handle<AcceptContact> for Api {
    async fn handle(&self, call: &Call, args: AcceptContact) -> Result<Contact, Refused> {
        self.step(call, args.user, ContactAction::Accept).await
    }
}

impl Handle<DeclineContact> for Api {
    async fn handle(&self, call: &Call, args: DeclineContact) -> Result<Contact, Refused> {
        self.step(call, args.user, ContactAction::Decline).await
    }
}

impl Handle<RemoveContact> for Api {
    async fn handle(&self, call: &Call, args: RemoveContact) -> Result<Contact, Refused> {
        self.step(call, args.user, ContactAction::Remove).await
    }
}

impl Handle<ListBlocked> for Api {
    async fn handle(&self, call: &Call, _: ListBlocked) -> Result<BlockedList, Refused> {
        Ok(BlockedList { users: self.engine.blocked(&call.actor).await? })
    }
}

impl Handle<BlockUser> for Api {
    async fn handle(&self, call: &Call, args: BlockUser) -> Result<Done, Refused> {
        self.block(call, args.user, true).await
    }
}

impl Handle<UnblockUser> for Api {
    async fn handle(&self, call: &Call, args: UnblockUser) -> Result<Done, Refused> {
        self.block(call, args.user, false).await
    }
}
