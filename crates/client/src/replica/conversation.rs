//! One log with its head: applies events in order, sees holes, keeps the head current.

use std::collections::BTreeMap;

use parlor_protocol::models::{Head, Interval, ReadState, Receipt};
use parlor_protocol::operations::{EventPage, MemberList, MessagePage};
use parlor_types::{ConversationKind, Event, EventBody, HistoryVisibility, Retention, Role, Seq, UserId};
use serde::{Deserialize, Serialize};

use super::Applied;
use super::counts::Counts;
use super::messages::HeldMessage;

/// Events about messages that are not held are remembered, so that a page of older messages that was read a moment ago can be brought up to date. So many at most.
const LOOSE_MAX: usize = 500;

/// A conversation as this device knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// The head, current at `head.last_seq`.
    pub head: Head,
    /// Every readable event up to here was applied: what may be acknowledged as delivered.
    pub applied_seq: Seq,
    /// Events up to here are known to exist and will not come by themselves.
    pub wanted_seq: Seq,
    /// The messages that are held, by seq; there may be holes between what came by pages and what came by events.
    pub messages: BTreeMap<Seq, HeldMessage>,
    /// The watermarks of the members, as far as they are known.
    pub receipts: BTreeMap<UserId, Receipt>,
    /// The members, once they were loaded.
    pub members: Option<BTreeMap<UserId, MemberEntry>>,
    /// The user came back by the log: what changed about the head meanwhile is not known until a head comes that is as new.
    pub head_is_stale: bool,
    /// The head came without its last message (a long list leaves some out), so events after this seq tell it, also those that the head counts in.
    last_message_since: Option<Seq>,
    counts: Counts,
    loose: Vec<Event>,
    /// Loose events up to here were let go.
    loose_from: Seq,
}

/// A member, as the log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberEntry {
    /// With which role.
    pub role: Role,
    /// Since which seq.
    pub joined_seq: Seq,
}

impl Conversation {
    /// A conversation of a fresh snapshot: nothing older than its head is wanted. Where the server's copy goes when every device has it, everything is.
    pub(super) fn at_head(head: Head) -> Self {
        let applied_seq = if head.retention == Retention::UntilDelivered { Seq::ZERO } else { head.last_seq };
        Self::new(head, applied_seq)
    }

    /// A conversation that appeared later: everything is wanted, unless that is more than `events_max`.
    pub(super) fn from_start(head: Head, events_max: u64) -> Self {
        let from = head.readable.first().map_or(head.last_seq.next(), |interval| interval.from);
        let is_short = head.last_seq.next().0.saturating_sub(from.0) <= events_max;
        if is_short { Self::new(head, Seq::ZERO) } else { Self::at_head(head) }
    }

    fn new(head: Head, applied_seq: Seq) -> Self {
        let mut conversation = Self {
            counts: Counts::at(head.last_seq),
            applied_seq,
            wanted_seq: head.last_seq,
            messages: BTreeMap::new(),
            receipts: BTreeMap::new(),
            members: None,
            head_is_stale: false,
            last_message_since: head.last_message.is_none().then_some(Seq::ZERO),
            loose: Vec::new(),
            loose_from: applied_seq,
            head,
        };
        conversation.learn_peer();
        conversation.skip_unreadable();
        conversation
    }

    /// The seq after which events must be fetched, when there is a hole.
    pub fn missing_after(&self) -> Option<Seq> {
        self.next_seq().filter(|next| *next <= self.wanted_seq).map(|_| self.applied_seq)
    }

    /// True while new events reach the user.
    pub fn receives(&self) -> bool {
        self.head.role.is_some() && self.head.readable.last().is_some_and(|interval| interval.to.is_none())
    }

    /// The next seq that the user may read, if the log can still have one.
    fn next_seq(&self) -> Option<Seq> {
        let after = self.applied_seq.max(self.head.trimmed_seq);
        self.head.readable.iter().filter(|interval| interval.to.is_none_or(|to| to > after)).map(|interval| interval.from.max(after.next())).min()
    }

    /// Holes that are no gap are stepped over: when nothing readable lies between here and the head, the head is reached.
    fn skip_unreadable(&mut self) {
        if self.next_seq().is_none_or(|next| next > self.head.last_seq) {
            self.applied_seq = self.applied_seq.max(self.head.last_seq);
        }
    }

    /// What is known to exist and did not come is fetched. Of a channel that the user left, nothing is owed.
    pub(super) fn want_everything(&mut self) {
        if self.head.role.is_some() || self.head.kind != ConversationKind::Channel {
            self.want_head();
        }
    }

    /// Everything up to the head is fetched.
    pub(super) fn want_head(&mut self) {
        self.wanted_seq = self.wanted_seq.max(self.head.last_seq);
    }

    /// Who comes back to a channel starts at its head, as who comes for the first time. What happened to held messages meanwhile is not known, so they are let
    /// go. (In a group it need not be known: what happened while one was no member is not folded into what one may read.)
    fn start_over(&mut self, seq: Seq) {
        self.applied_seq = self.applied_seq.max(seq);
        self.messages.clear();
        self.loose.clear();
        self.loose_from = seq;
    }

    /// Takes a head that the server sent whole.
    pub(super) fn absorb(&mut self, head: &Head) {
        if head.last_seq < self.head.last_seq {
            // It was made before what was applied since: only what does not come by the log can be news.
            self.head.settings = head.settings;
            self.head.trimmed_seq = self.head.trimmed_seq.max(head.trimmed_seq);
        } else {
            let received = self.receives();
            let known = std::mem::replace(&mut self.head, head.clone());
            self.head.trimmed_seq = known.trimmed_seq.max(head.trimmed_seq);
            self.head_is_stale = false;
            if head.read_state.read < known.read_state.read {
                // It was made before the person read on, on whichever device.
                self.head.read_state = known.read_state;
            } else {
                self.head.read_state.delivered = known.read_state.delivered.max(head.read_state.delivered);
                self.counts = Counts::at(head.last_seq);
            }
            if head.last_message.is_some() {
                self.last_message_since = None;
            } else {
                self.last_message_since.get_or_insert(known.last_seq);
                self.head.last_message = known.last_message;
            }
            if !received && self.receives() && head.kind == ConversationKind::Channel {
                self.start_over(head.last_seq);
            }
        }
        if let Retention::Days { .. } = self.head.retention {
            let kept = self.head.trimmed_seq.next();
            self.messages = self.messages.split_off(&kept);
        }
        self.learn_peer();
        self.skip_unreadable();
    }

    /// Takes an event of the log.
    pub(super) fn apply(&mut self, user: UserId, event: &Event) -> Applied {
        if event.seq <= self.applied_seq {
            return Applied::Duplicate;
        }
        let owes_nothing = self.head.kind == ConversationKind::Channel || self.next_seq().is_none();
        let comes_back = !self.receives() && owes_nothing && matches!(&event.body, EventBody::MemberAdded { user: added, .. } if *added == user);
        if self.next_seq() != Some(event.seq) && !comes_back {
            self.wanted_seq = self.wanted_seq.max(event.seq);
            return Applied::Missing { conversation: self.head.id, after: self.applied_seq };
        }
        self.take(user, event);
        Applied::New
    }

    /// Takes a page of events that follow `after`.
    pub(super) fn load_events(&mut self, user: UserId, after: Seq, page: &EventPage) -> Vec<Event> {
        if after > self.applied_seq {
            return Vec::new();
        }
        let mut new = Vec::new();
        for event in &page.events {
            if event.seq > self.applied_seq {
                self.take(user, event);
                new.push(event.clone());
            }
        }
        self.applied_seq = self.applied_seq.max(page.through);
        if !page.more && page.events.is_empty() {
            // There is nothing more that one may read, whatever was heard of.
            self.wanted_seq = self.applied_seq;
        }
        new
    }

    /// The event is the next one: everything before it is here.
    fn take(&mut self, user: UserId, event: &Event) {
        self.applied_seq = event.seq;
        self.counts.count(user, event, &mut self.head.read_state);
        self.fold(event);
        self.follow_members(event);
        if event.seq > self.head.last_seq || self.last_message_since.is_some_and(|since| event.seq > since) {
            self.follow_last_message(event);
        }
        if event.seq > self.head.last_seq {
            self.follow_head(user, event);
        }
    }

    fn fold(&mut self, event: &Event) {
        if let Some(target) = event.body.target() {
            match self.messages.get_mut(&target) {
                Some(held) => held.fold(event),
                None => self.keep_loose(event),
            }
        } else if let Some(held) = HeldMessage::from_event(event) {
            // A page may have brought it before, with later events folded in.
            self.messages.entry(event.seq).or_insert(held);
        }
    }

    fn keep_loose(&mut self, event: &Event) {
        self.loose.push(event.clone());
        if self.loose.len() > LOOSE_MAX {
            self.loose_from = self.loose.remove(0).seq;
        }
    }

    /// Takes a page of folded messages; false when it is too old for what was let go.
    pub(super) fn load_messages(&mut self, page: &MessagePage) -> bool {
        if page.last_seq < self.loose_from && page.last_seq < self.applied_seq {
            return false;
        }
        for message in &page.messages {
            let known = self.messages.get(&message.seq);
            if known.is_some_and(|known| page.last_seq < known.folded_seq.max(self.applied_seq)) {
                continue;
            }
            let mut held = HeldMessage { message: message.clone(), folded_seq: page.last_seq };
            for event in &self.loose {
                held.fold(event);
            }
            self.messages.insert(message.seq, held);
        }
        let messages = &self.messages;
        self.loose.retain(|event| event.body.target().is_none_or(|target| !messages.contains_key(&target)));
        true
    }

    pub(super) fn load_members(&mut self, is_first: bool, page: &MemberList) {
        let members = self.members.get_or_insert_default();
        if is_first {
            members.clear();
        }
        members.extend(page.members.iter().map(|member| (member.user.id, MemberEntry { role: member.role, joined_seq: member.joined_seq })));
    }

    /// Raises a member's watermarks; false when they say nothing new (G6: they never fall).
    pub(super) fn raise_receipt(&mut self, said: &Receipt) -> bool {
        let zero = Receipt { user: said.user, delivered: Seq::ZERO, read: Seq::ZERO };
        let known = self.receipts.entry(said.user).or_insert(zero);
        let raised = Receipt { user: said.user, delivered: known.delivered.max(said.delivered), read: known.read.max(said.read) };
        let changed = *known != raised;
        *known = raised.clone();
        if self.head.peer == Some(said.user) && self.head.peer_receipt.is_some() {
            self.head.peer_receipt = Some(raised);
        }
        changed
    }

    /// Takes the server's word on the own standing.
    pub(super) fn take_read_state(&mut self, last_seq: Seq, said: &ReadState) -> bool {
        self.counts.take(last_seq, said, &mut self.head.read_state)
    }

    fn learn_peer(&mut self) {
        if let Some(receipt) = self.head.peer_receipt.clone() {
            self.raise_receipt(&receipt);
        }
    }

    fn follow_members(&mut self, event: &Event) {
        let Some(members) = &mut self.members else { return };
        match event.body {
            EventBody::MemberAdded { user, role } => {
                let entry = members.entry(user).or_insert(MemberEntry { role, joined_seq: event.seq });
                if entry.joined_seq < event.seq {
                    *entry = MemberEntry { role, joined_seq: event.seq };
                }
            }
            EventBody::MemberRemoved { user, .. } if members.get(&user).is_some_and(|member| member.joined_seq < event.seq) => {
                members.remove(&user);
            }
            EventBody::RoleChanged { user, role } => {
                if let Some(member) = members.get_mut(&user) {
                    member.role = role;
                }
            }
            _ => {}
        }
    }

    /// What an event that the head does not know of yet changes about it.
    fn follow_head(&mut self, me: UserId, event: &Event) {
        let head = &mut self.head;
        head.last_seq = event.seq;
        head.updated_at = event.at;
        match &event.body {
            EventBody::MemberAdded { user, role } => {
                head.member_count += 1;
                if *user == me && head.role.is_none() {
                    self.come_in(*role, event.seq);
                }
            }
            EventBody::MemberRemoved { user, .. } => {
                head.member_count = head.member_count.saturating_sub(1);
                if *user == me {
                    self.go_out(event.seq);
                }
            }
            EventBody::RoleChanged { user, role } if *user == me => head.role = Some(*role),
            EventBody::DetailsChanged { title, description } => {
                if title.is_some() {
                    head.title.clone_from(title);
                }
                if let Some(description) = description {
                    head.description = Some(description.clone()).filter(|text| !text.as_str().is_empty());
                }
            }
            EventBody::RetentionChanged { retention } => head.retention = *retention,
            EventBody::HistoryChanged { history } => head.history = *history,
            EventBody::Created { .. }
            | EventBody::RoleChanged { .. }
            | EventBody::Message { .. }
            | EventBody::Edit { .. }
            | EventBody::Delete { .. }
            | EventBody::Reaction { .. }
            | EventBody::Pin { .. } => {}
        }
    }

    fn follow_last_message(&mut self, event: &Event) {
        let last = &mut self.head.last_message;
        if let Some(held) = HeldMessage::from_event(event) {
            if last.as_ref().is_none_or(|message| message.seq < event.seq) {
                *last = Some(held.message);
            }
        } else if let Some(message) = last.take_if(|message| event.body.target() == Some(message.seq)) {
            let mut held = HeldMessage { message, folded_seq: event.seq.previous() };
            held.fold(event);
            *last = Some(held.message);
        }
    }

    fn come_in(&mut self, role: Role, seq: Seq) {
        let head = &mut self.head;
        head.role = Some(role);
        head.settings.archived = false;
        self.head_is_stale = true;
        self.counts.clear(seq, &mut head.read_state);
        match (head.kind, head.history) {
            (ConversationKind::Channel, _) => self.start_over(seq),
            (_, HistoryVisibility::All) => head.readable = vec![Interval { from: head.trimmed_seq.next(), to: None }],
            (_, HistoryVisibility::SinceJoined) => head.readable.push(Interval { from: seq, to: None }),
        }
    }

    fn go_out(&mut self, seq: Seq) {
        let head = &mut self.head;
        head.role = None;
        self.counts.clear(seq, &mut head.read_state);
        if head.kind != ConversationKind::Channel
            && let Some(last) = head.readable.last_mut()
        {
            last.to = Some(seq);
        }
    }
}
