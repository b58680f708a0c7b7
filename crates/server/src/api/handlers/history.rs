//! Reading a log.

use parlor_engine::queries::{MessagesPage, Place};
use parlor_protocol::operations::{EventPage, ListEvents, ListMessages, ListPins, MessagePage};

use super::{Api, Call, Handle, PAGE, Refused, view};

impl Handle<ListMessages> for Api {
    async fn handle(&self, call: &Call, args: ListMessages) -> Result<MessagePage, Refused> {
        let place = match (args.before, args.after, args.around) {
            (None, None, None) => Place::Newest,
            (Some(seq), None, None) => Place::Before(seq),
            (None, Some(seq), None) => Place::After(seq),
            (None, None, Some(seq)) => Place::Around(seq),
            _ => return Err(Refused::invalid("give at most one of before, after and around")),
        };
        let limit = self.page(args.limit, PAGE)?;
        Ok(page(self.engine.messages(&call.actor, args.conversation, place, limit).await?))
    }
}

impl Handle<ListPins> for Api {
    async fn handle(&self, call: &Call, args: ListPins) -> Result<MessagePage, Refused> {
        Ok(page(self.engine.pins(&call.actor, args.conversation).await?))
    }
}

impl Handle<ListEvents> for Api {
    async fn handle(&self, call: &Call, args: ListEvents) -> Result<EventPage, Refused> {
        let limit = self.page(args.limit, u32::MAX)?;
        let page = self.engine.events(&call.actor, args.conversation, args.after, limit).await?;
        Ok(EventPage { events: page.events, through: page.through, more: page.more })
    }
}

fn page(page: MessagesPage) -> MessagePage {
    MessagePage {
        messages: page.messages.into_iter().map(view::message).collect(),
        users: view::users(page.users),
        more_before: page.more_before,
        more_after: page.more_after,
        last_seq: page.last_seq,
    }
}
