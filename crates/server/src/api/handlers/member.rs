//! Members and invite links.

use parlor_engine::commands::{self, InviteTerms};
use parlor_protocol::ErrorCode;
use parlor_protocol::models::Invite;
use parlor_protocol::operations::{
    AcceptInvite, AddMember, ConversationDetails, CreateInvite, Done, InviteList, InvitePreview, Leave, ListInvites, ListMembers, MemberList,
    PreviewInvite, RemoveMember, RevokeInvite, Sent, UpdateMember,
};

use super::{Api, Call, Handle, Order, PAGE, Refused, check_length, check_range, view};

/// The longest that an invite may live: a year.
pub(super) const INVITE_SECONDS_MAX: u32 = 31_536_000;
/// The most that one invite may be used.
pub(super) const INVITE_USES_MAX: u32 = 100_000;

pub(super) fn terms(lifetime_seconds: Option<u32>, uses_max: Option<u32>) -> Result<InviteTerms, Refused> {
    check_range("lifetime_seconds", lifetime_seconds, INVITE_SECONDS_MAX)?;
    check_range("uses_max", uses_max, INVITE_USES_MAX)?;
    Ok(InviteTerms { lifetime_seconds, uses_max })
}

impl Handle<ListMembers> for Api {
    async fn handle(&self, call: &Call, args: ListMembers) -> Result<MemberList, Refused> {
        let limit = self.page(args.limit, PAGE)?;
        let rows = self.engine.members(&call.actor, args.conversation, args.after, limit).await?;
        let next = if Self::is_full(&rows, limit) { rows.last().map(|(row, _)| row.user) } else { None };
        Ok(MemberList { members: rows.into_iter().filter_map(view::member).collect(), next })
    }
}

impl Handle<AddMember> for Api {
    async fn handle(&self, call: &Call, args: AddMember) -> Result<Sent, Refused> {
        let AddMember { conversation, user } = args;
        Ok(view::sent(self.engine.execute(&call.actor, commands::AddMember { conversation, user }).await?))
    }

    fn order(args: &AddMember) -> Order {
        Order::Log(args.conversation)
    }
}

impl Handle<UpdateMember> for Api {
    async fn handle(&self, call: &Call, args: UpdateMember) -> Result<Sent, Refused> {
        let UpdateMember { conversation, user, role } = args;
        Ok(view::sent(self.engine.execute(&call.actor, commands::UpdateMember { conversation, user, role }).await?))
    }

    fn order(args: &UpdateMember) -> Order {
        Order::Log(args.conversation)
    }
}

impl Handle<RemoveMember> for Api {
    async fn handle(&self, call: &Call, args: RemoveMember) -> Result<Sent, Refused> {
        let RemoveMember { conversation, user } = args;
        Ok(view::sent(self.engine.execute(&call.actor, commands::RemoveMember { conversation, user }).await?))
    }

    fn order(args: &RemoveMember) -> Order {
        Order::Log(args.conversation)
    }
}

impl Handle<Leave> for Api {
    async fn handle(&self, call: &Call, args: Leave) -> Result<Sent, Refused> {
        Ok(view::sent(self.engine.execute(&call.actor, commands::Leave { conversation: args.conversation }).await?))
    }

    fn order(args: &Leave) -> Order {
        Order::Log(args.conversation)
    }
}

impl Handle<ListInvites> for Api {
    async fn handle(&self, call: &Call, args: ListInvites) -> Result<InviteList, Refused> {
        let rows = self.engine.invites(&call.actor, args.conversation).await?;
        Ok(InviteList { invites: rows.into_iter().map(view::invite).collect() })
    }
}

impl Handle<CreateInvite> for Api {
    async fn handle(&self, call: &Call, args: CreateInvite) -> Result<Invite, Refused> {
        let terms = terms(args.lifetime_seconds, args.uses_max)?;
        Ok(view::invite(self.engine.execute(&call.actor, commands::CreateInvite { conversation: args.conversation, terms }).await?))
    }
}

impl Handle<RevokeInvite> for Api {
    async fn handle(&self, call: &Call, args: RevokeInvite) -> Result<Done, Refused> {
        let RevokeInvite { conversation, invite } = args;
        self.engine.execute(&call.actor, commands::RevokeInvite { conversation, invite }).await?;
        Ok(Done {})
    }
}

impl Handle<PreviewInvite> for Api {
    async fn handle(&self, call: &Call, args: PreviewInvite) -> Result<InvitePreview, Refused> {
        check_length("code", Some(&args.code), 1, 64)?;
        let invite = self.engine.preview_invite(&call.actor, &args.code).await?;
        let (conversation, joined) = (invite.conversation, invite.joined);
        let title = conversation.title.ok_or_else(|| Refused::new(ErrorCode::InvalidInvite, "the invite leads nowhere; ask for a new one"))?;
        Ok(InvitePreview {
            conversation: conversation.id,
            kind: conversation.kind,
            title,
            description: conversation.description,
            member_count: conversation.member_count,
            joined,
        })
    }
}

impl Handle<AcceptInvite> for Api {
    async fn handle(&self, call: &Call, args: AcceptInvite) -> Result<ConversationDetails, Refused> {
        check_length("code", Some(&args.code), 1, 64)?;
        let conversation = self.engine.execute(&call.actor, commands::AcceptInvite { code: args.code }).await?;
        self.details(call, conversation).await
    }
}
