//! One walk over the events of a conversation: are they whole, and do the running figures run?

use std::collections::{BTreeMap, BTreeSet, HashMap};

use parlor_types::{ConversationKind, EventBody, Position, Seq, UserId};
use rusqlite::{Connection, Row};

use super::{Findings, Positions};
use crate::columns::{int, maybe_raw, raw, seq, text, truth, unreadable};
use crate::failure::{Failure, Outcome};
use crate::query;
use crate::sql::{check as sql, read as sql_read};
use crate::state::ConversationState;
use crate::working::conversations::title_key;

/// What the walk learned, for comparison with the rows beside the log.
#[derive(Default)]
pub(super) struct Log {
    /// Messages so far, per kept event from the first kept one on.
    pub(super) message_counts: Vec<u64>,
    /// Seqs of kept messages, by who wrote them.
    pub(super) own: HashMap<UserId, Vec<Seq>>,
    /// How many of those were counted when they were sent: all but those of who never was a member till then.
    pub(super) own_counted: HashMap<UserId, u64>,
    /// Seqs of kept messages that mention a user, by user; their own aside.
    pub(super) mentions: HashMap<UserId, Vec<Seq>>,
    pub(super) highest_id: u64,
    contents: BTreeMap<Seq, bool>,
    pins: BTreeSet<Seq>,
    deleted: BTreeSet<Seq>,
    message_count: u64,
    last_message_seq: Seq,
    last: Option<(Seq, Position)>,
    rules_seq: Option<Seq>,
    own_counts: HashMap<UserId, u64>,
}

struct Stored {
    seq: Seq,
    position: Position,
    id: u64,
    sender: UserId,
    message_seq: Seq,
    message_count: u64,
    own_count: Option<u64>,
    target: Option<Seq>,
    key_without_digest: bool,
    body: Option<EventBody>,
}

fn decode(row: &Row<'_>) -> Outcome<Stored> {
    Ok(Stored {
        seq: seq(row, 0)?,
        position: Position(raw(row, 1)?),
        id: raw(row, 2)?,
        sender: UserId::from_raw(raw(row, 3)?),
        message_seq: seq(row, 4)?,
        message_count: raw(row, 5)?,
        own_count: maybe_raw(row, 6)?,
        target: maybe_raw(row, 7)?.map(Seq),
        key_without_digest: truth(row, 8)? != truth(row, 9)?,
        body: serde_json::from_str(text(row, 10)?).map_err(|_| unreadable(row, 10)).ok(),
    })
}

pub(super) fn walk(connection: &Connection, findings: &mut Findings, positions: &mut Positions, state: &ConversationState) -> Outcome<Log> {
    let id = state.row.id;
    let mut log = Log { message_count: state.trimmed_count, ..Log::default() };
    let mut next = state.row.trimmed_seq.next();
    let mut statement = connection.prepare_cached(sql::ALL_EVENTS)?;
    let mut rows = statement.query([int(id.raw())])?;
    while let Some(row) = rows.next()? {
        let stored = match decode(row) {
            Ok(stored) => stored,
            Err(Failure::Unreadable(what)) => {
                findings.say(format!("conversation {id}: {what} cannot be read"));
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let seq = stored.seq;
        if seq < next {
            findings.say(format!("conversation {id}: the event {seq} stands there, and everything up to {} was trimmed", state.row.trimmed_seq));
            continue;
        }
        if seq > next {
            findings.say(format!("conversation {id}: the events {next} to {} are missing", seq.previous()));
            // Where events are missing, the figures go on from what the next one says.
            log.message_count = stored.message_count - u64::from(stored.own_count.is_some()).min(stored.message_count);
            log.last_message_seq = Seq::ZERO;
            log.message_counts.resize((seq.0 - state.row.trimmed_seq.0 - 1) as usize, log.message_count);
            log.own_counts.clear();
        }
        next = seq.next();
        let before = log.last;
        if let Err(problem) = positions.take(stored.position) {
            findings.say(format!("conversation {id}: the event {seq} {problem}"));
        }
        findings.unless(before.is_none_or(|(_, position)| position < stored.position), || {
            format!("conversation {id}: the event {seq} stands at a position before that of the event in front of it")
        });
        log.take(findings, state, stored);
    }
    if next <= state.row.last_seq {
        findings.say(format!("conversation {id}: the events {next} to {} are missing", state.row.last_seq));
    }
    if log.last.is_some_and(|(seq, _)| seq > state.row.last_seq) {
        findings.say(format!("conversation {id}: its log goes on after its head {}", state.row.last_seq));
    }
    Ok(log)
}

impl Log {
    fn take(&mut self, findings: &mut Findings, state: &ConversationState, stored: Stored) {
        let (id, seq) = (state.row.id, stored.seq);
        let mut say = |holds: bool, problem: &str| findings.unless(holds, || format!("conversation {id}: the event {seq} {problem}"));
        let is_message = stored.own_count.is_some();
        self.message_count += u64::from(is_message);
        if is_message {
            self.last_message_seq = seq;
        }
        say(stored.message_count == self.message_count, "counts another number of messages than there are");
        if self.last_message_seq == Seq::ZERO {
            // The newest message before it was trimmed, and only this row knows which one it was.
            say(stored.message_seq <= state.row.trimmed_seq, "names a newest message that is none");
        } else {
            say(stored.message_seq == self.last_message_seq, "names a newest message that is not the newest");
        }
        self.message_counts.push(self.message_count);
        if let Some(count) = stored.own_count {
            let own = self.own.entry(stored.sender).or_default();
            own.push(seq);
            // Who writes without ever having been a member is not counted: zero.
            let expected = self.own_counts.get(&stored.sender).map(|before| if *before == 0 && count == 0 { 0 } else { before + 1 });
            say(expected.is_none_or(|expected| expected == count), "counts another number of messages of its sender than there are");
            self.own_counts.insert(stored.sender, count);
            *self.own_counted.entry(stored.sender).or_default() += u64::from(count > 0);
        }
        say(!stored.key_without_digest, "has a key without a digest, or a digest without a key");
        self.highest_id = self.highest_id.max(stored.id);
        self.last = Some((seq, stored.position));
        let Some(body) = stored.body else { return say(false, "cannot be read") };
        say(body.is_message() == is_message, "is counted as a message and is none, or the other way round");
        say(body.target() == stored.target, "is filed under another message than the one it is about");
        say(matches!(body, EventBody::Created { .. }) == (seq == Seq(1)), "is the making of the conversation, or takes its place");
        if body.changes_rules() {
            self.rules_seq = Some(seq);
        }
        match body {
            EventBody::Message { content, .. } => {
                self.contents.insert(seq, !content.is_erased());
                let mentioned: BTreeSet<UserId> = content.mentions.into_iter().filter(|user| *user != stored.sender).collect();
                for user in mentioned {
                    self.mentions.entry(user).or_default().push(seq);
                }
            }
            EventBody::Delete { target } => {
                self.deleted.insert(target);
                self.pins.remove(&target);
            }
            EventBody::Pin { target, on: true } if self.contents.get(&target) == Some(&true) => drop(self.pins.insert(target)),
            EventBody::Pin { target, on: false } => drop(self.pins.remove(&target)),
            _ => {}
        }
    }
}

/// The conversation's row and the rows beside the log against the walk.
pub(super) fn compare(
    connection: &Connection,
    findings: &mut Findings,
    state: &ConversationState,
    log: &Log,
    stored_title_key: Option<&str>,
) -> Outcome<()> {
    let row = &state.row;
    let id = row.id;
    let mut say = |holds: bool, problem: &str| findings.unless(holds, || format!("conversation {id}: {problem}"));
    say(row.trimmed_seq <= row.last_seq, "more was trimmed than there ever was");
    say(state.trimmed_count <= row.message_count, "more messages were trimmed than there ever were");
    say(row.message_count == log.message_count, "it counts another number of messages than there are");
    say(log.last.is_none_or(|(_, position)| position == row.position), "it stands at another position than its last event");
    let newest = log.contents.keys().next_back().copied();
    say(newest.is_none_or(|newest| newest == state.last_message_seq), "its newest message is another one than it names");
    say(newest.is_some() || state.last_message_seq <= row.trimmed_seq, "it names a newest message and has none");
    say(row.rules_version.0 <= row.last_seq.0, "it has rules from past its head");
    say(log.rules_seq.is_none_or(|seq| seq.0 == row.rules_version.0), "its rules version is not that of the last event that changed rules");
    let is_direct = row.kind == ConversationKind::Direct;
    say(is_direct == row.direct.is_some_and(|(low, high)| low <= high), "it is direct without a pair of users, or has one without being direct");
    say(title_key(state).as_deref() == stored_title_key, "it is listed under another title than its own");
    for seq in &log.deleted {
        say(log.contents.get(seq) != Some(&true), &format!("the message {seq} was deleted and still has its content"));
    }
    let filed = query::get(connection, sql::LAST_FILED, [int(id.raw())], |row| seq(row, 0))?;
    let is_filed = filed == state.filed_seq || (filed == Seq::ZERO && state.filed_seq <= row.trimmed_seq);
    findings.unless(is_filed, || format!("conversation {id}: events up to {} are filed, and its row says {}", filed, state.filed_seq));
    compare_pins(connection, findings, state, log)?;
    compare_mentions(connection, findings, state, log)?;
    let keys = query::all(connection, sql::ALL_GONE_KEYS, [int(id.raw())], |row| Ok((raw(row, 0)?, seq(row, 2)?, truth(row, 3)? || truth(row, 4)?)))?;
    for (sender, seq, held_twice) in keys {
        findings.unless(seq <= row.last_seq, || format!("conversation {id}: a key of user {sender} is of the message {seq}, past the head"));
        findings.unless(!held_twice, || format!("conversation {id}: the key of the message {seq} of user {sender} is kept twice"));
    }
    Ok(())
}

fn compare_pins(connection: &Connection, findings: &mut Findings, state: &ConversationState, log: &Log) -> Outcome<()> {
    let id = state.row.id;
    let pins: BTreeSet<Seq> = query::all(connection, sql_read::LIST_PINS, [int(id.raw())], |row| seq(row, 0))?.into_iter().collect();
    for seq in pins.symmetric_difference(&log.pins) {
        findings.say(format!("conversation {id}: the log and the list of pins do not agree about the message {seq}"));
    }
    Ok(())
}

fn compare_mentions(connection: &Connection, findings: &mut Findings, state: &ConversationState, log: &Log) -> Outcome<()> {
    let id = state.row.id;
    let noted = query::all(connection, sql::ALL_MENTIONS, [int(id.raw())], |row| Ok((seq(row, 0)?, UserId::from_raw(raw(row, 1)?))))?;
    for (seq, user) in noted {
        let stands = log.mentions.get(&user).is_some_and(|seqs| seqs.binary_search(&seq).is_ok());
        findings.unless(stands, || format!("conversation {id}: a mention of user {user} is noted for the event {seq}, which has none"));
    }
    Ok(())
}
