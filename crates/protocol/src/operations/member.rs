//! Members and invite links.

use parlor_types::{ConversationId, ConversationKind, ConversationTitle, Description, InviteId, Role, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::models::{Invite, Member};

/// The members of a conversation, owner first, then by id.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListMembers {
    /// Of which.
    pub conversation: ConversationId,
    /// Go on after this user, as `next` said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<UserId>,
    /// At most so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<u32>,
}

/// Members.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MemberList {
    /// By user id.
    pub members: Vec<Member>,
    /// Where to go on; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<UserId>,
}

/// Adds a user to a group or channel. Twice is once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// Where to.
    pub conversation: ConversationId,
    /// Whom.
    pub user: UserId,
}

/// Gives a member another role. Giving away `owner` hands over: the owner until now becomes admin.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMember {
    /// Where.
    pub conversation: ConversationId,
    /// Whom.
    pub user: UserId,
    /// The role from now on.
    pub role: Role,
}

/// Removes a member; nothing that follows reaches them (G7).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveMember {
    /// Where from.
    pub conversation: ConversationId,
    /// Whom.
    pub user: UserId,
}

/// Leaves a group or channel. An owner hands over first, unless nobody else is left.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// Which.
    pub conversation: ConversationId,
}

/// The live invite links of a conversation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListInvites {
    /// Of which.
    pub conversation: ConversationId,
}

/// Invites.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct InviteList {
    /// Newest first.
    pub invites: Vec<Invite>,
}

/// Makes an invite link.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvite {
    /// Into which.
    pub conversation: ConversationId,
    /// For how long, in seconds; absent means until it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 31_536_000))]
    pub lifetime_seconds: Option<u32>,
    /// For how many uses; absent means without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100_000))]
    pub uses_max: Option<u32>,
}

/// Revokes an invite link. Twice is once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeInvite {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// Which.
    pub invite: InviteId,
}

/// What an invite link leads to, before it is accepted.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewInvite {
    /// The secret of the link.
    #[schemars(length(max = 64))]
    pub code: String,
}

/// What an invite link leads to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct InvitePreview {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its kind.
    pub kind: ConversationKind,
    /// Its title.
    pub title: ConversationTitle,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// How many members it has.
    pub member_count: u64,
    /// Whether I am one already.
    pub joined: bool,
}

/// Joins by an invite link. Who is a member already stays one, and the link is not used up.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvite {
    /// The secret of the link.
    #[schemars(length(max = 64))]
    pub code: String,
}
