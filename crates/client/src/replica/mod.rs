//! The replica: what one device knows of its user's conversations, and the only code that changes it.
//!
//! It is pure: values in, values out, no clock, no I/O. It can be serialised and kept; what is kept goes on where it stood, because the cursor is a part of it.
//! A replica that was given a snapshot and every later event equals one that fetched everything afresh (the law of sync). The TypeScript reducer of the web client
//! follows the same rules and reads the same fixtures (fixtures/reducer/README.md says them in words).
//!
//! It must never: order anything by a clock, apply an event over a hole, or let a watermark fall.
//!
//! [`conversation`](Conversation) is one log with its head, [`messages`](HeldMessage) folds, [`counts`](Counts) counts what is unread.

mod conversation;
mod counts;
mod messages;

use std::collections::{BTreeMap, BTreeSet};

use parlor_protocol::events::OtherEvent;
use parlor_protocol::models::{Account, Contact, ContactState, Head, User};
use parlor_protocol::operations::{EventPage, MemberList, MessagePage, ReceiptList};
use parlor_protocol::{Cursor, ServerEvent, Snapshot};
use parlor_types::{ConversationId, DeviceId, Epoch, Event, Limits, Seq, UserId};
use serde::{Deserialize, Serialize};

pub use conversation::{Conversation, MemberEntry};
pub use counts::Counts;
pub use messages::HeldMessage;

/// What one device knows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Replica {
    /// Whose it is; absent before the first snapshot.
    pub user: Option<UserId>,
    /// On which device.
    pub device: Option<DeviceId>,
    /// The incarnation of the server's data.
    pub epoch: Epoch,
    /// Where to resume.
    pub cursor: Option<Cursor>,
    /// The own account.
    pub account: Option<Account>,
    /// The limits of the server.
    pub limits: Limits,
    /// Every conversation that the server told of.
    pub conversations: BTreeMap<ConversationId, Conversation>,
    /// Profiles that came along.
    pub users: BTreeMap<UserId, User>,
    /// Contacts and requests.
    pub contacts: BTreeMap<UserId, ContactState>,
    /// Whom the user blocked.
    pub blocked: BTreeSet<UserId>,
}

/// What an event came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It was new, and is now part of the replica (or passes through it: typing, presence, sessions, goodbye).
    New,
    /// It was seen before, or says less than is known.
    Duplicate,
    /// Something between is missing. The event was not applied: fetch the events after this seq; it comes again with them.
    Missing {
        /// Where.
        conversation: ConversationId,
        /// Fetch what follows this.
        after: Seq,
    },
    /// The conversation is not known: fetch its head and apply it as a `conversation` event.
    UnknownConversation(ConversationId),
}

impl Replica {
    /// Takes a snapshot. One that did not resume replaces everything.
    pub fn load(&mut self, snapshot: &Snapshot) {
        let resumed = snapshot.resumed && self.user == Some(snapshot.user) && self.epoch == snapshot.epoch;
        if !resumed {
            *self = Self::default();
        }
        let told: BTreeSet<ConversationId> = snapshot.conversations.iter().map(|head| head.id).collect();
        for conversation in self.conversations.values_mut().filter(|conversation| !told.contains(&conversation.head.id)) {
            // What an earlier connection still owed will not be sent again.
            conversation.want_everything();
        }
        self.user = Some(snapshot.user);
        self.device = Some(snapshot.device);
        self.epoch = snapshot.epoch;
        self.cursor = Some(snapshot.cursor.clone());
        self.account = Some(snapshot.account.clone());
        self.limits = snapshot.limits.clone();
        self.blocked = snapshot.blocked.iter().copied().collect();
        self.learn_users(std::slice::from_ref(&snapshot.account.user));
        self.learn_users(&snapshot.users);
        for contact in &snapshot.contacts {
            self.learn_contact(contact);
        }
        for head in &snapshot.conversations {
            match self.conversations.get_mut(&head.id) {
                Some(conversation) => conversation.absorb(head),
                None if resumed => self.begin(head),
                None => {
                    self.conversations.insert(head.id, Conversation::at_head(head.clone()));
                }
            }
        }
    }

    /// Takes an event of any transport.
    pub fn apply(&mut self, event: &ServerEvent) -> Applied {
        match event {
            ServerEvent::Log(event) => self.apply_log(event),
            ServerEvent::Other(event) => self.apply_other(event),
        }
    }

    /// Takes a page of raw events that was asked for with `after`. Gives those that were new, in order.
    pub fn load_events(&mut self, conversation: ConversationId, after: Seq, page: &EventPage) -> Vec<Event> {
        let Some(user) = self.user else { return Vec::new() };
        self.conversations.get_mut(&conversation).map(|known| known.load_events(user, after, page)).unwrap_or_default()
    }

    /// Takes a page of folded messages. False when the page is too old to be brought up to date with what is held: ask again.
    pub fn load_messages(&mut self, conversation: ConversationId, page: &MessagePage) -> bool {
        self.learn_users(&page.users);
        self.conversations.get_mut(&conversation).is_none_or(|known| known.load_messages(page))
    }

    /// Takes a page of members: the first one (`after` absent) replaces, the others add.
    pub fn load_members(&mut self, conversation: ConversationId, after: Option<UserId>, page: &MemberList) {
        for member in &page.members {
            self.users.insert(member.user.id, member.user.clone());
        }
        if let Some(known) = self.conversations.get_mut(&conversation) {
            known.load_members(after.is_none(), page);
        }
    }

    /// Takes profiles that were asked for.
    pub fn load_users(&mut self, users: &[User]) {
        self.learn_users(users);
    }

    /// Takes the watermarks of a conversation's members.
    pub fn load_receipts(&mut self, conversation: ConversationId, list: &ReceiptList) {
        if let Some(known) = self.conversations.get_mut(&conversation) {
            for receipt in &list.receipts {
                known.raise_receipt(receipt);
            }
        }
    }

    /// What must be fetched now: conversations with a hole, each with the seq after which to fetch.
    pub fn missing(&self) -> impl Iterator<Item = (ConversationId, Seq)> {
        self.conversations.iter().filter_map(|(id, conversation)| Some((*id, conversation.missing_after()?)))
    }

    /// The conversations whose head must be fetched and applied as a `conversation` event.
    pub fn stale_heads(&self) -> impl Iterator<Item = ConversationId> {
        self.conversations.values().filter(|conversation| conversation.head_is_stale).map(|conversation| conversation.head.id)
    }

    /// The server refuses to tell what is missing: it is not asked again until something new is heard of.
    pub fn give_up(&mut self, conversation: ConversationId) {
        if let Some(known) = self.conversations.get_mut(&conversation) {
            known.wanted_seq = known.applied_seq;
        }
    }

    fn apply_log(&mut self, event: &Event) -> Applied {
        let Some(user) = self.user else { return Applied::UnknownConversation(event.conversation) };
        match self.conversations.get_mut(&event.conversation) {
            Some(conversation) => conversation.apply(user, event),
            None => Applied::UnknownConversation(event.conversation),
        }
    }

    fn apply_other(&mut self, event: &OtherEvent) -> Applied {
        match event {
            OtherEvent::Conversation { head, users } => {
                self.learn_users(users);
                match self.conversations.get_mut(&head.id) {
                    Some(conversation) => conversation.absorb(head),
                    None => self.begin(head),
                }
                Applied::New
            }
            OtherEvent::Gap { head, users } => {
                self.learn_users(users);
                let conversation = self.conversations.entry(head.id).or_insert_with(|| Conversation::at_head((**head).clone()));
                conversation.absorb(head);
                conversation.want_head();
                match conversation.missing_after() {
                    Some(after) => Applied::Missing { conversation: head.id, after },
                    None => Applied::New,
                }
            }
            OtherEvent::Receipt { conversation, receipt } => self.apply_to(*conversation, |known| known.raise_receipt(receipt)),
            OtherEvent::ReadState { conversation, last_seq, read_state } => {
                self.apply_to(*conversation, |known| known.take_read_state(*last_seq, read_state))
            }
            OtherEvent::User { user } => {
                self.learn_users(std::slice::from_ref(user));
                Applied::New
            }
            OtherEvent::Account { account } => {
                self.learn_users(std::slice::from_ref(&account.user));
                self.account = Some(account.clone());
                Applied::New
            }
            OtherEvent::Contact { contact } => {
                self.learn_contact(contact);
                Applied::New
            }
            OtherEvent::Block { user, blocked } => {
                let changed = if *blocked { self.blocked.insert(*user) } else { self.blocked.remove(user) };
                if changed { Applied::New } else { Applied::Duplicate }
            }
            OtherEvent::Cursor { cursor } => {
                self.cursor = Some(cursor.clone());
                // Everything up to here was handed over, so what is still not here was lost on the way.
                self.conversations.values_mut().for_each(Conversation::want_everything);
                Applied::New
            }
            OtherEvent::Typing { .. } | OtherEvent::Presence { .. } | OtherEvent::Sessions { .. } | OtherEvent::Goodbye { .. } => Applied::New,
        }
    }

    /// Applies what is true when it said something new.
    fn apply_to(&mut self, conversation: ConversationId, change: impl FnOnce(&mut Conversation) -> bool) -> Applied {
        match self.conversations.get_mut(&conversation).map(change) {
            Some(true) => Applied::New,
            Some(false) => Applied::Duplicate,
            None => Applied::UnknownConversation(conversation),
        }
    }

    /// A conversation that appeared while this device was there: its log is taken from the start when it is short, from its head when it is long.
    fn begin(&mut self, head: &Head) {
        self.conversations.insert(head.id, Conversation::from_start(head.clone(), u64::from(self.limits.resume_events_max)));
    }

    fn learn_users(&mut self, users: &[User]) {
        for user in users {
            self.users.insert(user.id, user.clone());
        }
    }

    fn learn_contact(&mut self, contact: &Contact) {
        self.learn_users(std::slice::from_ref(&contact.user));
        if contact.state == ContactState::None {
            self.contacts.remove(&contact.user.id);
        } else {
            self.contacts.insert(contact.user.id, contact.state);
        }
    }
}
