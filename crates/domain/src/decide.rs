//! From a wish to the events that grant it. An empty list means: it is so already, nothing to do.

use parlor_types::event::Content;
use parlor_types::{
    ConversationKind, ConversationTitle, Description, Emoji, EventBody, HistoryVisibility, Limits, RemovalReason, Retention, Role, Seq, UserId,
};

use crate::facts::{Conversation, Standing, Target};
use crate::permission::{Action, check};
use crate::refusal::Refusal;

type Decision = Result<Vec<EventBody>, Refusal>;

/// Whether `standing` may do `action`.
pub fn may(conversation: &Conversation, standing: &Standing, action: Action) -> Result<(), Refusal> {
    check(conversation.kind, standing.role, !standing.intervals.is_empty(), action)
}

/// A write needs more than the right to it: who blocks the other one of a direct conversation must unblock first.
fn may_write(conversation: &Conversation, standing: &Standing) -> Result<(), Refusal> {
    may(conversation, standing, Action::Write)?;
    if conversation.kind == ConversationKind::Direct && !standing.receives() {
        return Err(Refusal::Conflict("you blocked this user; unblock them to write"));
    }
    Ok(())
}

fn check_content(content: &Content, limits: &Limits) -> Result<(), Refusal> {
    if content.is_erased() {
        return Err(Refusal::Invalid("a message needs content"));
    }
    if content.mentions.len() > limits.mentions_max as usize {
        return Err(Refusal::LimitReached { what: "too many mentions in one message", limit: u64::from(limits.mentions_max) });
    }
    Ok(())
}

/// A new conversation of `creator` with `members` beside them.
pub fn create(
    kind: ConversationKind,
    creator: UserId,
    title: Option<ConversationTitle>,
    description: Option<Description>,
    members: &[UserId],
    history: HistoryVisibility,
    retention: Retention,
    limits: &Limits,
) -> Decision {
    check_retention(retention)?;
    let mut others: Vec<UserId> = members.iter().copied().filter(|member| *member != creator).collect();
    others.sort_unstable();
    others.dedup();
    if kind == ConversationKind::Group && others.len() + 1 > limits.group_members_max as usize {
        return Err(Refusal::LimitReached { what: "too many members for one group", limit: u64::from(limits.group_members_max) });
    }
    if others.len() + 1 > limits.page_events_max as usize {
        return Err(Refusal::LimitReached { what: "too many members at once; add the rest afterwards", limit: u64::from(limits.page_events_max) });
    }
    let creator_role = if kind == ConversationKind::Direct { Role::Member } else { Role::Owner };
    let description = description.filter(|text| !text.as_str().is_empty());
    let mut events =
        vec![EventBody::Created { kind, title, description, history, retention }, EventBody::MemberAdded { user: creator, role: creator_role }];
    events.extend(others.into_iter().map(|user| EventBody::MemberAdded { user, role: Role::Member }));
    Ok(events)
}

/// A message of `standing`.
pub fn send(conversation: &Conversation, standing: &Standing, content: Content, reply_to: Option<Seq>, limits: &Limits) -> Decision {
    may_write(conversation, standing)?;
    check_content(&content, limits)?;
    if let Some(seq) = reply_to
        && !standing.readable(conversation).contains(seq)
    {
        return Err(Refusal::Invalid("reply_to must be the seq of a message that you may read"));
    }
    Ok(vec![EventBody::Message { content, reply_to }])
}

/// What an edit, deletion, reaction or pin is about must be a message that the actor may read.
fn check_target(conversation: &Conversation, standing: &Standing, target: Option<Target>) -> Result<Target, Refusal> {
    let target = target.ok_or(Refusal::NotFound)?;
    if standing.readable(conversation).contains(target.seq) { Ok(target) } else { Err(Refusal::NotFound) }
}

/// Other content for an own message.
pub fn edit(conversation: &Conversation, standing: &Standing, target: Option<Target>, content: Content, limits: &Limits) -> Decision {
    may_write(conversation, standing)?;
    let target = check_target(conversation, standing, target)?;
    check_content(&content, limits)?;
    if target.sender != standing.user {
        return Err(Refusal::Forbidden("only who wrote a message may edit it"));
    }
    if target.deleted {
        return Err(Refusal::Conflict("the message was deleted"));
    }
    Ok(vec![EventBody::Edit { target: target.seq, content }])
}

/// A deletion for everyone.
pub fn delete(conversation: &Conversation, standing: &Standing, target: Option<Target>) -> Decision {
    may_write(conversation, standing)?;
    let target = check_target(conversation, standing, target)?;
    if target.sender != standing.user {
        may(conversation, standing, Action::DeleteOthers)?;
    }
    Ok(if target.deleted { Vec::new() } else { vec![EventBody::Delete { target: target.seq }] })
}

/// A reaction added or taken back. `current` are the emoji on the message with their users.
pub fn react(
    conversation: &Conversation,
    standing: &Standing,
    target: Option<Target>,
    emoji: Emoji,
    on: bool,
    current: &[crate::FoldedReaction],
    limits: &Limits,
) -> Decision {
    may_write(conversation, standing)?;
    let target = check_target(conversation, standing, target)?;
    if target.deleted {
        return Err(Refusal::Conflict("the message was deleted"));
    }
    let same = current.iter().find(|reaction| reaction.emoji == emoji);
    if same.is_some_and(|reaction| reaction.users.contains(&standing.user)) == on {
        return Ok(Vec::new());
    }
    if on && same.is_none() && current.len() >= limits.reactions_per_message_max as usize {
        return Err(Refusal::LimitReached {
            what: "too many different reactions on one message",
            limit: u64::from(limits.reactions_per_message_max),
        });
    }
    Ok(vec![EventBody::Reaction { target: target.seq, emoji, on }])
}

/// A pin set or taken away. `pinned` says whether it is there, `pins` how many there are.
pub fn pin(
    conversation: &Conversation,
    standing: &Standing,
    target: Option<Target>,
    on: bool,
    pinned: bool,
    pins: usize,
    limits: &Limits,
) -> Decision {
    may(conversation, standing, Action::Pin)?;
    may_write(conversation, standing)?;
    let target = check_target(conversation, standing, target)?;
    if target.deleted {
        return Err(Refusal::Conflict("the message was deleted"));
    }
    if pinned == on {
        return Ok(Vec::new());
    }
    if on && pins >= limits.pins_max as usize {
        return Err(Refusal::LimitReached { what: "too many pinned messages", limit: u64::from(limits.pins_max) });
    }
    Ok(vec![EventBody::Pin { target: target.seq, on }])
}

/// What an admin may change about a conversation as a whole; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The new title.
    pub title: Option<ConversationTitle>,
    /// The new description; empty takes it away.
    pub description: Option<Description>,
    /// The new retention rule.
    pub retention: Option<Retention>,
    /// What newcomers may read from now on.
    pub history: Option<HistoryVisibility>,
}

fn check_retention(retention: Retention) -> Result<(), Refusal> {
    match retention {
        Retention::Days { days } if !(1..=36_500).contains(&days) => Err(Refusal::Invalid("retention.days must be between 1 and 36500")),
        _ => Ok(()),
    }
}

/// Changes of title, description, retention and history: one event for what goes together.
pub fn change(conversation: &Conversation, standing: &Standing, changes: Changes) -> Decision {
    may(conversation, standing, Action::Read)?;
    let mut events = Vec::new();
    if changes.title.is_some() || changes.description.is_some() {
        may(conversation, standing, Action::ChangeDetails)?;
        let title = changes.title.filter(|title| Some(title) != conversation.title.as_ref());
        let now = conversation.description.as_ref().map_or("", Description::as_str);
        let description = changes.description.filter(|text| text.as_str() != now);
        if title.is_some() || description.is_some() {
            events.push(EventBody::DetailsChanged { title, description });
        }
    }
    if let Some(retention) = changes.retention {
        may(conversation, standing, Action::ChangeRetention)?;
        may_write(conversation, standing)?;
        check_retention(retention)?;
        if retention != conversation.retention {
            events.push(EventBody::RetentionChanged { retention });
        }
    }
    if let Some(history) = changes.history {
        may(conversation, standing, Action::ChangeHistory)?;
        if history != conversation.history {
            events.push(EventBody::HistoryChanged { history });
        }
    }
    Ok(events)
}

/// Why `user` is to become a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// The actor adds them.
    Added,
    /// The actor is they, and the channel is open.
    Joined,
    /// The actor is they, and holds an invite link to this conversation.
    Invited,
}

/// A new member. `newcomer` is how the one to be added stands.
pub fn add_member(conversation: &Conversation, actor: &Standing, newcomer: &Standing, entry: Entry, limits: &Limits) -> Decision {
    match entry {
        Entry::Added => may(conversation, actor, Action::Invite)?,
        Entry::Joined | Entry::Invited if newcomer.role.is_some() => return Ok(Vec::new()),
        Entry::Joined => may(conversation, newcomer, Action::Join)?,
        Entry::Invited if conversation.kind == ConversationKind::Direct => return Err(Refusal::NotFound),
        Entry::Invited => {}
    }
    if newcomer.role.is_some() {
        return Ok(Vec::new());
    }
    if conversation.kind == ConversationKind::Group && conversation.member_count >= u64::from(limits.group_members_max) {
        return Err(Refusal::LimitReached { what: "the group is full", limit: u64::from(limits.group_members_max) });
    }
    // A conversation that everybody had left belongs to whoever comes first.
    let role = if conversation.member_count == 0 { Role::Owner } else { Role::Member };
    Ok(vec![EventBody::MemberAdded { user: newcomer.user, role }])
}

/// A member removed by another. Removing oneself is leaving.
pub fn remove_member(conversation: &Conversation, actor: &Standing, target: &Standing) -> Decision {
    if actor.user == target.user {
        return leave(conversation, actor);
    }
    may(conversation, actor, Action::RemoveMember)?;
    match target.role {
        None => Ok(Vec::new()),
        Some(Role::Owner) => Err(Refusal::Forbidden("the owner cannot be removed")),
        Some(Role::Admin) => {
            may(conversation, actor, Action::ManageAdmins)?;
            Ok(vec![EventBody::MemberRemoved { user: target.user, reason: RemovalReason::Removed }])
        }
        Some(Role::Member) => Ok(vec![EventBody::MemberRemoved { user: target.user, reason: RemovalReason::Removed }]),
    }
}

/// A member who goes.
pub fn leave(conversation: &Conversation, actor: &Standing) -> Decision {
    if actor.role.is_none() && !actor.intervals.is_empty() && conversation.kind != ConversationKind::Direct {
        return Ok(Vec::new());
    }
    may(conversation, actor, Action::Leave)?;
    if actor.role == Some(Role::Owner) && conversation.member_count > 1 {
        return Err(Refusal::Conflict("hand over the ownership first, then leave"));
    }
    Ok(vec![EventBody::MemberRemoved { user: actor.user, reason: RemovalReason::Left }])
}

/// A member whose account is deleted. `heir` takes over when they were the owner: the longest-standing admin, else member.
pub fn remove_account(conversation: &Conversation, target: &Standing, heir: Option<UserId>) -> Vec<EventBody> {
    let Some(role) = target.role else { return Vec::new() };
    let removed = EventBody::MemberRemoved { user: target.user, reason: RemovalReason::AccountDeleted };
    match (conversation.kind, role, heir) {
        (ConversationKind::Direct, _, _) => Vec::new(),
        (_, Role::Owner, Some(heir)) => vec![removed, EventBody::RoleChanged { user: heir, role: Role::Owner }],
        _ => vec![removed],
    }
}

/// Another role for a member. Giving away `owner` hands over: the owner until now becomes admin.
pub fn change_role(conversation: &Conversation, actor: &Standing, target: &Standing, role: Role) -> Decision {
    may(conversation, actor, Action::ManageAdmins)?;
    let Some(current) = target.role else { return Err(Refusal::NotFound) };
    if current == role {
        return Ok(Vec::new());
    }
    if current == Role::Owner {
        return Err(Refusal::Conflict("make somebody else the owner instead"));
    }
    let mut events = vec![EventBody::RoleChanged { user: target.user, role }];
    if role == Role::Owner {
        events.push(EventBody::RoleChanged { user: actor.user, role: Role::Admin });
    }
    Ok(events)
}
