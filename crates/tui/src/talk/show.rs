//! What appears on the screen.

use parlor_client::CallError;
use parlor_client::protocol::ServerEvent;
use parlor_client::protocol::events::OtherEvent;
use parlor_client::protocol::models::{Message, Presence};
use parlor_client::protocol::operations::{GetConversation, ListMessages, ListReceipts, WatchPresence};
use parlor_client::replica::HeldMessage;
use parlor_types::{Event, EventBody, Seq, UserId};

use super::{HISTORY, Talk};
use crate::render;

impl Talk {
    /// The last messages, and how far the others have got.
    pub(super) async fn show_history(&mut self) -> Result<(), CallError> {
        let count = self.options.history.unwrap_or(if self.by_hand { HISTORY } else { 0 });
        let details = self.client.rest().call(&GetConversation { conversation: self.conversation }).await?;
        self.people.learn(&details.users);
        self.shown = details.head.last_seq;
        self.remember(details.head);
        if count > 0 {
            let arguments = ListMessages { conversation: self.conversation, before: None, after: None, around: None, limit: Some(count) };
            let page = self.client.rest().call(&arguments).await?;
            self.people.learn(&page.users);
            self.client.replica_mut(|replica| replica.load_messages(self.conversation, &page));
            for message in &page.messages {
                self.show(message).await;
            }
            self.shown = page.last_seq;
        }
        // Without them the first tick may tell what is no news.
        if let Ok(list) = self.client.rest().call(&ListReceipts { conversation: self.conversation }).await {
            list.receipts.iter().for_each(|receipt| self.ticks.begin(receipt));
        }
        self.has_read().await;
        Ok(())
    }

    /// After a snapshot that replaced everything: what came since the last shown message.
    pub(super) async fn show_missed(&mut self) -> Result<(), CallError> {
        loop {
            let arguments = ListMessages { conversation: self.conversation, before: None, after: Some(self.shown), around: None, limit: Some(200) };
            let page = self.client.rest().call(&arguments).await?;
            self.people.learn(&page.users);
            for message in &page.messages {
                if !self.own.contains(&message.seq) {
                    self.show(message).await;
                }
                self.shown = self.shown.max(message.seq);
            }
            if !page.more_after {
                self.has_read().await;
                return Ok(());
            }
        }
    }

    /// Asks who is there; a connection must ask anew.
    pub(super) async fn watch(&mut self) {
        let Some(peer) = self.peer.filter(|_| self.by_hand && !self.quiet) else { return };
        // Presence is a kindness: without it the rest goes on.
        if let Ok(list) = self.client.call(&WatchPresence { users: vec![peer] }).await {
            self.show_presence(&list.users);
        }
    }

    pub(super) async fn event(&mut self, event: ServerEvent) {
        match event {
            ServerEvent::Log(event) if event.conversation == self.conversation && self.begun => self.log_event(&event).await,
            ServerEvent::Other(event) if self.begun && !self.quiet => self.other_event(event),
            ServerEvent::Log(_) | ServerEvent::Other(_) => {}
        }
    }

    async fn log_event(&mut self, event: &Event) {
        if event.seq <= self.shown || self.quiet {
            return;
        }
        self.shown = event.seq;
        self.learn(people_in(event)).await;
        if event.body.is_message() {
            let message = self.client.replica(|replica| {
                let held: Option<&HeldMessage> = replica.conversations.get(&self.conversation)?.messages.get(&event.seq);
                held.map(|held| held.message.clone())
            });
            if let Some(message) = message.filter(|_| !self.is_on_screen(event)) {
                self.show(&message).await;
            }
        } else if let Some(lines) = render::event_lines(event, &self.people) {
            println!("{lines}");
        }
        self.has_read().await;
    }

    /// True for what was typed here. The event may be told before the acknowledgement; then the text tells.
    fn is_on_screen(&self, event: &Event) -> bool {
        let EventBody::Message { content, .. } = &event.body else { return false };
        let was_typed = || self.pending.values().any(|text| Some(text) == content.text.as_ref());
        event.sender == self.me && (self.own.contains(&event.seq) || was_typed())
    }

    fn other_event(&mut self, event: OtherEvent) {
        match event {
            OtherEvent::Receipt { conversation, receipt } if conversation == self.conversation && receipt.user != self.me => {
                if let Some(line) = self.ticks.raise(&receipt, &self.people.name(receipt.user)).filter(|_| self.watched) {
                    println!("{line}");
                }
            }
            OtherEvent::Typing { conversation, user, on: true } if conversation == self.conversation && user != self.me && self.by_hand => {
                eprintln!("… {} is typing", self.people.name(user));
            }
            OtherEvent::Presence { users } if self.by_hand => self.show_presence(&users),
            OtherEvent::User { user } => self.people.learn(std::slice::from_ref(&user)),
            OtherEvent::Conversation { users, .. } | OtherEvent::Gap { users, .. } => self.people.learn(&users),
            _ => {}
        }
    }

    fn show_presence(&self, users: &[Presence]) {
        for presence in users {
            if let Some(words) = render::presence_words(presence) {
                eprintln!("* {} is {words}", self.people.name(presence.user));
            }
        }
    }

    async fn show(&mut self, message: &Message) {
        self.learn([message.sender]).await;
        if message.sender == self.me {
            self.ticks.mine(message.seq);
        }
        let day = render::day(message.at);
        if self.by_hand && day != self.day {
            println!("-- {day} --");
            self.day = day;
        }
        println!("{}", render::message_lines(message, &self.people));
    }

    /// What a person looks at is read; what goes into a pipe is not.
    async fn has_read(&self) {
        if self.watched && !self.quiet && self.shown > Seq::ZERO {
            // It is said again with the next message, so a failure costs little.
            let _ = self.client.mark_read(self.conversation, self.shown).await;
        }
    }
}

/// Whom an event speaks of.
fn people_in(event: &Event) -> Vec<UserId> {
    let mut people = vec![event.sender];
    match event.body {
        EventBody::MemberAdded { user, .. } | EventBody::MemberRemoved { user, .. } | EventBody::RoleChanged { user, .. } => people.push(user),
        _ => {}
    }
    people
}
