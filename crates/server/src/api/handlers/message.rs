//! Writing to a log.

use parlor_engine::commands;
use parlor_protocol::operations::{DeleteMessage, EditMessage, PinMessage, React, SendMessage, Sent};
use parlor_types::event::Content;

use super::{Api, Call, Handle, Order, Refused, view};

impl Handle<SendMessage> for Api {
    async fn handle(&self, call: &Call, args: SendMessage) -> Result<Sent, Refused> {
        let SendMessage { conversation, key, text, mentions, reply_to } = args;
        let content = Content { text: Some(text), mentions };
        Ok(view::sent(self.engine.execute(&call.actor, commands::SendMessage { conversation, key, content, reply_to }).await?))
    }

    fn order(args: &SendMessage) -> Order {
        Order::Log(args.conversation)
    }
}

impl Handle<EditMessage> for Api {
    async fn handle(&self, call: &Call, args: EditMessage) -> Result<Sent, Refused> {
        let EditMessage { conversation, seq, text, mentions } = args;
        let content = Content { text: Some(text), mentions };
        Ok(view::sent(self.engine.execute(&call.actor, commands::EditMessage { conversation, target: seq, content }).await?))
    }

    fn order(args: &EditMessage) -> Order {
        Order::Log(args.conversation)
    }
}

impl Handle<DeleteMessage> for Api {
    async fn handle(&self, call: &Call, args: DeleteMessage) -> Result<Sent, Refused> {
        let DeleteMessage { conversation, seq } = args;
        Ok(view::sent(self.engine.execute(&call.actor, commands::DeleteMessage { conversation, target: seq }).await?))
    }

    fn order(args: &DeleteMessage) -> Order {
        Order::Log(args.conversation)
    }
}

impl Handle<React> for Api {
    async fn handle(&self, call: &Call, args: React) -> Result<Sent, Refused> {
        let React { conversation, seq, emoji, on } = args;
        Ok(view::sent(self.engine.execute(&call.actor, commands::React { conversation, target: seq, emoji, on }).await?))
    }

    fn order(args: &React) -> Order {
        Order::Log(args.conversation)
    }
}

impl Handle<PinMessage> for Api {
    async fn handle(&self, call: &Call, args: PinMessage) -> Result<Sent, Refused> {
        let PinMessage { conversation, seq, on } = args;
        Ok(view::sent(self.engine.execute(&call.actor, commands::PinMessage { conversation, target: seq, on }).await?))
    }

    fn order(args: &PinMessage) -> Order {
        Order::Log(args.conversation)
    }
}
