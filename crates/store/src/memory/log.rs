//! Making conversations, appending to their logs, and what the events change beside the log.

use std::collections::BTreeMap;

use parlor_domain::{Conversation, Interval};
use parlor_types::event::Content;
use parlor_types::{
    ConversationId, Description, Event, EventBody, HistoryVisibility, Position, Retention, Role, RulesVersion, Seq, Timestamp, UserId,
};

use super::state::{Log, Member, Sent, State};
use crate::{Append, AppendOutcome, CreateConversation, CreateConversationOutcome, MemberRow, NewEvent, StoredEvent};

impl State {
    pub(super) fn append(&mut self, append: Append) -> AppendOutcome {
        let Some(log) = self.logs.get(&append.conversation) else { return AppendOutcome::NoConversation };
        if let Some(keyed) = &append.key
            && let Some(sent) = log.keys.get(&(append.sender, keyed.key.clone()))
        {
            return if sent.digest == keyed.digest {
                AppendOutcome::Repeated { seq: sent.seq, id: sent.id, at: sent.at }
            } else {
                AppendOutcome::KeyReused
            };
        }
        if log.conversation.rules_version != append.expected {
            return AppendOutcome::Stale;
        }
        if let Some(invite) = append.invite
            && !self.use_invite(invite, Some(append.conversation), append.at)
        {
            return AppendOutcome::InviteSpent;
        }
        let stored = self.append_events(append.conversation, append.sender, append.at, append.events);
        if let Some(keyed) = append.key
            && let Some(log) = self.logs.get_mut(&append.conversation)
            && let Some(StoredEvent { event, .. }) = stored.first()
        {
            log.keys.insert((append.sender, keyed.key), Sent { digest: keyed.digest, seq: event.seq, id: event.id, at: event.at });
        }
        AppendOutcome::Appended(stored)
    }

    pub(super) fn create_conversation(&mut self, create: CreateConversation) -> CreateConversationOutcome {
        let by_id = self.logs.contains_key(&create.id).then_some(create.id);
        let by_key = create.key.as_ref().and_then(|key| self.create_keys.get(&(create.creator, key.clone())).copied());
        let by_pair = create.direct.and_then(|(one, other)| self.find_direct(one, other));
        if let Some(existing) = by_id.or(by_key).or(by_pair) {
            return CreateConversationOutcome::Existing(existing);
        }
        self.logs.insert(create.id, Log::empty(&create));
        if let Some(key) = create.key {
            self.create_keys.insert((create.creator, key), create.id);
        }
        let stored = self.append_events(create.id, create.creator, create.at, create.events);
        if let Some((one, other)) = create.direct {
            for (user, other) in [(one, other), (other, one)] {
                if self.blocks.contains(&(user, other))
                    && let Some(log) = self.logs.get_mut(&create.id)
                {
                    log.close_interval(user, log.conversation.last_seq);
                }
            }
        }
        CreateConversationOutcome::Created(stored)
    }

    fn append_events(&mut self, conversation: ConversationId, sender: UserId, at: Timestamp, events: Vec<NewEvent>) -> Vec<StoredEvent> {
        let mut stored = Vec::new();
        for NewEvent { id, body } in events {
            let position = self.next_position();
            let log = self.logs.get_mut(&conversation).expect("the caller found the log");
            let body = log.without_erased(body);
            let event = Event { conversation, seq: log.conversation.last_seq.next(), id, sender, at, body };
            log.apply(&event, position);
            let event = StoredEvent { event, position };
            log.events.insert(event.event.seq, event.clone());
            stored.push(event);
        }
        stored
    }
}

impl Log {
    fn empty(create: &CreateConversation) -> Self {
        let conversation = Conversation {
            id: create.id,
            kind: create.kind,
            title: None,
            description: None,
            history: HistoryVisibility::default(),
            retention: Retention::default(),
            rules_version: RulesVersion::ZERO,
            last_seq: Seq::ZERO,
            trimmed_seq: Seq::ZERO,
            message_count: 0,
            member_count: 0,
            direct: create.direct,
            position: Position::ZERO,
            created_at: create.at,
            updated_at: create.at,
        };
        Self { conversation, events: BTreeMap::new(), members: BTreeMap::new(), keys: BTreeMap::new(), trim_position: Position::ZERO }
    }

    /// What an event changes beside standing in the log.
    fn apply(&mut self, event: &Event, position: Position) {
        let conversation = &mut self.conversation;
        conversation.last_seq = event.seq;
        conversation.position = position;
        conversation.updated_at = event.at;
        if event.body.changes_rules() {
            conversation.rules_version = RulesVersion(event.seq.0);
        }
        match &event.body {
            EventBody::Created { title, description, history, retention, .. } => {
                conversation.title.clone_from(title);
                conversation.description = description.clone().filter(is_given);
                conversation.history = *history;
                conversation.retention = *retention;
            }
            EventBody::Message { .. } => conversation.message_count += 1,
            EventBody::Delete { target } => self.erase(*target),
            EventBody::MemberAdded { user, role } => self.add_member(*user, *role, event.seq, position),
            EventBody::MemberRemoved { user, .. } => {
                conversation.member_count = conversation.member_count.saturating_sub(1);
                let left = Some((conversation.title.clone(), event.at));
                self.close_interval(*user, event.seq);
                self.set_role(*user, None, position);
                if let Some(member) = self.members.get_mut(user) {
                    member.row.left = left;
                }
            }
            EventBody::RoleChanged { user, role } => self.set_role(*user, Some(*role), position),
            EventBody::DetailsChanged { title, description } => {
                if title.is_some() {
                    conversation.title.clone_from(title);
                }
                if description.is_some() {
                    conversation.description = description.clone().filter(is_given);
                }
            }
            EventBody::RetentionChanged { retention } => conversation.retention = *retention,
            EventBody::HistoryChanged { history } => conversation.history = *history,
            EventBody::Edit { .. } | EventBody::Reaction { .. } | EventBody::Pin { .. } => {}
        }
    }

    /// What came too late to edit a message that was deleted must not bring its content back.
    fn without_erased(&self, body: EventBody) -> EventBody {
        let EventBody::Edit { target, .. } = &body else { return body };
        match self.events.get(target).map(|stored| &stored.event.body) {
            Some(EventBody::Message { content, .. }) if content.is_erased() => EventBody::Edit { target: *target, content: Content::default() },
            _ => body,
        }
    }

    fn erase(&mut self, message: Seq) {
        for stored in self.events.values_mut() {
            let seq = stored.event.seq;
            match &mut stored.event.body {
                EventBody::Message { content, .. } if seq == message => *content = Content::default(),
                EventBody::Edit { target, content } if *target == message => *content = Content::default(),
                _ => {}
            }
        }
    }

    fn add_member(&mut self, user: UserId, role: Role, seq: Seq, position: Position) {
        self.conversation.member_count += 1;
        let founding = seq.0 == self.conversation.member_count + 1;
        let member = self.members.entry(user).or_insert_with(|| Member::new(user));
        match self.conversation.history {
            HistoryVisibility::SinceJoined if !founding => member.row.intervals.push(Interval::since(seq)),
            HistoryVisibility::SinceJoined | HistoryVisibility::All => member.row.intervals = vec![Interval::since(Seq(1))],
        }
        member.row.role = Some(role);
        member.row.joined_seq = seq;
        member.row.archived = false;
        member.row.left = None;
        member.row.position = position;
        member.receipt_position = position;
    }

    fn set_role(&mut self, user: UserId, role: Option<Role>, position: Position) {
        if let Some(member) = self.members.get_mut(&user) {
            member.row.role = role;
            member.row.position = position;
        }
    }

    /// Ends the open interval of a user at `last`; true when there was one. One that would hold nothing goes.
    pub(super) fn close_interval(&mut self, user: UserId, last: Seq) -> bool {
        let Some(intervals) = self.members.get_mut(&user).map(|member| &mut member.row.intervals) else { return false };
        let Some(open) = intervals.last_mut().filter(|interval| interval.to.is_none()) else { return false };
        open.to = Some(last);
        intervals.retain(|interval| interval.to.is_none_or(|to| interval.from <= to));
        true
    }
}

impl Member {
    fn new(user: UserId) -> Self {
        let row = MemberRow {
            user,
            role: None,
            joined_seq: Seq::ZERO,
            intervals: Vec::new(),
            delivered: Seq::ZERO,
            read: Seq::ZERO,
            marked_unread: false,
            muted_until: None,
            pinned: false,
            archived: false,
            left: None,
            position: Position::ZERO,
        };
        Self { row, receipt_position: Position::ZERO, devices: BTreeMap::new() }
    }
}

/// An empty description is none.
fn is_given(description: &Description) -> bool {
    !description.as_str().is_empty()
}
