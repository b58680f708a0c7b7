//! The one table of who may do what in a conversation.

use parlor_types::{ConversationKind, Role};

use crate::refusal::Refusal;

/// What somebody may want to do in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read what their intervals give them, and who is in it.
    Read,
    /// Write, answer, edit and delete own messages, react, type, confirm.
    Write,
    /// Delete what others wrote.
    DeleteOthers,
    /// Pin and unpin.
    Pin,
    /// Change title and description.
    ChangeDetails,
    /// Change how long events are kept.
    ChangeRetention,
    /// Change what newcomers may read.
    ChangeHistory,
    /// Add members, make and revoke invite links.
    Invite,
    /// Remove plain members.
    RemoveMember,
    /// Remove and make admins, hand over ownership.
    ManageAdmins,
    /// Go.
    Leave,
    /// Come in by oneself.
    Join,
}

impl Action {
    /// All of them, for tables and tests.
    pub const ALL: [Self; 12] = [
        Self::Read,
        Self::Write,
        Self::DeleteOthers,
        Self::Pin,
        Self::ChangeDetails,
        Self::ChangeRetention,
        Self::ChangeHistory,
        Self::Invite,
        Self::RemoveMember,
        Self::ManageAdmins,
        Self::Leave,
        Self::Join,
    ];
}

/// The lowest role that may do `action` in a conversation of `kind`; `None` when nobody may.
const fn lowest_role(kind: ConversationKind, action: Action) -> Option<Role> {
    use Action as A;
    use ConversationKind as K;
    match (kind, action) {
        (_, A::Read | A::Write) => Some(Role::Member),
        (K::Direct, A::Pin | A::ChangeRetention) => Some(Role::Member),
        (K::Direct, _) => None,
        (K::Group, A::Pin) => Some(Role::Member),
        (K::Group, A::ChangeHistory) => Some(Role::Admin),
        (K::Channel, A::ChangeHistory) => None,
        (K::Group | K::Channel, A::DeleteOthers | A::Pin | A::ChangeDetails | A::ChangeRetention | A::Invite | A::RemoveMember) => Some(Role::Admin),
        (K::Group | K::Channel, A::ManageAdmins) => Some(Role::Owner),
        (K::Group | K::Channel, A::Leave) => Some(Role::Member),
        (K::Group | K::Channel, A::Join) => None,
    }
}

/// Whether somebody with `role` may do `action`. `knows` says whether they may know of the conversation at all: a channel is known to all, anything
/// else to who is or was in it; who may not know is answered "not found".
pub fn check(kind: ConversationKind, role: Option<Role>, knows: bool, action: Action) -> Result<(), Refusal> {
    let knows = knows || matches!(kind, ConversationKind::Channel);
    if !knows {
        return Err(Refusal::NotFound);
    }
    match (role, action) {
        (_, Action::Read) => return Ok(()),
        (None, Action::Join) if matches!(kind, ConversationKind::Channel) => return Ok(()),
        (None, _) if matches!(kind, ConversationKind::Channel) => return Err(Refusal::Forbidden("join the channel first")),
        (None, _) => return Err(Refusal::Forbidden("you are no longer a member of this conversation")),
        (Some(_), _) => {}
    }
    match lowest_role(kind, action) {
        None => Err(Refusal::Forbidden("this is not possible in a conversation of this kind")),
        Some(lowest) if role >= Some(lowest) => Ok(()),
        Some(Role::Owner) => Err(Refusal::Forbidden("only the owner may do this")),
        Some(_) => Err(Refusal::Forbidden("only admins and the owner may do this")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table as people read it: for each action who may, from left to right stranger, former member, member, admin, owner.
    /// `y` may, `-` forbidden, `0` must not learn that it exists.
    const TABLE: &[(Action, &str, &str, &str)] = &[
        //                       direct   group    channel
        (Action::Read, "0yyyy", "0yyyy", "yyyyy"),
        (Action::Write, "0-yyy", "0-yyy", "--yyy"),
        (Action::DeleteOthers, "0----", "0--yy", "---yy"),
        (Action::Pin, "0-yyy", "0-yyy", "---yy"),
        (Action::ChangeDetails, "0----", "0--yy", "---yy"),
        (Action::ChangeRetention, "0-yyy", "0--yy", "---yy"),
        (Action::ChangeHistory, "0----", "0--yy", "-----"),
        (Action::Invite, "0----", "0--yy", "---yy"),
        (Action::RemoveMember, "0----", "0--yy", "---yy"),
        (Action::ManageAdmins, "0----", "0---y", "----y"),
        (Action::Leave, "0----", "0-yyy", "--yyy"),
        (Action::Join, "0----", "0----", "yy---"),
    ];

    #[test]
    fn the_table_holds_for_every_kind_standing_and_action() {
        assert_eq!(TABLE.len(), Action::ALL.len());
        for (action, direct, group, channel) in TABLE {
            for (kind, row) in [(ConversationKind::Direct, direct), (ConversationKind::Group, group), (ConversationKind::Channel, channel)] {
                let standings = [(None, false), (None, true), (Some(Role::Member), true), (Some(Role::Admin), true), (Some(Role::Owner), true)];
                for ((role, knows), expected) in standings.into_iter().zip(row.chars()) {
                    let verdict = match check(kind, role, knows, *action) {
                        Ok(()) => 'y',
                        Err(Refusal::NotFound) => '0',
                        Err(_) => '-',
                    };
                    assert_eq!(verdict, expected, "{action:?} in {kind:?} as {role:?}");
                }
            }
        }
    }

    #[test]
    fn taking_a_right_away_never_allows_more() {
        for kind in [ConversationKind::Direct, ConversationKind::Group, ConversationKind::Channel] {
            for action in Action::ALL.into_iter().filter(|action| *action != Action::Join) {
                let allowed = |role| check(kind, role, true, action).is_ok();
                assert!(allowed(None) <= allowed(Some(Role::Member)));
                assert!(allowed(Some(Role::Member)) <= allowed(Some(Role::Admin)));
                assert!(allowed(Some(Role::Admin)) <= allowed(Some(Role::Owner)));
            }
        }
    }
}
