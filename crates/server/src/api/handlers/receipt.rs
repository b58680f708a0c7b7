//! Watermarks, typing, presence: what a client says of itself.

use parlor_engine::commands;
use parlor_protocol::models::ReadState;
use parlor_protocol::operations::{Done, ListReceipts, Ping, PresenceList, ReceiptList, SetPresence, SetTyping, UpdateReceipt, WatchPresence};

use super::{Api, Call, Handle, Refused, view};

impl Handle<UpdateReceipt> for Api {
    async fn handle(&self, call: &Call, args: UpdateReceipt) -> Result<ReadState, Refused> {
        let UpdateReceipt { conversation, delivered, read } = args;
        let marked = self.engine.execute(&call.actor, commands::UpdateReceipt { conversation, delivered, read }).await?;
        Ok(view::read_state(&marked))
    }
}

impl Handle<ListReceipts> for Api {
    async fn handle(&self, call: &Call, args: ListReceipts) -> Result<ReceiptList, Refused> {
        let rows = self.engine.receipts(&call.actor, args.conversation).await?;
        Ok(ReceiptList { receipts: rows.iter().map(view::receipt).collect() })
    }
}

impl Handle<SetTyping> for Api {
    async fn handle(&self, call: &Call, args: SetTyping) -> Result<Done, Refused> {
        self.engine.execute(&call.actor, commands::SetTyping { conversation: args.conversation, on: args.on }).await?;
        Ok(Done {})
    }
}

impl Handle<WatchPresence> for Api {
    async fn handle(&self, call: &Call, args: WatchPresence) -> Result<PresenceList, Refused> {
        let views = self.engine.watch_presence(&call.actor, call.mailbox.as_ref(), &args.users).await?;
        Ok(PresenceList { users: views.into_iter().map(view::presence).collect() })
    }
}

impl Handle<SetPresence> for Api {
    /// Over REST there is no connection whose person could be away: nothing to do.
    async fn handle(&self, call: &Call, args: SetPresence) -> Result<Done, Refused> {
        if let Some(mailbox) = &call.mailbox {
            self.engine.set_away(mailbox, args.away);
        }
        Ok(Done {})
    }
}

impl Handle<Ping> for Api {
    async fn handle(&self, _: &Call, _: Ping) -> Result<Done, Refused> {
        Ok(Done {})
    }
}
