//! What the commands do.

use parlor_client::CallError;
use parlor_client::protocol::operations::{DeleteMessage, EditMessage, ListMembers, React, WatchPresence};
use parlor_types::{Emoji, Seq};

use super::Talk;
use crate::input::{HELP, Line};
use crate::render;

impl Talk {
    /// Does it, and says what went wrong.
    pub(super) async fn command(&mut self, command: Line) {
        let conversation = self.conversation;
        let rest = self.client.rest();
        let outcome = match command {
            Line::Edit(seq, text) => rest.call(&EditMessage { conversation, seq, text, mentions: Vec::new() }).await.map(|_| ()),
            Line::Delete(seq) => rest.call(&DeleteMessage { conversation, seq }).await.map(|_| ()),
            Line::React(seq, emoji) => self.react(seq, emoji).await,
            Line::Who => self.who().await,
            Line::Help => {
                eprintln!("{HELP}");
                Ok(())
            }
            Line::Empty | Line::Say(_) | Line::Reply(..) | Line::Quit => Ok(()),
        };
        if let Err(error) = outcome {
            self.complain(&error.to_string());
        }
    }

    /// Adds a reaction, or takes it back when it is there.
    async fn react(&self, seq: Seq, emoji: Emoji) -> Result<(), CallError> {
        let is_there = self.client.replica(|replica| {
            let held = replica.conversations.get(&self.conversation).and_then(|known| known.messages.get(&seq));
            held.is_some_and(|held| held.message.reactions.iter().any(|reaction| reaction.emoji == emoji && reaction.users.contains(&self.me)))
        });
        self.client.rest().call(&React { conversation: self.conversation, seq, emoji, on: !is_there }).await.map(|_| ())
    }

    /// The first page of members, which is all of a group.
    async fn who(&self) -> Result<(), CallError> {
        let rest = self.client.rest();
        let list = rest.call(&ListMembers { conversation: self.conversation, after: None, limit: None }).await?;
        let users = list.members.iter().map(|member| member.user.id).collect();
        let presence = rest.call(&WatchPresence { users }).await?.users;
        for member in &list.members {
            eprintln!("{}", render::member_line(member, presence.iter().find(|presence| presence.user == member.user.id)));
        }
        if list.next.is_some() {
            eprintln!("  and more");
        }
        Ok(())
    }
}
