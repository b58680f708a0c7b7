//! The law of sync, as a property: a device that took a snapshot and every event after it, over whatever a network does within the rules of the wire, equals
//! a device that fetched everything afresh. The model keeps plain logs and computes everything from their beginning each time it is asked.

use std::collections::BTreeMap;

use parlor_client::protocol::ServerEvent;
use parlor_client::protocol::events::OtherEvent;
use parlor_client::protocol::models::{Head, Interval, Message, Reaction, ReadState, Receipt};
use parlor_client::protocol::operations::{EventPage, MessagePage};
use parlor_client::{Applied, Replica};
use parlor_types::event::Content;
use parlor_types::{ConversationId, Event, EventBody, RemovalReason, Role, Seq, UserId};
use proptest::prelude::*;

use crate::sample::{self, ME};

/// A resume sends so many missed events per conversation before it says `gap`.
const RESUME_MAX: usize = 4;
const OTHERS: [UserId; 2] = [UserId::from_raw(2), UserId::from_raw(3)];

/// What somebody does on the server.
#[derive(Debug, Clone)]
enum Act {
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

/// What the network and the device do.
#[derive(Debug, Clone)]
enum Step {
    Act {
        conversation: u8,
        act: Act,
    },
    /// The next events arrive.
    Arrive {
        events: u8,
    },
    /// The last events arrive once more.
    Again {
        events: u8,
    },
    /// The connection breaks; the device resumes from a cursor that may lag behind.
    Cut {
        lag: u8,
    },
    /// The person looks at older messages.
    Look {
        conversation: u8,
        before: u8,
    },
    /// The device is restarted with what it kept.
    Restart,
}

/// One conversation on the server.
struct Log {
    id: ConversationId,
    events: Vec<Event>,
    read: u64,
    marked_unread: bool,
    receipts: BTreeMap<UserId, Receipt>,
}

impl Log {
    fn new(id: u64) -> Self {
        let id = ConversationId::from_raw(id);
        let added = |seq, user| sample::event(id, seq, OTHERS[0], EventBody::MemberAdded { user, role: Role::Member });
        let events = vec![added(1, OTHERS[0]), added(2, OTHERS[1]), added(3, ME)];
        Self { id, events, read: 0, marked_unread: false, receipts: BTreeMap::new() }
    }

    /// What I may read, by going through who came and went.
    fn readable(&self) -> Vec<Interval> {
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

    fn mine(&self) -> Vec<&Event> {
        let readable = self.readable();
        let may = |seq: Seq| readable.iter().any(|interval| interval.from <= seq && interval.to.is_none_or(|to| seq <= to));
        self.events.iter().filter(|event| may(event.seq)).collect()
    }

    fn i_receive(&self) -> bool {
        self.readable().last().is_some_and(|interval| interval.to.is_none())
    }

    fn fold(&self, until: Seq) -> Vec<Message> {
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

    fn read_state(&self) -> ReadState {
        let joined = self.readable().last().map_or(Seq::ZERO, |interval| interval.from);
        let counted: Vec<&Event> = self.events.iter().filter(|event| self.i_receive() && event.seq > joined && event.seq > Seq(self.read)).collect();
        let others = counted.iter().filter_map(|event| match &event.body {
            EventBody::Message { content, .. } if event.sender != ME => Some(content.mentions.contains(&ME)),
            _ => None,
        });
        let (unread, mentions) = others.fold((0, 0), |(unread, mentions), mine| (unread + 1, mentions + u64::from(mine)));
        ReadState { delivered: Seq(self.read), read: Seq(self.read), unread, mentions, marked_unread: self.marked_unread }
    }

    fn head(&self) -> Head {
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

    fn page(&self, after: Seq, limit: usize) -> EventPage {
        let rest: Vec<Event> = self.mine().into_iter().filter(|event| event.seq > after).cloned().collect();
        let more = rest.len() > limit;
        let events: Vec<Event> = rest.into_iter().take(limit).collect();
        let through = events.last().map_or(after, |event| event.seq);
        EventPage { events, through, more }
    }
}

/// The server: its logs, and everything that was ever said to me, in order. A position is a place in that list.
struct Server {
    logs: Vec<Log>,
    feed: Vec<ServerEvent>,
}

impl Server {
    fn new() -> Self {
        Self { logs: vec![Log::new(10), Log::new(11)], feed: Vec::new() }
    }

    fn append(&mut self, place: usize, sender: UserId, body: EventBody) {
        let log = &mut self.logs[place];
        let event = sample::event(log.id, log.events.len() as u64 + 1, sender, body);
        log.events.push(event.clone());
        if log.mine().last().is_some_and(|last| last.seq == event.seq) {
            self.feed.push(event.into());
        }
    }

    fn act(&mut self, place: usize, act: &Act) {
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
    fn delete(&mut self, place: usize, by: UserId, target: Seq) {
        self.append(place, by, EventBody::Delete { target });
        for event in &mut self.logs[place].events {
            match &mut event.body {
                EventBody::Message { content, .. } if event.seq == target => content.text = None,
                EventBody::Edit { target: edited, content } if *edited == target => *content = Content::default(),
                _ => {}
            }
        }
    }

    fn take_me(&mut self, place: usize, in_: bool, head_first: bool) {
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

    fn say_read_state(&mut self, place: usize) {
        let log = &self.logs[place];
        let last_seq = log.events.last().unwrap().seq;
        self.feed.push(OtherEvent::ReadState { conversation: log.id, last_seq, read_state: log.read_state() }.into());
    }

    fn heads(&self) -> Vec<Head> {
        self.logs.iter().map(Log::head).collect()
    }

    /// What a resume from a position sends after its snapshot.
    fn missed(&self, since: usize) -> Vec<ServerEvent> {
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

/// A device, its connection, and how far it was served.
struct Device {
    replica: Replica,
    /// What is on the way, and the position after each.
    coming: Vec<(ServerEvent, usize)>,
    arrived: Vec<ServerEvent>,
    /// Everything of the feed up to here was put on the way.
    sent: usize,
    cursor: usize,
    plant: Plant,
}

/// A fault put in on purpose, to see that the property sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Plant {
    None,
    /// Holes are not filled.
    NoFetch,
    /// The cursor runs ahead of what arrived.
    CursorAhead,
}

impl Device {
    fn new(server: &Server, plant: Plant) -> Self {
        let mut replica = Replica::default();
        replica.load(&sample::snapshot(server.feed.len() as u64, false, server.heads()));
        Self { replica, coming: Vec::new(), arrived: Vec::new(), sent: server.feed.len(), cursor: server.feed.len(), plant }
    }

    fn step(&mut self, server: &mut Server, step: &Step) {
        match step {
            Step::Act { conversation, act } => server.act(usize::from(*conversation) % 2, act),
            Step::Arrive { events } => {
                self.send(server);
                for _ in 0..(*events).min(self.coming.len() as u8) {
                    let (event, position) = self.coming.remove(0);
                    self.take(server, event);
                    self.cursor = self.cursor.max(position);
                }
            }
            Step::Again { events } => {
                let from = self.arrived.len().saturating_sub(usize::from(*events));
                for event in &self.arrived[from..] {
                    if matches!(event, ServerEvent::Log(_)) {
                        self.replica.apply(event);
                    }
                }
                self.fetch(server);
            }
            Step::Cut { .. } if self.plant == Plant::CursorAhead => self.resume(server, server.feed.len()),
            Step::Cut { lag } => self.resume(server, self.cursor.saturating_sub(usize::from(*lag))),
            Step::Look { conversation, before } => {
                let log = &server.logs[usize::from(*conversation) % 2];
                let last_seq = log.mine().last().unwrap().seq;
                let messages = log.fold(last_seq).into_iter().filter(|message| message.seq < Seq(u64::from(*before))).collect();
                let page = MessagePage { messages, users: Vec::new(), more_before: false, more_after: true, last_seq };
                assert!(self.replica.load_messages(log.id, &page));
            }
            Step::Restart => self.replica = serde_json::from_str(&serde_json::to_string(&self.replica).unwrap()).unwrap(),
        }
    }

    fn send(&mut self, server: &Server) {
        for (place, event) in server.feed.iter().enumerate().skip(self.sent) {
            self.coming.push((event.clone(), place + 1));
        }
        self.sent = server.feed.len();
    }

    fn resume(&mut self, server: &Server, since: usize) {
        let now = server.feed.len();
        let changed = server.feed[since..].iter().filter_map(|event| match event {
            ServerEvent::Log(event) => Some(event.conversation),
            ServerEvent::Other(OtherEvent::Conversation { head, .. }) => Some(head.id),
            ServerEvent::Other(OtherEvent::ReadState { conversation, .. }) => Some(*conversation),
            ServerEvent::Other(_) => None,
        });
        let changed: std::collections::BTreeSet<ConversationId> = changed.collect();
        let heads = server.heads().into_iter().filter(|head| changed.contains(&head.id)).collect();
        self.replica.load(&sample::snapshot(now as u64, true, heads));
        // Until all of it has come, the cursor stays where it was.
        self.cursor = since;
        self.coming = server.missed(since).into_iter().map(|event| (event, since)).collect();
        let cursor = self.replica.cursor.clone().unwrap();
        self.coming.push((OtherEvent::Cursor { cursor }.into(), now));
        self.sent = now;
        self.fetch(server);
    }

    fn take(&mut self, server: &Server, event: ServerEvent) {
        if let Applied::UnknownConversation(_) = self.replica.apply(&event) {
            panic!("{event:?} is of an unknown conversation");
        }
        self.arrived.push(event);
        self.fetch(server);
    }

    /// Does what a client does about holes.
    fn fetch(&mut self, server: &Server) {
        if self.plant == Plant::NoFetch {
            return;
        }
        for _ in 0..1_000 {
            let stale = self.replica.stale_heads().next();
            if let Some(conversation) = stale {
                let head = server.logs.iter().find(|log| log.id == conversation).unwrap().head();
                self.replica.apply(&OtherEvent::Conversation { head: Box::new(head), users: Vec::new() }.into());
            }
            let Some((conversation, after)) = self.replica.missing().next() else { return };
            let log = server.logs.iter().find(|log| log.id == conversation).unwrap();
            self.replica.load_events(conversation, after, &log.page(after, 3));
        }
        panic!("it fetches for ever");
    }
}

fn act() -> impl Strategy<Value = Act> {
    let small = 0..40_u8;
    prop_oneof![
        6 => (0..3_u8, any::<bool>()).prop_map(|(by, mentions_me)| Act::Write { by, mentions_me }),
        2 => (0..3_u8, small.clone()).prop_map(|(by, target)| Act::Edit { by, target }),
        1 => (0..3_u8, small.clone()).prop_map(|(by, target)| Act::Delete { by, target }),
        3 => (0..3_u8, small.clone(), 0..3_u8, any::<bool>()).prop_map(|(by, target, emoji, on)| Act::React { by, target, emoji, on }),
        1 => (small.clone(), any::<bool>()).prop_map(|(target, on)| Act::Pin { target, on }),
        1 => Just(Act::Rename),
        1 => any::<bool>().prop_map(|empty| Act::Describe { empty }),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(in_, head_first)| Act::TakeMe { in_, head_first }),
        1 => any::<bool>().prop_map(|in_| Act::OtherComes { in_ }),
        2 => small.clone().prop_map(|up_to| Act::Read { up_to }),
        1 => (0..2_u8, small).prop_map(|(user, up_to)| Act::OthersRead { user, up_to }),
        1 => Just(Act::MarkUnread),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..2_u8, act()).prop_map(|(conversation, act)| Step::Act { conversation, act }),
        4 => (1..6_u8).prop_map(|events| Step::Arrive { events }),
        1 => (1..6_u8).prop_map(|events| Step::Again { events }),
        1 => (0..5_u8).prop_map(|lag| Step::Cut { lag }),
        1 => (0..2_u8, 0..40_u8).prop_map(|(conversation, before)| Step::Look { conversation, before }),
        1 => Just(Step::Restart),
    ]
}

fn run(before: &[(u8, Act)], steps: &[Step], plant: Plant) -> (Server, Device) {
    let mut server = Server::new();
    for (conversation, act) in before {
        server.act(usize::from(*conversation) % 2, act);
    }
    let mut device = Device::new(&server, plant);
    for step in steps {
        device.step(&mut server, step);
    }
    while device.sent < server.feed.len() || !device.coming.is_empty() {
        device.step(&mut server, &Step::Arrive { events: u8::MAX });
    }
    (server, device)
}

fn equals_fetched_afresh(server: &Server, device: &Device) -> Result<(), TestCaseError> {
    for log in &server.logs {
        let known = &device.replica.conversations[&log.id];
        let mut head = log.head();
        // Acknowledgements are not part of this model.
        head.read_state.delivered = known.head.read_state.delivered;
        prop_assert_eq!(&known.head, &head);
        prop_assert_eq!(known.missing_after(), None);
        let folded: BTreeMap<Seq, Message> = log.fold(head.last_seq).into_iter().map(|message| (message.seq, message)).collect();
        for (seq, held) in &known.messages {
            prop_assert_eq!(Some(&held.message), folded.get(seq));
        }
        for receipt in known.receipts.values() {
            prop_assert!(log.receipts.get(&receipt.user).is_some_and(|truth| receipt.read <= truth.read && receipt.delivered <= truth.delivered));
        }
    }
    Ok(())
}

/// Every message that came while the device was there is held, in spite of all cuts.
fn misses_nothing(server: &Server, device: &Device) -> Result<(), TestCaseError> {
    for log in &server.logs {
        let known = &device.replica.conversations[&log.id];
        let truth: Vec<Seq> = log.fold(Seq(u64::MAX)).into_iter().map(|message| message.seq).collect();
        prop_assert_eq!(known.messages.keys().copied().collect::<Vec<_>>(), truth);
    }
    Ok(())
}

fn history() -> impl Strategy<Value = Vec<(u8, Act)>> {
    prop::collection::vec((0..2_u8, act()), 0..25)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 0..80)
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn g5_snapshot_and_events_equal_what_is_fetched_afresh(before in history(), steps in steps()) {
        let (server, device) = run(&before, &steps, Plant::None);
        equals_fetched_afresh(&server, &device)?;
    }

    #[test]
    fn g4_no_message_is_missed(steps in steps()) {
        let (server, device) = run(&[], &steps, Plant::None);
        misses_nothing(&server, &device)?;
    }
}

#[test]
fn the_property_sees_a_device_that_breaks_the_rules() {
    for plant in [Plant::NoFetch, Plant::CursorAhead] {
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { max_shrink_iters: 0, ..config() });
        let seen = runner.run(&steps(), |steps| {
            let (server, device) = run(&[], &steps, plant);
            misses_nothing(&server, &device)
        });
        assert!(seen.is_err(), "{plant:?} was not seen");
    }
}
