//! The model of a server: plain logs, from which everything is computed anew each time it is asked.

use std::collections::BTreeMap;

use parlor_client::protocol::ServerEvent;
use parlor_client::protocol::events::OtherEvent;
use parlor_client::protocol::models::{Head, Interval, Message, Reaction, ReadState, Receipt};
use parlor_client::protocol::operations::EventPage;
use parlor_types::event::Content;
use parlor_types::{ConversationId, Event, EventBody, RemovalReason, Role, Seq, UserId};

use crate::sample::{self, ME};

/// A resume sends so many missed events per conversation before it says `gap`.
pub(super) const RESUME_MAX: usize = 4;
pub(super) const OTHERS: [UserId; 2] = [UserId::from_raw(2), UserId::from_raw(3)];

/// What somebody does on the server.
#[derive(Debug, Clone)]
pub(super) enum Act {
    Write { by: u8, mentions_me: bool },
    Edit { by: u8, target: u8 },
    Delete { by: u8, target: u8 },
    React { by: u8, target: u8, emoji: u8, on: bool },
    Pin { target: u8, on: bool },
    Rename,
    Describe { empty: bool },
    TakeMe { in_: bool, head_first: bool },
    OtherComes { in_: bool },
    Read { up_to: u8 },
    OthersRead { user: u8, up_to: u8 },
    MarkUnread,
}

/// One conversation on the server.
pub(super) struct Log {
    pub(super) id: ConversationId,
    pub(super) events: Vec<Event>,
    pub(super) read: u64,
    pub(super) marked_unread: bool,
    pub(super) receipts: BTreeMap<UserId, Receipt>,
}

impl Log {
    pub(super) fn new(id: u64) -> Self {
        let id = ConversationId::from_raw(id);
        let added = |seq, user| sample::event(id, seq, OTHERS[0], EventBody::MemberAdded { user, role: Role::Member });
        let events = vec![added(1, OTHERS[0]), added(2, OTHERS[1]), added(3, ME)];
        Self { id, events, read: 0, marked_unread: false, receipts: BTreeMap::new() }
    }

    /// What I may read, by going through who came and went.
    pub(super) fn readable(&self) -> Vec<Interval> {
        let mut intervals: Vec<Interval> = Vec::new();
        for event in &self.events {
            match event.body {
                EventBody::MemberAdded { user: ME, .. } => intervals.push(Interval { from: event.seq, to: None }),
                EventBody::MemberRemoved { user: ME, .. } => intervals.last_mut().unwrap().to = Some(event.seq),
                _ => {}
            }
        }
        intervals
    }

    pub(super) fn mine(&self) -> Vec<&Event> {
        let readable = self.readable();
        let may = |seq: Seq| readable.iter().any(|interval| interval.from <= seq && interval.to.is_none_or(|to| seq <= to));
        self.events.iter().filter(|event| may(event.seq)).collect()
    }

    pub(super) fn i_receive(&self) -> bool {
        self.readable().last().is_some_and(|interval| interval.to.is_none())
    }

    pub(super) fn fold(&self, until: Seq) -> Vec<Message> {
        let events: Vec<&Event> = self.mine().into_iter().filter(|event| event.seq <= until).collect();
        let about = |seq: Seq| events.iter().filter(move |event| event.body.target() == Some(seq));
        let messages = events.iter().filter_map(|event| {
            let EventBody::Message { content, reply_to } = &event.body else { return None };
            let deleted = content.is_erased() || about(event.seq).any(|event| matches!(event.body, EventBody::Delete { .. }));
            let edits = about(event.seq).filter(|edit| edit.sender == event.sender);
            let edit =
                edits.filter_map(|edit| if let EventBody::Edit { content, .. } = &edit.body { Some((content, edit.at)) } else { None }).next_back();
            let shown = edit.map_or(content, |(content, _)| content);
            let mut reactions: Vec<Reaction> = Vec::new();
            for event in about(event.seq) {
                if let EventBody::Reaction { emoji, on, .. } = &event.body {
                    for reaction in
                        reactions.iter_mut().filter(|reaction| reaction.emoji == *emoji && !(*on && reaction.users.contains(&event.sender)))
                    {
                        reaction.users.retain(|user| *user != event.sender);
                        if *on {
                            reaction.users.push(event.sender);
                        }
                    }
                    if *on && !reactions.iter().any(|reaction| reaction.emoji == *emoji) {
                        reactions.push(Reaction { emoji: emoji.clone(), users: vec![event.sender] });
                    }
                    reactions.retain(|reaction| !reaction.users.is_empty());
                }
            }
            let pinned = about(event.seq).filter_map(|event| if let EventBody::Pin { on, .. } = event.body { Some(on) } else { None }).next_back();
            Some(Message {
                conversation: self.id,
                seq: event.seq,
                id: event.id,
                sender: event.sender,
                at: event.at,
                text: shown.text.clone().filter(|_| !deleted),
                mentions: if deleted { Vec::new() } else { shown.mentions.clone() },
                reply_to: *reply_to,
                edited_at: edit.map(|(_, at)| at).filter(|_| !deleted),
                deleted,
                pinned: pinned.unwrap_or(false) && !deleted,
                reactions: if deleted { Vec::new() } else { reactions },
            })
        });
        messages.collect()
    }

    pub(super) fn read_state(&self) -> ReadState {
        let joined = self.readable().last().map_or(Seq::ZERO, |interval| interval.from);
        let counted: Vec<&Event> = self.events.iter().filter(|event| self.i_receive() && event.seq > joined && event.seq > Seq(self.read)).collect();
        let others = counted.iter().filter_map(|event| match &event.body {
            EventBody::Message { content, .. } if event.sender != ME => Some(content.mentions.contains(&ME)),
            _ => None,
        });
        let (unread, mentions) = others.fold((0, 0), |(unread, mentions), mine| (unread + 1, mentions + u64::from(mine)));
        ReadState { delivered: Seq(self.read), read: Seq(self.read), unread, mentions, marked_unread: self.marked_unread }
    }

    pub(super) fn head(&self) -> Head {
        let mine = self.mine();
        let last = mine.last().unwrap();
        let seen = self.events.iter().take_while(|event| event.seq <= last.seq);
        let mut head =
            Head { readable: self.readable(), read_state: self.read_state(), member_count: 0, role: None, ..sample::head(self.id, last.seq.0) };
        head.updated_at = last.at;
        for event in seen {
            match &event.body {
                EventBody::MemberAdded { user, role } => {
                    head.member_count += 1;
                    if *user == ME {
                        head.role = Some(*role);
                    }
                }
                EventBody::MemberRemoved { user, .. } => {
                    head.member_count -= 1;
                    if *user == ME {
                        head.role = None;
                    }
                }
                EventBody::DetailsChanged { title, description } => {
                    head.title = title.clone().or(head.title);
                    head.description = description.clone().or(head.description).filter(|text| !text.as_str().is_empty());
                }
                _ => {}
            }
        }
        head.last_message = self.fold(last.seq).pop();
        head
    }

    pub(super) fn page(&self, after: Seq, limit: usize) -> EventPage {
        let rest: Vec<Event> = self.mine().into_iter().filter(|event| event.seq > after).cloned().collect();
        let more = rest.len() > limit;
        let events: Vec<Event> = rest.into_iter().take(limit).collect();
        let through = events.last().map_or(after, |event| event.seq);
        EventPage { events, through, more }
    }
}

/// The server: its logs, and everything that was ever said to me, in order. A position is a place in that list.
pub(super) struct Server {
    pub(super) logs: Vec<Log>,
    pub(super) feed: Vec<ServerEvent>,
}

impl Server {
    pub(super) fn new() -> Self {
        Self { logs: vec![Log::new(10), Log::new(11)], feed: Vec::new() }
    }

    pub(super) fn append(&mut self, place: usize, sender: UserId, body: EventBody) {
        let log = &mut self.logs[place];
        let event = sample::event(log.id, log.events.len() as u64 + 1, sender, body);
        log.events.push(event.clone());
        if log.mine().last().is_some_and(|last| last.seq == event.seq) {
            self.feed.push(event.into());
        }
    }

    pub(super) fn act(&mut self, place: usize, act: &Act) {
        let log = &self.logs[place];
        let by = |by: u8| [ME, OTHERS[0], OTHERS[1]][usize::from(by) % 3];
        let may = |user: UserId| user != ME || log.i_receive();
        let messages: Vec<(Seq, UserId)> = log.events.iter().filter(|event| event.body.is_message()).map(|event| (event.seq, event.sender)).collect();
        let target = |target: u8| messages.get(usize::from(target) % messages.len().max(1)).copied();
        let number = log.events.len();
        let text = |text: &str| Content { text: Some(format!("{text} {number}").parse().unwrap()), mentions: Vec::new() };
        match *act {
            Act::Write { by: user, mentions_me } if may(by(user)) => {
                let mentions = if mentions_me { vec![ME] } else { Vec::new() };
                self.append(place, by(user), EventBody::Message { content: Content { mentions, ..text("text") }, reply_to: None });
            }
            Act::Edit { by: user, target: wanted } if may(by(user)) => {
                if let Some((seq, _)) = target(wanted) {
                    self.append(place, by(user), EventBody::Edit { target: seq, content: text("edit") });
                }
            }
            // What is erased after one has left is not told to who left (G7), so a device that holds it may differ there.
            Act::Delete { by: user, target: wanted } if log.i_receive() => {
                if let Some((seq, _)) = target(wanted) {
                    self.delete(place, by(user), seq);
                }
            }
            Act::React { by: user, target: wanted, emoji, on } if may(by(user)) => {
                if let Some((seq, _)) = target(wanted) {
                    let emoji = ["a", "b", "c"][usize::from(emoji) % 3].parse().unwrap();
                    self.append(place, by(user), EventBody::Reaction { target: seq, emoji, on });
                }
            }
            Act::Pin { target: wanted, on } => {
                if let Some((seq, _)) = target(wanted) {
                    self.append(place, OTHERS[0], EventBody::Pin { target: seq, on });
                }
            }
            Act::Rename => {
                let title = Some(format!("Title {number}").parse().unwrap());
                self.append(place, OTHERS[0], EventBody::DetailsChanged { title, description: None });
            }
            Act::Describe { empty } => {
                let description = Some(if empty { "" } else { "words" }.parse().unwrap());
                self.append(place, OTHERS[0], EventBody::DetailsChanged { title: None, description });
            }
            Act::TakeMe { in_, head_first } if in_ != log.i_receive() => self.take_me(place, in_, head_first),
            Act::OtherComes { in_ } => {
                let user = UserId::from_raw(4);
                let body = if in_ {
                    EventBody::MemberAdded { user, role: Role::Member }
                } else {
                    EventBody::MemberRemoved { user, reason: RemovalReason::Left }
                };
                let is_in = log.events.iter().rev().find_map(|event| match event.body {
                    EventBody::MemberAdded { user: added, .. } if added == user => Some(true),
                    EventBody::MemberRemoved { user: removed, .. } if removed == user => Some(false),
                    _ => None,
                });
                if is_in.unwrap_or(false) != in_ {
                    self.append(place, OTHERS[0], body);
                }
            }
            Act::Read { up_to } if log.i_receive() => {
                let log = &mut self.logs[place];
                log.read = log.read.max(u64::from(up_to) % (number as u64 + 1));
                log.marked_unread = false;
                self.say_read_state(place);
            }
            Act::MarkUnread if log.i_receive() => {
                self.logs[place].marked_unread = true;
                self.say_read_state(place);
            }
            Act::OthersRead { user, up_to } => {
                let user = OTHERS[usize::from(user) % 2];
                let seq = Seq(u64::from(up_to) % (number as u64 + 1));
                let log = &mut self.logs[place];
                let receipt = log.receipts.entry(user).or_insert(Receipt { user, delivered: Seq::ZERO, read: Seq::ZERO });
                receipt.delivered = receipt.delivered.max(seq);
                receipt.read = receipt.read.max(seq);
                let event = OtherEvent::Receipt { conversation: log.id, receipt: receipt.clone() };
                if log.i_receive() {
                    self.feed.push(event.into());
                }
            }
            Act::Write { .. }
            | Act::Edit { .. }
            | Act::Delete { .. }
            | Act::React { .. }
            | Act::TakeMe { .. }
            | Act::Read { .. }
            | Act::MarkUnread => {}
        }
    }

    /// The store blanks what is deleted where it stands: who fetches it later does not see what was there.
    pub(super) fn delete(&mut self, place: usize, by: UserId, target: Seq) {
        self.append(place, by, EventBody::Delete { target });
        for event in &mut self.logs[place].events {
            match &mut event.body {
                EventBody::Message { content, .. } if event.seq == target => content.text = None,
                EventBody::Edit { target: edited, content } if *edited == target => *content = Content::default(),
                _ => {}
            }
        }
    }

    pub(super) fn take_me(&mut self, place: usize, in_: bool, head_first: bool) {
        let body = if in_ {
            EventBody::MemberAdded { user: ME, role: Role::Member }
        } else {
            EventBody::MemberRemoved { user: ME, reason: RemovalReason::Removed }
        };
        self.append(place, OTHERS[0], body);
        let head = OtherEvent::Conversation { head: Box::new(self.logs[place].head()), users: Vec::new() };
        let end = self.feed.len() - usize::from(head_first);
        self.feed.insert(end, head.into());
    }

    pub(super) fn say_read_state(&mut self, place: usize) {
        let log = &self.logs[place];
        let last_seq = log.events.last().unwrap().seq;
        self.feed.push(OtherEvent::ReadState { conversation: log.id, last_seq, read_state: log.read_state() }.into());
    }

    pub(super) fn heads(&self) -> Vec<Head> {
        self.logs.iter().map(Log::head).collect()
    }

    /// What a resume from a position sends after its snapshot.
    pub(super) fn missed(&self, since: usize) -> Vec<ServerEvent> {
        let missed = &self.feed[since..];
        let mut sent = Vec::new();
        for log in &self.logs {
            let of_log = |event: &&ServerEvent| matches!(event, ServerEvent::Log(event) if event.conversation == log.id);
            if missed.iter().filter(of_log).count() > RESUME_MAX {
                sent.push(OtherEvent::Gap { head: Box::new(log.head()), users: Vec::new() }.into());
            } else {
                sent.extend(missed.iter().filter(of_log).cloned());
            }
            let receipts = missed
                .iter()
                .filter(|event| matches!(event, ServerEvent::Other(OtherEvent::Receipt { conversation, .. }) if *conversation == log.id));
            sent.extend(receipts.cloned());
        }
        sent
    }
}
