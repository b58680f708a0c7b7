//! Appending to a log: the hot path. A plain message costs a look for its key and one row at the end of `arrivals`; everything else files what waits of its log
//! and then costs one row of the log with its indexes, and a share of the two rows (conversation, sender) that the transaction writes once at its end.

use parlor_store::{Append, AppendOutcome, KeyedSend, NewEvent, StoredEvent};
use parlor_types::event::Content;
use parlor_types::{ConversationId, Event, EventBody, EventId, Seq, Timestamp, UserId};
use rusqlite::{Row, params};

use crate::columns::{int, raw, seq, text, time};
use crate::failure::{Failure, Outcome};
use crate::feed::Entry;
use crate::query;
use crate::sql::write as sql;
use crate::working::arrivals::Arrived;
use crate::working::conversations::Changed;
use crate::working::{Working, members};

impl Working<'_> {
    pub(super) fn append(&mut self, append: &Append) -> Outcome<AppendOutcome> {
        let Some(held) = self.conversations.find(self.connection, append.conversation)? else { return Ok(AppendOutcome::NoConversation) };
        let rules_version = held.state.row.rules_version;
        if let Some(keyed) = &append.key
            && let Some(repeated) = self.find_sent(append.conversation, append.sender, keyed)?
        {
            return Ok(repeated);
        }
        if rules_version != append.expected {
            return Ok(AppendOutcome::Stale);
        }
        if let Some(invite) = append.invite
            && !self.use_invite(invite, Some(append.conversation), append.at)?
        {
            return Ok(AppendOutcome::InviteSpent);
        }
        if let [plain] = append.events.as_slice()
            && self.is_plain(append, plain)
        {
            return self.arrive(append, plain).map(|stored| AppendOutcome::Appended(vec![stored]));
        }
        self.file(append.conversation)?;
        self.append_events(append.conversation, append.sender, append.at, &append.events, append.key.as_ref()).map(AppendOutcome::Appended)
    }

    /// Whether an event is a message that changes nothing beside its log.
    #[cfg_attr(not(feature = "plant"), expect(clippy::unused_self, reason = "the planted version asks it"))]
    fn is_plain(&self, append: &Append, event: &NewEvent) -> bool {
        #[cfg(feature = "plant")]
        if self.planted.plant.is_some() {
            return false;
        }
        append.invite.is_none() && matches!(&event.body, EventBody::Message { content, .. } if content.mentions.is_empty())
    }

    /// Appends a plain message to `arrivals`. The rows of the conversation and of the sender follow when it is filed; till then its own row speaks for them.
    fn arrive(&mut self, append: &Append, new: &NewEvent) -> Outcome<StoredEvent> {
        let &Append { conversation, sender, at, .. } = append;
        let position = self.counters.next_arrival(new.id.raw());
        let held = self.conversations.find(self.connection, conversation)?.ok_or_else(|| gone(conversation))?;
        let row = &mut held.state.row;
        let seq = row.last_seq.next();
        row.last_seq = seq;
        row.position = position;
        row.updated_at = at;
        row.message_count += 1;
        held.state.last_message_seq = seq;
        let own_count = self.members.find(self.connection, conversation, sender)?.map_or(0, |held| {
            held.state.own_seq = seq;
            held.state.own_count += 1;
            held.state.own_count
        });
        let key = append.key.as_ref();
        query::execute(
            self.connection,
            sql::INSERT_ARRIVAL,
            params![
                int(position.0),
                int(conversation.raw()),
                int(seq.0),
                int(new.id.raw()),
                int(sender.raw()),
                at.milliseconds(),
                int(held.state.row.message_count),
                int(own_count),
                key.map(|keyed| keyed.key.as_str()),
                key.map(|keyed| keyed.digest.as_slice()),
                json(&new.body)?,
            ],
        )?;
        self.arrivals.add(&Arrived { position, conversation, seq, sender, id: new.id, at, key });
        self.appended.push(Entry { position, conversation, seq });
        Ok(StoredEvent { event: Event { conversation, seq, id: new.id, sender, at, body: new.body.clone() }, position })
    }

    /// What was sent under this key before.
    fn find_sent(&self, conversation: ConversationId, sender: UserId, keyed: &KeyedSend) -> Outcome<Option<AppendOutcome>> {
        let decode = |row: &Row<'_>| {
            let same = row.get_ref(3)?.as_blob().is_ok_and(|digest| digest == keyed.digest);
            let repeated = AppendOutcome::Repeated { seq: seq(row, 0)?, id: EventId::from_raw(raw(row, 1)?), at: time(row, 2)? };
            Ok(if same { repeated } else { AppendOutcome::KeyReused })
        };
        #[cfg(feature = "plant")]
        if self.planted.keys_in_memory() {
            return Ok(self.planted.find_sent(conversation, sender, keyed));
        }
        if let Some(found) = self.arrivals.find_sent(conversation, sender, keyed) {
            return Ok(Some(found));
        }
        let place = (int(conversation.raw()), int(sender.raw()), keyed.key.as_str());
        let found = query::find(self.connection, sql::FIND_KEY, place, decode)?;
        if found.is_some() || !self.any_gone_key {
            return Ok(found);
        }
        query::find(self.connection, sql::FIND_GONE_KEY, place, decode)
    }

    /// Appends without asking anything; the key goes with the first event.
    pub(super) fn append_events(
        &mut self,
        conversation: ConversationId,
        sender: UserId,
        at: Timestamp,
        events: &[NewEvent],
        key: Option<&KeyedSend>,
    ) -> Outcome<Vec<StoredEvent>> {
        let mut stored = Vec::with_capacity(events.len());
        for (place, event) in events.iter().enumerate() {
            let key = key.filter(|_| place == 0);
            stored.push(self.append_event(conversation, sender, at, event, key)?);
        }
        Ok(stored)
    }

    fn append_event(
        &mut self,
        conversation: ConversationId,
        sender: UserId,
        at: Timestamp,
        new: &NewEvent,
        key: Option<&KeyedSend>,
    ) -> Outcome<StoredEvent> {
        #[cfg(not(feature = "plant"))]
        let insert = sql::INSERT_EVENT;
        #[cfg(feature = "plant")]
        let insert = if self.planted.seq_without_lock() { crate::plant::REPLACE_EVENT } else { sql::INSERT_EVENT };
        let late = self.without_erased(conversation, &new.body)?;
        let new_body = late.as_ref().unwrap_or(&new.body);
        let position = self.counters.next_position();
        self.counters.note_id(new.id.raw());
        let held = self.conversations.find(self.connection, conversation)?.ok_or_else(|| gone(conversation))?;
        held.changed(Changed::Head);
        let state = &mut held.state;
        #[cfg(feature = "plant")]
        if let Some(seen) = self.planted.seen_seq(conversation) {
            state.row.last_seq = seen;
        }
        let seq = state.row.last_seq.next();
        state.row.last_seq = seq;
        state.filed_seq = seq;
        state.row.position = position;
        state.row.updated_at = at;
        let mut own_count = None;
        if new_body.is_message() {
            state.row.message_count += 1;
            state.last_message_seq = seq;
            let own = self.members.find(self.connection, conversation, sender)?.map(|held| {
                held.changed(members::Changed::Own);
                held.state.own_seq = seq;
                held.state.own_count += 1;
                held.state.own_count
            });
            own_count = Some(own.unwrap_or(0));
        }
        #[cfg(feature = "plant")]
        let key = self.planted.keep_in_memory(conversation, sender, key, seq, new.id, at);
        let body = json(new_body)?;
        query::execute(
            self.connection,
            insert,
            params![
                int(conversation.raw()),
                int(seq.0),
                int(position.0),
                int(new.id.raw()),
                int(sender.raw()),
                at.milliseconds(),
                int(state.last_message_seq.0),
                int(state.row.message_count),
                own_count.map(int),
                new_body.target().map(|target| int(target.0)),
                key.map(|keyed| keyed.key.as_str()),
                key.map(|keyed| keyed.digest.as_slice()),
                body,
            ],
        )?;
        self.appended.push(Entry { position, conversation, seq });
        let event = Event { conversation, seq, id: new.id, sender, at, body: new_body.clone() };
        self.apply_event(&event, position)?;
        Ok(StoredEvent { event, position })
    }

    /// What an edit comes to when the message that it is about was erased before: an edit of nothing.
    fn without_erased(&self, conversation: ConversationId, body: &EventBody) -> Outcome<Option<EventBody>> {
        let EventBody::Edit { target, .. } = body else { return Ok(None) };
        let is_erased = self.find_message(conversation, *target)?.is_some_and(|content| content.is_erased());
        Ok(is_erased.then(|| EventBody::Edit { target: *target, content: Content::default() }))
    }

    /// The content of a kept message.
    pub(super) fn find_message(&self, conversation: ConversationId, seq: Seq) -> Outcome<Option<Content>> {
        let place = (int(conversation.raw()), int(seq.0));
        let body = query::find(self.connection, sql::FIND_BODY, place, |row| Ok(text(row, 0)?.to_owned()))?;
        Ok(match body.map(|body| serde_json::from_str(&body)) {
            Some(Ok(EventBody::Message { content, .. })) => Some(content),
            _ => None,
        })
    }

    /// Notes who was mentioned in a message: members other than its sender.
    pub(super) fn note_mentions(&mut self, event: &Event) -> Outcome<()> {
        let EventBody::Message { content, .. } = &event.body else { return Ok(()) };
        for (place, user) in content.mentions.iter().enumerate() {
            let again = content.mentions[..place].contains(user);
            if again || *user == event.sender {
                continue;
            }
            let Some(held) = self.members.find(self.connection, event.conversation, *user)? else { continue };
            if held.state.row.role.is_none() {
                continue;
            }
            held.changed(members::Changed::Marks);
            held.state.mention_count += 1;
            held.state.mention_seq = event.seq;
            query::execute(self.connection, sql::INSERT_MENTION, (int(event.conversation.raw()), int(event.seq.0), int(user.raw())))?;
        }
        Ok(())
    }

    /// Takes the mentions of an erased message back.
    pub(super) fn forget_mentions(&mut self, conversation: ConversationId, message: Seq) -> Outcome<()> {
        let place = (int(conversation.raw()), int(message.0));
        let mentioned = query::all(self.connection, sql::LIST_MENTIONED, place, |row| Ok(UserId::from_raw(raw(row, 0)?)))?;
        for user in mentioned {
            let Some(held) = self.members.find(self.connection, conversation, user)? else { continue };
            held.changed(members::Changed::Marks);
            held.state.mention_count = held.state.mention_count.saturating_sub(1);
            if message <= held.state.base_seq() {
                held.state.base.mentions = held.state.base.mentions.saturating_sub(1);
            }
        }
        query::execute(self.connection, sql::DELETE_MENTIONS, place)?;
        Ok(())
    }
}

/// An event as it is stored.
pub(super) fn json(body: &EventBody) -> Outcome<String> {
    serde_json::to_string(body).map_err(|error| Failure::Impossible(format!("an event cannot be written as JSON: {error}")))
}

fn gone(conversation: ConversationId) -> Failure {
    Failure::Impossible(format!("the conversation {conversation} is gone within a transaction"))
}
