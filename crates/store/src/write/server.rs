//! Writes of the server's own: invites and settings. None of them takes a position.

use parlor_types::{ConversationId, InviteId, RegistrationMode};

use crate::rows::InviteRow;

/// Makes an invite.
#[derive(Debug, Clone)]
pub struct CreateInvite {
    /// The invite; `uses` is zero.
    pub invite: InviteRow,
    /// How many live invites (at `created_at`) the conversation, or the server, may have with it.
    pub invites_max: u32,
}

/// What that came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateInviteOutcome {
    /// It stands.
    Created,
    /// There are as many as allowed.
    TooMany,
}

/// Ends an invite. One that belongs elsewhere than said is left alone.
#[derive(Debug, Clone)]
pub struct RevokeInvite {
    /// Which.
    pub invite: InviteId,
    /// Where it must belong; `None` for the server.
    pub conversation: Option<ConversationId>,
}

/// Changes settings of the server; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct SetSettings {
    /// The server's name.
    pub name: Option<String>,
    /// Who may register.
    pub registration: Option<RegistrationMode>,
}
