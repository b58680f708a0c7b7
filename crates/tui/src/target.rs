//! Finds the conversation that is meant.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::str::FromStr;

use anyhow::Context as _;
use parlor_client::protocol::ErrorCode;
use parlor_client::protocol::models::{ChannelSummary, Head, User};
use parlor_client::protocol::operations::{ConversationDetails, FindUser, GetConversation, JoinChannel, ListChannels, ListConversations, OpenDirect};
use parlor_client::{CallError, Rest};
use parlor_types::{ConversationId, ConversationKind, Handle};

use crate::escape;

/// What a person names a conversation by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// The direct conversation with a user.
    User(Handle),
    /// A group or channel, by its title.
    Title(String),
    /// Any conversation, by its id.
    Id(ConversationId),
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(handle) = text.strip_prefix('@') {
            return handle.parse().map(Self::User).map_err(|error| error.to_string());
        }
        if let Some(title) = text.strip_prefix('#') {
            let title = title.trim();
            return if title.is_empty() { Err("a title must follow the #".to_owned()) } else { Ok(Self::Title(title.to_owned())) };
        }
        text.parse().map(Self::Id).map_err(|_| "write @handle, '#title' or the id of a conversation".to_owned())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(handle) => write!(formatter, "@{handle}"),
            Self::Title(title) => write!(formatter, "#{}", escape::line(title)),
            Self::Id(id) => write!(formatter, "{id}"),
        }
    }
}

/// Finds it, joining a channel when the person agrees; `join` agrees beforehand.
pub(crate) async fn find(rest: &Rest, target: &Target, join: bool) -> anyhow::Result<(Head, Vec<User>)> {
    match target {
        Target::User(handle) => {
            let found = rest.call(&FindUser { handle: handle.clone() }).await.map_err(|error| name_absent(error, target))?;
            let ConversationDetails { head, users } = rest.call(&OpenDirect { user: found.user.id }).await?;
            Ok((head, users.into_iter().chain([found.user]).collect()))
        }
        Target::Title(title) => by_title(rest, title, target, join).await,
        Target::Id(conversation) => {
            let details = rest.call(&GetConversation { conversation: *conversation }).await.map_err(|error| name_absent(error, target))?;
            if details.head.role.is_some() || details.head.kind != ConversationKind::Channel {
                return Ok((details.head, details.users));
            }
            let title = details.head.title.as_ref().map_or_else(|| conversation.to_string(), ToString::to_string);
            join_channel(rest, *conversation, &title, join).await
        }
    }
}

async fn by_title(rest: &Rest, title: &str, target: &Target, join: bool) -> anyhow::Result<(Head, Vec<User>)> {
    let list = rest.call(&ListConversations {}).await?;
    let mut mine =
        list.conversations.into_iter().filter(|head| head.role.is_some() && head.title.as_ref().is_some_and(|mine| is_same(mine.as_str(), title)));
    if let Some(head) = mine.next() {
        let others: Vec<String> = mine.map(|other| other.id.to_string()).collect();
        anyhow::ensure!(others.is_empty(), "several conversations have the title {target}; give the id of one: {}, {}", head.id, others.join(", "));
        return Ok((head, list.users));
    }
    let channel = find_channel(rest, title).await?.with_context(|| format!("there is no {target} that you may know of"))?;
    join_channel(rest, channel.id, channel.title.as_str(), join).await
}

async fn find_channel(rest: &Rest, title: &str) -> anyhow::Result<Option<ChannelSummary>> {
    let mut after = None;
    loop {
        let page = rest.call(&ListChannels { query: Some(title.to_owned()), after, limit: None }).await?;
        if let Some(channel) = page.channels.into_iter().find(|channel| is_same(channel.title.as_str(), title)) {
            return Ok(Some(channel));
        }
        after = page.next;
        if after.is_none() {
            return Ok(None);
        }
    }
}

async fn join_channel(rest: &Rest, conversation: ConversationId, title: &str, join: bool) -> anyhow::Result<(Head, Vec<User>)> {
    let title = escape::line(title);
    anyhow::ensure!(
        join || agrees(&format!("You are not in the channel #{title}. Join it? [y/N] "))?,
        "you are not in the channel #{title}; --join joins it"
    );
    let details = rest.call(&JoinChannel { conversation }).await?;
    Ok((details.head, details.users))
}

/// Asks the person, if one is there.
fn agrees(question: &str) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    eprint!("{question}");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn name_absent(error: CallError, target: &Target) -> anyhow::Error {
    if error.is(ErrorCode::NotFound) { anyhow::anyhow!("there is no {target} that you may know of") } else { error.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_in_front_says_what_is_meant() {
        assert_eq!("@Bob".parse(), Ok(Target::User("bob".parse().unwrap())));
        assert_eq!("#Ops team".parse(), Ok(Target::Title("Ops team".to_owned())));
        assert_eq!("123".parse(), Ok(Target::Id(ConversationId::from_raw(123))));
        for bad in ["", "@", "#", "# ", "bob", "-3", "@a b"] {
            assert!(bad.parse::<Target>().is_err(), "{bad:?} was taken");
        }
    }
}
