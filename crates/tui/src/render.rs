//! The lines that a person sees, made from values alone. Everything that somebody else wrote goes through [`escape`].

use std::collections::BTreeMap;
use std::fmt::Write as _;

use parlor_client::protocol::models::{Head, Member, Message, Presence, PresenceState, User};
use parlor_types::{ConversationKind, Event, EventBody, HistoryVisibility, RemovalReason, Retention, Role, Timestamp, UserId};

use crate::escape;

/// Who is who, by what people call them here: their handle, because it is unique.
#[derive(Debug, Clone, Default)]
pub(crate) struct People(BTreeMap<UserId, String>);

impl People {
    /// Those.
    pub(crate) fn new(users: &[User]) -> Self {
        let mut people = Self::default();
        people.learn(users);
        people
    }

    /// And those.
    pub(crate) fn learn(&mut self, users: &[User]) {
        for user in users {
            let name = user.handle.as_ref().map_or_else(|| escape::line(user.display_name.as_str()), ToString::to_string);
            self.0.insert(user.id, name);
        }
    }

    /// Whether the name of this one is known.
    pub(crate) fn knows(&self, user: UserId) -> bool {
        self.0.contains_key(&user)
    }

    /// The name of one.
    pub(crate) fn name(&self, user: UserId) -> String {
        self.0.get(&user).cloned().unwrap_or_else(|| format!("user {user}"))
    }
}

/// A conversation in the list.
pub(crate) fn overview_line(head: &Head, people: &People) -> String {
    let mut line = format!("{:<24}", name_of(head, people));
    if head.role.is_none() {
        line.push_str(" (left)");
    }
    if head.read_state.unread > 0 {
        let _ = write!(line, " {} unread", head.read_state.unread);
    } else if head.read_state.marked_unread {
        line.push_str(" marked as unread");
    }
    match head.read_state.mentions {
        0 => {}
        1 => line.push_str(", 1 mentions you"),
        many => {
            let _ = write!(line, ", {many} mention you");
        }
    }
    if let Some(message) = &head.last_message {
        let words = message.text.as_ref().map_or_else(|| "(deleted)".to_owned(), |text| shortened(&escape::line(text.as_str()), 60));
        let _ = write!(line, "  {} {}: {words}", day_and_time(message.at), people.name(message.sender));
    }
    line.trim_end().to_owned()
}

/// What a conversation is called: by its title, or by the other one.
pub(crate) fn name_of(head: &Head, people: &People) -> String {
    match (head.kind, head.peer, &head.title) {
        (ConversationKind::Direct, Some(peer), _) => format!("@{}", people.name(peer)),
        (_, _, Some(title)) => format!("#{}", escape::line(title.as_str())),
        _ => head.id.to_string(),
    }
}

/// A message, with everything folded in. Several lines when it has several.
pub(crate) fn message_lines(message: &Message, people: &People) -> String {
    let mut lines = format!("#{} {} {}", message.seq, time(message.at), people.name(message.sender));
    if let Some(answered) = message.reply_to {
        let _ = write!(lines, " (answers #{answered})");
    }
    if message.pinned {
        lines.push_str(" (pinned)");
    }
    if message.edited_at.is_some() {
        lines.push_str(" (edited)");
    }
    lines.push(':');
    match &message.text {
        Some(text) => push_text(&mut lines, text.as_str()),
        None => lines.push_str(" (deleted)"),
    }
    if !message.reactions.is_empty() {
        let reactions: Vec<String> =
            message.reactions.iter().map(|reaction| format!("{} {}", escape::line(reaction.emoji.as_str()), reaction.users.len())).collect();
        let _ = write!(lines, "  [{}]", reactions.join(", "));
    }
    lines
}

/// What an event that is no message shows; `None` for what nobody needs to be told.
pub(crate) fn event_lines(event: &Event, people: &People) -> Option<String> {
    let who = people.name(event.sender);
    Some(match &event.body {
        EventBody::Message { .. } | EventBody::Created { .. } => return None,
        EventBody::Edit { target, content } => {
            let mut lines = format!("#{target} {who} edited:");
            push_text(&mut lines, content.text.as_ref()?.as_str());
            lines
        }
        EventBody::Delete { target } => format!("#{target} was deleted by {who}"),
        EventBody::Reaction { target, emoji, on: true } => format!("#{target} {who} reacted {}", escape::line(emoji.as_str())),
        EventBody::Reaction { target, emoji, on: false } => format!("#{target} {who} took back {}", escape::line(emoji.as_str())),
        EventBody::Pin { target, on: true } => format!("#{target} was pinned by {who}"),
        EventBody::Pin { target, on: false } => format!("#{target} was unpinned by {who}"),
        EventBody::MemberAdded { user, .. } if *user == event.sender => format!("* {who} joined"),
        EventBody::MemberAdded { user, .. } => format!("* {who} added {}", people.name(*user)),
        EventBody::MemberRemoved { user, reason } => match reason {
            RemovalReason::Left => format!("* {} left", people.name(*user)),
            RemovalReason::Removed => format!("* {who} removed {}", people.name(*user)),
            RemovalReason::AccountDeleted => format!("* {} is gone: the account was deleted", people.name(*user)),
        },
        EventBody::RoleChanged { user, role } => format!("* {} is {} now", people.name(*user), role_word(*role)),
        EventBody::DetailsChanged { title, description } => {
            let mut words = Vec::new();
            words.extend(title.as_ref().map(|title| format!("the title is \"{}\" now", escape::line(title.as_str()))));
            words.extend(description.as_ref().map(|text| match text.as_str() {
                "" => "the description is gone".to_owned(),
                text => format!("the description is \"{}\" now", escape::line(text)),
            }));
            format!("* {}", words.join("; "))
        }
        EventBody::RetentionChanged { retention } => match retention {
            Retention::Forever => "* messages are kept until somebody deletes them".to_owned(),
            Retention::Days { days } => format!("* messages are kept for {days} days"),
            Retention::UntilDelivered => "* messages leave the server once every device has them".to_owned(),
        },
        EventBody::HistoryChanged { history } => match history {
            HistoryVisibility::SinceJoined => "* who joins reads what follows".to_owned(),
            HistoryVisibility::All => "* who joins reads everything that is kept".to_owned(),
        },
    })
}

/// A member, with what is known of their being there.
pub(crate) fn member_line(member: &Member, presence: Option<&Presence>) -> String {
    let name = member.user.handle.as_ref().map_or_else(|| "deleted account".to_owned(), |handle| format!("@{handle}"));
    let mut line = format!("  {name} ({})", escape::line(member.user.display_name.as_str()));
    if member.role > Role::Member {
        let _ = write!(line, ", {}", role_word(member.role));
    }
    if let Some(words) = presence.and_then(presence_words) {
        let _ = write!(line, ", {words}");
    }
    line
}

/// Whether somebody is there, in words.
pub(crate) fn presence_words(presence: &Presence) -> Option<String> {
    match (presence.state, presence.last_active_at) {
        (PresenceState::Online, _) => Some("online".to_owned()),
        (PresenceState::Away, _) => Some("away".to_owned()),
        (PresenceState::Offline, Some(at)) => Some(format!("last seen {}", day_and_time(at))),
        (PresenceState::Offline, None) => Some("offline".to_owned()),
        (PresenceState::Hidden, _) => None,
    }
}

/// The day, for a line above the first message of it.
pub(crate) fn day(at: Timestamp) -> String {
    at.to_string()[..10].to_owned()
}

fn time(at: Timestamp) -> String {
    format!("{}Z", &at.to_string()[11..16])
}

fn day_and_time(at: Timestamp) -> String {
    format!("{} {}", day(at), time(at))
}

const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Admin => "admin",
        Role::Owner => "owner",
    }
}

/// The first line follows on the same line, the others stand below, set off so that nobody can forge a message inside a message.
fn push_text(lines: &mut String, text: &str) {
    for (number, part) in escape::lines(text).enumerate() {
        lines.push_str(if number == 0 { " " } else { "\n    | " });
        lines.push_str(&part);
    }
}

fn shortened(text: &str, characters_max: usize) -> String {
    match text.char_indices().nth(characters_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
