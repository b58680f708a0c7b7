//! Conversations and channels.

use parlor_domain::decide::Changes;
use parlor_engine::commands;
use parlor_protocol::operations::{
    ChannelList, ConversationDetails, ConversationList, CreateConversation, Done, GetConversation, JoinChannel, ListChannels, ListConversations,
    NewKind, OpenDirect, Sent, UpdateConversation, UpdateSettings,
};
use parlor_types::{ConversationId, ConversationKind};

use super::{Api, Call, Handle, Order, PAGE, Refused, check_length, view};

impl Api {
    pub(super) async fn details(&self, call: &Call, conversation: ConversationId) -> Result<ConversationDetails, Refused> {
        Ok(view::details(self.engine.head(&call.actor, conversation).await?))
    }
}

impl Handle<ListConversations> for Api {
    async fn handle(&self, call: &Call, _: ListConversations) -> Result<ConversationList, Refused> {
        let (heads, users) = self.engine.heads(&call.actor).await?;
        Ok(ConversationList { conversations: heads.into_iter().map(view::head).collect(), users: view::users(users) })
    }
}

impl Handle<GetConversation> for Api {
    async fn handle(&self, call: &Call, args: GetConversation) -> Result<ConversationDetails, Refused> {
        self.details(call, args.conversation).await
    }
}

impl Handle<OpenDirect> for Api {
    async fn handle(&self, call: &Call, args: OpenDirect) -> Result<ConversationDetails, Refused> {
        let conversation = self.engine.execute(&call.actor, commands::OpenDirect { user: args.user }).await?;
        self.details(call, conversation).await
    }
}

impl Handle<CreateConversation> for Api {
    async fn handle(&self, call: &Call, args: CreateConversation) -> Result<ConversationDetails, Refused> {
        let command = commands::CreateConversation {
            key: args.key,
            kind: match args.kind {
                NewKind::Group => ConversationKind::Group,
                NewKind::Channel => ConversationKind::Channel,
            },
            title: args.title,
            description: args.description,
            members: args.members,
            history: args.history.unwrap_or_default(),
            retention: args.retention.unwrap_or_default(),
        };
        let conversation = self.engine.execute(&call.actor, command).await?;
        self.details(call, conversation).await
    }
}

impl Handle<UpdateConversation> for Api {
    async fn handle(&self, call: &Call, args: UpdateConversation) -> Result<Sent, Refused> {
        let UpdateConversation { conversation, title, description, retention, history } = args;
        let changes = Changes { title, description, retention, history };
        Ok(view::sent(self.engine.execute(&call.actor, commands::UpdateConversation { conversation, changes }).await?))
    }

    fn order(args: &UpdateConversation) -> Order {
        Order::Log(args.conversation)
    }
}

impl Handle<UpdateSettings> for Api {
    async fn handle(&self, call: &Call, args: UpdateSettings) -> Result<Done, Refused> {
        let UpdateSettings { conversation, muted_until, pinned, archived, marked_unread } = args;
        self.engine.execute(&call.actor, commands::UpdateSettings { conversation, muted_until, pinned, archived, marked_unread }).await?;
        Ok(Done {})
    }
}

impl Handle<ListChannels> for Api {
    async fn handle(&self, call: &Call, args: ListChannels) -> Result<ChannelList, Refused> {
        check_length("query", args.query.as_deref(), 0, 100)?;
        let limit = self.page(args.limit, PAGE)?;
        let rows = self.engine.channels(&call.actor, args.query.as_deref(), args.after, limit).await?;
        let next = if Self::is_full(&rows, limit) { rows.last().map(|(conversation, _)| conversation.id) } else { None };
        Ok(ChannelList { channels: rows.into_iter().filter_map(|(conversation, joined)| view::channel(conversation, joined)).collect(), next })
    }
}

impl Handle<JoinChannel> for Api {
    async fn handle(&self, call: &Call, args: JoinChannel) -> Result<ConversationDetails, Refused> {
        self.engine.execute(&call.actor, commands::JoinChannel { conversation: args.conversation }).await?;
        self.details(call, args.conversation).await
    }

    fn order(args: &JoinChannel) -> Order {
        Order::Log(args.conversation)
    }
}
