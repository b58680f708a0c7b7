//! What a device owes without being asked: fetch what is missing, say what was delivered, send what waits in the outbox. Pure: it is told what happened and gives what to do.
//!
//! One question per conversation and kind is on its way at a time, so order is kept and a busy conversation costs no more than the network allows. It never says `read`:
//! that is the person's.

mod lane;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parking_lot::RwLock;
use parlor_protocol::events::OtherEvent;
use parlor_protocol::operations::{ConversationDetails, EventPage, GetConversation, ListEvents, SendMessage, Sent, UpdateReceipt};
use parlor_protocol::{Operation, ServerEvent, Snapshot};
use parlor_types::{ConversationId, ConversationKind, Random, Retention, SendKey, Seq};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::connection::Ticket;
use crate::error::CallError;
use crate::incoming::RawAnswer;
use crate::notice::Notice;
use crate::outbox::{Outbox, OutboxRecord};
use crate::replica::{Applied, Replica};
use lane::{Lane, Verdict};

/// Pages that are on their way at a time.
const FETCHES_MAX: usize = 4;
/// Tickets of duties have this bit, so that they never meet those of the program's own questions.
const DUTY: Ticket = 1 << 63;

/// Who acknowledges as `delivered` what has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivered {
    /// The client, as soon as it is in the replica: for programs that show at once, or keep nothing.
    #[default]
    WhenApplied,
    /// The program, with [`crate::Client::mark_delivered`], when it has put it where it survives.
    ByHand,
}

/// What to do.
#[derive(Debug)]
pub(crate) enum Output {
    /// Ask this.
    Ask { ticket: Ticket, operation: &'static str, args: Map<String, Value> },
    /// Tell the program.
    Notice(Notice),
    /// Keep this in the outbox's store.
    Keep(OutboxRecord),
}

/// What was asked.
#[derive(Debug)]
enum Duty {
    Page { conversation: ConversationId, after: Seq },
    Head { conversation: ConversationId },
    Deliver { conversation: ConversationId, seq: Seq },
    Send { conversation: ConversationId, key: SendKey },
}

/// The duties of one device.
pub(crate) struct Duties {
    replica: Arc<RwLock<Replica>>,
    outbox: Arc<RwLock<Outbox>>,
    random: Arc<dyn Random>,
    delivered: Delivered,
    online: bool,
    asked: BTreeMap<Ticket, Duty>,
    next_ticket: Ticket,
    /// Conversations with a hole.
    fetches: BTreeMap<ConversationId, Lane>,
    /// Conversations that are spoken of and not known.
    heads: BTreeMap<ConversationId, Lane>,
    /// Conversations in which `delivered` may be behind.
    deliveries: BTreeMap<ConversationId, Lane>,
    /// How far this device has said `delivered`, and how far the program says it may be said.
    said: BTreeMap<ConversationId, Seq>,
    allowed: BTreeMap<ConversationId, Seq>,
    sends: BTreeMap<ConversationId, Lane>,
}

impl Duties {
    pub(crate) fn new(replica: Arc<RwLock<Replica>>, outbox: Arc<RwLock<Outbox>>, random: Arc<dyn Random>, delivered: Delivered) -> Self {
        let sends = outbox.read().conversations().map(|conversation| (conversation, Lane::new())).collect();
        Self {
            replica,
            outbox,
            random,
            delivered,
            online: false,
            asked: BTreeMap::new(),
            next_ticket: DUTY,
            fetches: BTreeMap::new(),
            heads: BTreeMap::new(),
            deliveries: BTreeMap::new(),
            said: BTreeMap::new(),
            allowed: BTreeMap::new(),
            sends,
        }
    }

    /// True when the ticket is one of a duty.
    pub(crate) const fn is_ours(ticket: Ticket) -> bool {
        ticket & DUTY != 0
    }

    /// Events flow, or no longer do.
    pub(crate) fn online(&mut self, online: bool, now_ms: u64) -> Vec<Output> {
        self.online = online;
        if online {
            let lanes = [&mut self.fetches, &mut self.heads, &mut self.deliveries, &mut self.sends].into_iter().flat_map(BTreeMap::values_mut);
            lanes.for_each(Lane::reconnected);
        }
        self.run(now_ms, Vec::new())
    }

    /// When [`Self::tick`] is due. What was due before now has run, or waits for something else than time.
    pub(crate) fn deadline_ms(&self, now_ms: u64) -> Option<u64> {
        let lanes = [&self.fetches, &self.heads, &self.deliveries, &self.sends].into_iter().flat_map(BTreeMap::values);
        lanes.filter_map(Lane::deadline_ms).filter(|deadline| *deadline > now_ms).min().filter(|_| self.online)
    }

    /// Time has come.
    pub(crate) fn tick(&mut self, now_ms: u64) -> Vec<Output> {
        self.run(now_ms, Vec::new())
    }

    /// Takes a snapshot.
    pub(crate) fn snapshot(&mut self, snapshot: &Snapshot, now_ms: u64) -> Vec<Output> {
        let mut replica = self.replica.write();
        replica.load(snapshot);
        if !snapshot.resumed {
            self.fetches.clear();
            self.heads.clear();
            self.deliveries.clear();
            self.said.clear();
            self.asked.retain(|_, duty| matches!(duty, Duty::Send { .. }));
        }
        let touched: Vec<ConversationId> = replica.conversations.keys().copied().collect();
        drop(replica);
        for conversation in touched {
            self.touch(conversation);
        }
        self.run(now_ms, vec![Output::Notice(Notice::Loaded { resumed: snapshot.resumed })])
    }

    /// Takes an event.
    pub(crate) fn event(&mut self, event: Box<ServerEvent>, now_ms: u64) -> Vec<Output> {
        let applied = self.replica.write().apply(&event);
        let mut outputs = Vec::new();
        match (&*event, applied) {
            (_, Applied::UnknownConversation(conversation)) => {
                self.heads.entry(conversation).or_insert_with(Lane::new);
            }
            (_, Applied::Missing { conversation, .. }) => self.touch(conversation),
            (ServerEvent::Log(log), _) => self.touch(log.conversation),
            (ServerEvent::Other(OtherEvent::Conversation { head, .. } | OtherEvent::Gap { head, .. }), _) => self.touch(head.id),
            (ServerEvent::Other(OtherEvent::Cursor { .. }), _) => {
                let missing: Vec<ConversationId> = self.replica.read().missing().map(|(conversation, _)| conversation).collect();
                for conversation in missing {
                    self.touch(conversation);
                }
            }
            (ServerEvent::Other(_), _) => {}
        }
        if applied == Applied::New {
            outputs.push(Output::Notice(Notice::Event(event)));
        }
        self.run(now_ms, outputs)
    }

    /// A message was kept and may be sent.
    pub(crate) fn queue(&mut self, message: SendMessage, now_ms: u64) -> Vec<Output> {
        self.sends.entry(message.conversation).or_insert_with(Lane::new);
        self.outbox.write().queue(message);
        self.run(now_ms, Vec::new())
    }

    /// The program has put everything up to `seq` where it survives.
    pub(crate) fn allow_delivered(&mut self, conversation: ConversationId, seq: Seq, now_ms: u64) -> Vec<Output> {
        let allowed = self.allowed.entry(conversation).or_default();
        *allowed = (*allowed).max(seq);
        self.touch(conversation);
        self.run(now_ms, Vec::new())
    }

    /// An answer to a duty.
    pub(crate) fn answered(&mut self, ticket: Ticket, result: Result<RawAnswer, CallError>, now_ms: u64) -> Vec<Output> {
        let mut outputs = Vec::new();
        match self.asked.remove(&ticket) {
            Some(Duty::Page { conversation, after }) => self.page(conversation, after, read::<ListEvents>(result), now_ms, &mut outputs),
            Some(Duty::Head { conversation }) => self.head(conversation, read::<GetConversation>(result), now_ms, &mut outputs),
            Some(Duty::Deliver { conversation, seq }) => self.delivered(conversation, seq, result, now_ms),
            Some(Duty::Send { conversation, key }) => self.sent(conversation, key, read::<SendMessage>(result), now_ms, &mut outputs),
            // Asked before everything was loaded afresh.
            None => {}
        }
        self.run(now_ms, outputs)
    }

    fn page(&mut self, conversation: ConversationId, after: Seq, result: Result<EventPage, CallError>, now_ms: u64, outputs: &mut Vec<Output>) {
        let Some(lane) = self.fetches.get_mut(&conversation) else { return };
        match result {
            Ok(page) => {
                lane.succeed();
                let new = self.replica.write().load_events(conversation, after, &page);
                outputs.extend(new.into_iter().map(|event| Output::Notice(Notice::Event(Box::new(ServerEvent::Log(event))))));
                self.fetches.remove(&conversation);
                self.touch(conversation);
            }
            Err(error) => {
                if let Verdict::Never(problem) = lane.fail(error, &*self.random, now_ms) {
                    tracing::debug!(%conversation, code = ?problem.code, "the server does not tell what is missing");
                    self.fetches.remove(&conversation);
                    self.replica.write().give_up(conversation);
                }
            }
        }
    }

    fn head(&mut self, conversation: ConversationId, result: Result<ConversationDetails, CallError>, now_ms: u64, outputs: &mut Vec<Output>) {
        let Some(lane) = self.heads.get_mut(&conversation) else { return };
        match result {
            Ok(ConversationDetails { head, users }) => {
                self.heads.remove(&conversation);
                let event = ServerEvent::Other(OtherEvent::Conversation { head: Box::new(head), users });
                self.replica.write().apply(&event);
                outputs.push(Output::Notice(Notice::Event(Box::new(event))));
                self.touch(conversation);
            }
            Err(error) => {
                if let Verdict::Never(_) = lane.fail(error, &*self.random, now_ms) {
                    self.heads.remove(&conversation);
                }
            }
        }
    }

    fn delivered(&mut self, conversation: ConversationId, seq: Seq, result: Result<RawAnswer, CallError>, now_ms: u64) {
        let Some(lane) = self.deliveries.get_mut(&conversation) else { return };
        let is_over = match result {
            Ok(_) => {
                lane.succeed();
                true
            }
            Err(error) => matches!(lane.fail(error, &*self.random, now_ms), Verdict::Never(_)),
        };
        if is_over {
            let said = self.said.entry(conversation).or_default();
            *said = (*said).max(seq);
            self.deliveries.remove(&conversation);
            self.touch(conversation);
        }
    }

    fn sent(&mut self, conversation: ConversationId, key: SendKey, result: Result<Sent, CallError>, now_ms: u64, outputs: &mut Vec<Output>) {
        let Some(lane) = self.sends.get_mut(&conversation) else { return };
        match result {
            Ok(sent) => {
                lane.succeed();
                self.outbox.write().take(&key);
                outputs.push(Output::Keep(OutboxRecord::Done { key: key.clone() }));
                outputs.push(Output::Notice(Notice::Acknowledged { key, conversation, sent }));
            }
            Err(error) => {
                if let Verdict::Never(problem) = lane.fail(error, &*self.random, now_ms) {
                    self.outbox.write().refuse(&key, problem.clone());
                    outputs.push(Output::Keep(OutboxRecord::Refused { key: key.clone(), problem: problem.clone() }));
                    outputs.push(Output::Notice(Notice::Refused { key, conversation, problem }));
                }
            }
        }
    }

    /// Something about a conversation changed: sees what is owed there.
    fn touch(&mut self, conversation: ConversationId) {
        let replica = self.replica.read();
        let Some(known) = replica.conversations.get(&conversation) else { return };
        if known.missing_after().is_some() {
            self.fetches.entry(conversation).or_insert_with(Lane::new);
        }
        if known.head_is_stale {
            self.heads.entry(conversation).or_insert_with(Lane::new);
        }
        drop(replica);
        if self.deliverable(conversation).is_some() {
            self.deliveries.entry(conversation).or_insert_with(Lane::new);
        }
    }

    /// How far `delivered` may be said, when that is further than it was.
    fn deliverable(&self, conversation: ConversationId) -> Option<Seq> {
        let replica = self.replica.read();
        let known = replica.conversations.get(&conversation)?;
        let is_wanted = known.head.retention == Retention::UntilDelivered || known.head.kind != ConversationKind::Channel;
        if !is_wanted || !known.receives() {
            return None;
        }
        let seq = match self.delivered {
            Delivered::WhenApplied => known.applied_seq,
            Delivered::ByHand => known.applied_seq.min(self.allowed.get(&conversation).copied().unwrap_or_default()),
        };
        // Where the server's copy goes when every device has it, each device must speak for itself; elsewhere one may speak for all.
        let others = if known.head.retention == Retention::UntilDelivered { Seq::ZERO } else { known.head.read_state.delivered };
        let said = self.said.get(&conversation).copied().unwrap_or_default();
        (seq > said.max(others)).then_some(seq)
    }

    /// Asks whatever is due.
    fn run(&mut self, now_ms: u64, mut outputs: Vec<Output>) -> Vec<Output> {
        if !self.online {
            return outputs;
        }
        self.run_fetches(now_ms, &mut outputs);
        for conversation in ready(&self.heads, now_ms) {
            let asked = Duty::Head { conversation };
            self.ask(asked, &GetConversation { conversation }, &mut outputs);
        }
        for conversation in ready(&self.deliveries, now_ms) {
            match self.deliverable(conversation) {
                Some(seq) => {
                    let args = UpdateReceipt { conversation, delivered: Some(seq), read: None };
                    self.ask(Duty::Deliver { conversation, seq }, &args, &mut outputs);
                }
                None => {
                    self.deliveries.remove(&conversation);
                }
            }
        }
        for conversation in ready(&self.sends, now_ms) {
            let next = self.outbox.read().next(conversation).cloned();
            match next {
                Some(message) => self.ask(Duty::Send { conversation, key: message.key.clone() }, &message, &mut outputs),
                None => {
                    self.sends.remove(&conversation);
                }
            }
        }
        outputs
    }

    fn run_fetches(&mut self, now_ms: u64, outputs: &mut Vec<Output>) {
        let mut running = self.asked.values().filter(|duty| matches!(duty, Duty::Page { .. })).count();
        for conversation in ready(&self.fetches, now_ms) {
            if running >= FETCHES_MAX {
                return;
            }
            let replica = self.replica.read();
            let after = replica.conversations.get(&conversation).and_then(super::replica::Conversation::missing_after);
            let limit = Some(replica.limits.page_events_max);
            drop(replica);
            match after {
                Some(after) => {
                    running += 1;
                    self.ask(Duty::Page { conversation, after }, &ListEvents { conversation, after, limit }, outputs);
                }
                None => {
                    self.fetches.remove(&conversation);
                }
            }
        }
    }

    fn ask<Op: Operation + Serialize>(&mut self, duty: Duty, args: &Op, outputs: &mut Vec<Output>) {
        let lane = match &duty {
            Duty::Page { conversation, .. } => self.fetches.get_mut(conversation),
            Duty::Head { conversation } => self.heads.get_mut(conversation),
            Duty::Deliver { conversation, .. } => self.deliveries.get_mut(conversation),
            Duty::Send { conversation, .. } => self.sends.get_mut(conversation),
        };
        lane.expect("only a ready lane asks").ask();
        let Ok(Value::Object(args)) = serde_json::to_value(args) else { unreachable!("arguments of operations are objects") };
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.asked.insert(ticket, duty);
        outputs.push(Output::Ask { ticket, operation: Op::ENTRY.name, args });
    }
}

fn ready(lanes: &BTreeMap<ConversationId, Lane>, now_ms: u64) -> BTreeSet<ConversationId> {
    lanes.iter().filter(|(_, lane)| lane.is_ready(now_ms)).map(|(conversation, _)| *conversation).collect()
}

fn read<Op: Operation>(result: Result<RawAnswer, CallError>) -> Result<Op::Answer, CallError> {
    result.and_then(|answer| answer.read())
}
