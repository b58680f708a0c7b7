//! The task behind a client: it owns the link, the timers and the store of the outbox, and carries values between them and the two pure machines,
//! [`Connection`] and [`Duties`]. It decides nothing itself.

mod keeper;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use parlor_protocol::operations::SendMessage;
use parlor_protocol::{ErrorCode, REGISTRY};
use parlor_types::{ConversationId, Random, SendKey, Seq};
use serde_json::{Map, Value};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::client::OutboxError;
use crate::connection::{self, Connection, ConnectionState, Input, Ticket, TransportChoice};
use crate::duties::{self, Delivered, Duties};
use crate::error::CallError;
use crate::incoming::RawAnswer;
use crate::link::{Arrived, Link};
use crate::notice::Notice;
use crate::outbox::{Outbox, OutboxRecord, OutboxStore, new_key};
use crate::replica::Replica;
use crate::rest::{Question, Rest, RetryPolicy};
use keeper::{Keeper, Kept};

/// So many notices may wait here; then nothing more is taken from the link.
const BACKLOG_MAX: usize = 64;
/// So many while somebody waits for an answer: a program that asks and reads its notices in one task must get the answer that stands behind them.
const BACKLOG_ASKED_MAX: usize = 4_096;

/// What the handle asks of the task.
pub(crate) enum Command {
    Ask { operation: &'static str, args: Map<String, Value>, reply: oneshot::Sender<Result<RawAnswer, CallError>> },
    Send { message: SendMessage, reply: Reply },
    Retry { key: SendKey, reply: Reply },
    Discard { key: SendKey, reply: Reply },
    Delivered { conversation: ConversationId, seq: Seq },
    Switch(TransportChoice),
}

/// Where the outcome of a change of the outbox goes.
pub(crate) type Reply = oneshot::Sender<Result<(), OutboxError>>;

/// What a driver is made of.
pub(crate) struct Parts {
    pub(crate) rest: Rest,
    pub(crate) token: String,
    pub(crate) name: Option<String>,
    pub(crate) transport: TransportChoice,
    pub(crate) replica: Arc<RwLock<Replica>>,
    pub(crate) outbox: Arc<RwLock<Outbox>>,
    pub(crate) store: Box<dyn OutboxStore>,
    pub(crate) delivered: Delivered,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) tasks: TaskTracker,
}

/// The task's state.
pub(crate) struct Driver {
    rest: Rest,
    connection: Connection,
    duties: Duties,
    outbox: Arc<RwLock<Outbox>>,
    random: Arc<dyn Random>,
    tasks: TaskTracker,
    started: Instant,
    link: Option<Link>,
    keeper: Keeper,
    calls: JoinSet<(Ticket, Result<RawAnswer, CallError>)>,
    askers: HashMap<Ticket, oneshot::Sender<Result<RawAnswer, CallError>>>,
    next_ticket: Ticket,
    backlog: VecDeque<Notice>,
}

impl Driver {
    pub(crate) fn new(parts: Parts) -> Self {
        let cursor = parts.replica.read().cursor.clone();
        let duties = Duties::new(parts.replica, parts.outbox.clone(), parts.random.clone(), parts.delivered);
        Self {
            rest: parts.rest,
            connection: Connection::new(parts.token, parts.name, parts.transport, cursor, parts.random.clone()),
            duties,
            outbox: parts.outbox,
            random: parts.random,
            tasks: parts.tasks,
            started: Instant::now(),
            link: None,
            keeper: Keeper::new(parts.store),
            calls: JoinSet::new(),
            askers: HashMap::new(),
            next_ticket: 0,
            backlog: VecDeque::new(),
        }
    }

    /// Runs until `stop`, or until the handle is gone.
    pub(crate) async fn run(mut self, mut commands: mpsc::Receiver<Command>, notices: mpsc::Sender<Notice>, stop: CancellationToken) {
        self.input(Input::Start);
        loop {
            let deadline = self.deadline();
            tokio::select! {
                () = stop.cancelled() => break,
                () = notices.closed(), if !self.backlog.is_empty() => self.backlog.clear(),
                command = commands.recv(), if self.has_room() => match command {
                    Some(command) => self.command(command),
                    None => break,
                },
                Ok(room) = notices.reserve(), if !self.backlog.is_empty() => {
                    if let Some(notice) = self.backlog.pop_front() {
                        room.send(notice);
                    }
                }
                arrived = next(&mut self.link), if self.backlog.len() < self.backlog_max() => self.input(arrived.into()),
                Some(Ok((ticket, result))) = self.calls.join_next() => self.answer(ticket, result),
                kept = self.keeper.next() => self.kept(kept),
                () = sleep_until(deadline) => self.tick(),
            }
        }
        self.input(Input::Stop);
        self.link = None;
        while let Some(kept) = self.keeper.finish().await {
            self.kept(kept);
        }
        for notice in self.backlog.drain(..) {
            // Whoever closed may no longer listen.
            let _ = notices.try_send(notice);
        }
    }

    /// True while the outbox and the link keep up with what is asked.
    fn has_room(&self) -> bool {
        self.keeper.has_room() && self.link.as_ref().is_none_or(Link::has_room)
    }

    fn backlog_max(&self) -> usize {
        if self.askers.is_empty() { BACKLOG_MAX } else { BACKLOG_ASKED_MAX }
    }

    fn now_ms(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }

    fn deadline(&self) -> Option<Instant> {
        let deadlines = [self.connection.deadline_ms(), self.duties.deadline_ms(self.now_ms())];
        deadlines.into_iter().flatten().min().map(|deadline_ms| self.started + Duration::from_millis(deadline_ms))
    }

    fn tick(&mut self) {
        let now_ms = self.now_ms();
        self.input(Input::Tick);
        let outputs = self.duties.tick(now_ms);
        self.owe(outputs);
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Ask { operation, args, reply } => {
                let ticket = self.next_ticket;
                self.next_ticket += 1;
                self.askers.insert(ticket, reply);
                self.input(Input::Ask { ticket, operation, args });
            }
            Command::Send { message, reply } => self.keeper.keep(OutboxRecord::Queued { message }, Some(reply)),
            Command::Retry { key, reply } => self.retry(&key, reply),
            Command::Discard { key, reply } => {
                if self.outbox.write().take_failed(&key).is_some() {
                    self.keeper.keep(OutboxRecord::Done { key }, Some(reply));
                } else {
                    let _ = reply.send(Err(OutboxError::NotFound));
                }
            }
            Command::Delivered { conversation, seq } => {
                let outputs = self.duties.allow_delivered(conversation, seq, self.now_ms());
                self.owe(outputs);
            }
            Command::Switch(choice) => self.input(Input::Switch(choice)),
        }
    }

    fn retry(&mut self, key: &SendKey, reply: Reply) {
        let Some(entry) = self.outbox.write().take_failed(key) else {
            // The asker may be gone, and then need not know.
            let _ = reply.send(Err(OutboxError::NotFound));
            return;
        };
        let mut message = entry.message;
        if entry.refused.is_some_and(|problem| problem.code == ErrorCode::KeyReused) {
            self.keeper.keep(OutboxRecord::Done { key: key.clone() }, None);
            message.key = new_key(&*self.random);
        }
        self.keeper.keep(OutboxRecord::Queued { message }, Some(reply));
    }

    /// Records are on stable storage, or could not be put there.
    fn kept(&mut self, kept: Kept) {
        let Kept { records, error } = kept;
        for (record, reply) in records {
            // First queued, then told: who hears that it is kept finds it in the outbox.
            if let (None, OutboxRecord::Queued { message }) = (&error, record) {
                let outputs = self.duties.queue(message, self.now_ms());
                self.owe(outputs);
            }
            if let Some(reply) = reply {
                let result = error.as_ref().map_or(Ok(()), |error| Err(OutboxError::Store(std::io::Error::new(error.kind(), error.to_string()))));
                // The asker may be gone, and then need not know.
                let _ = reply.send(result);
            }
        }
    }

    /// Tells the connection something and does what it says.
    fn input(&mut self, input: Input) {
        let now_ms = self.now_ms();
        for output in self.connection.handle(input, now_ms) {
            match output {
                connection::Output::Open { transport, cursor } => self.link = Some(Link::open(transport, &self.rest, cursor, &self.tasks)),
                connection::Output::Close => {
                    if let Some(link) = self.link.take() {
                        link.close();
                    }
                }
                connection::Output::Send(text) => {
                    if !self.link.as_ref().is_some_and(|link| link.write(text)) {
                        self.link = None;
                        return self.input(Input::Lost { problem: None, reason: "too much waits to be written".to_owned() });
                    }
                }
                // A duty waits until the connection is back, and is asked anew then.
                connection::Output::AskOverRest { ticket, .. } if Duties::is_ours(ticket) && !self.connection.is_live() => {
                    self.answer(ticket, Err(CallError::Interrupted("not connected".to_owned())));
                }
                connection::Output::AskOverRest { ticket, operation, args } => self.ask_over_rest(ticket, operation, args),
                connection::Output::Answer { ticket, result } => self.answer(ticket, result),
                connection::Output::Snapshot(snapshot) => {
                    let outputs = self.duties.snapshot(&snapshot, now_ms);
                    self.owe(outputs);
                }
                connection::Output::Event(event) => {
                    let outputs = self.duties.event(event, now_ms);
                    self.owe(outputs);
                }
                connection::Output::State(state) => {
                    let online = matches!(state, ConnectionState::Online(_));
                    self.backlog.push_back(Notice::Connection(state));
                    let outputs = self.duties.online(online, now_ms);
                    self.owe(outputs);
                }
            }
        }
    }

    /// Does what the duties say.
    fn owe(&mut self, outputs: Vec<duties::Output>) {
        for output in outputs {
            match output {
                duties::Output::Ask { ticket, operation, args } => self.input(Input::Ask { ticket, operation, args }),
                duties::Output::Notice(notice) => self.backlog.push_back(notice),
                duties::Output::Keep(record) => self.keeper.keep(record, None),
            }
        }
    }

    fn answer(&mut self, ticket: Ticket, result: Result<RawAnswer, CallError>) {
        if Duties::is_ours(ticket) {
            let outputs = self.duties.answered(ticket, result, self.now_ms());
            self.owe(outputs);
        } else if let Some(asker) = self.askers.remove(&ticket) {
            // Who asked may have lost interest.
            let _ = asker.send(result);
        }
    }

    fn ask_over_rest(&mut self, ticket: Ticket, operation: &'static str, args: Map<String, Value>) {
        let entry = REGISTRY.iter().find(|entry| entry.name == operation);
        let question = entry
            .ok_or_else(|| CallError::InvalidQuestion(format!("{operation} is not an operation")))
            .and_then(|entry| Question::new(entry, Value::Object(args)));
        // Duties have a back-off of their own.
        let rest = if Duties::is_ours(ticket) { self.rest.with_retry(RetryPolicy::NEVER) } else { self.rest.clone() };
        self.calls.spawn(async move {
            let result = match question {
                Ok(question) => rest.ask(&question).await,
                Err(error) => Err(error),
            };
            (ticket, result)
        });
    }
}

async fn next(link: &mut Option<Link>) -> Arrived {
    match link {
        Some(link) => link.next().await,
        None => std::future::pending().await,
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
