//! The client: a handle to ask with, and a channel of notices. Behind them one task keeps a connection, a replica and an outbox.

use std::sync::Arc;

use parking_lot::RwLock;
use parlor_protocol::Operation;
use parlor_protocol::operations::{SendMessage, Sent, UpdateReceipt};
use parlor_types::{ConversationId, OsRandom, Random, SendKey, Seq};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::connection::TransportChoice;
use crate::driver::{Command, Driver};
use crate::duties::Delivered;
use crate::error::CallError;
use crate::notice::Notice;
use crate::outbox::{MemoryOutbox, Outbox, OutboxStore, new_key};
use crate::replica::Replica;
use crate::rest::Rest;
use crate::server::ServerUrl;

/// So many notices wait for the program; then the network is not read.
const NOTICES_MAX: usize = 256;
/// So many questions and sends wait for the task.
const COMMANDS_MAX: usize = 64;

/// What a client starts with.
pub struct ClientOptions {
    /// Which server.
    pub server: ServerUrl,
    /// The token of a session.
    pub token: String,
    /// Name and version of the program, for the operator's figures.
    pub name: Option<String>,
    /// Over which transports.
    pub transport: TransportChoice,
    /// What the device knows already; it resumes from there.
    pub replica: Replica,
    /// Where the outbox is kept.
    pub outbox: Box<dyn OutboxStore>,
    /// Who says `delivered`.
    pub delivered: Delivered,
    /// Chance, for keys and waits.
    pub random: Arc<dyn Random>,
}

impl ClientOptions {
    /// A device that knows nothing and keeps nothing.
    pub fn new(server: ServerUrl, token: impl Into<String>) -> Self {
        Self {
            server,
            token: token.into(),
            name: None,
            transport: TransportChoice::default(),
            replica: Replica::default(),
            outbox: Box::new(MemoryOutbox::default()),
            delivered: Delivered::default(),
            random: Arc::new(OsRandom),
        }
    }
}

/// Why a client cannot start or a message cannot be put into the outbox.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The outbox's store failed; nothing was sent.
    #[error("the outbox cannot be kept: {0}")]
    Store(#[from] std::io::Error),
    /// There is no such message in the outbox.
    #[error("there is no such message in the outbox")]
    NotFound,
    /// The client was closed.
    #[error("the client is closed")]
    Closed,
    /// The client cannot be set up.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// A handle to a running client. The client stops when the handle is dropped or [`Client::close`]d.
pub struct Client {
    rest: Rest,
    replica: Arc<RwLock<Replica>>,
    outbox: Arc<RwLock<Outbox>>,
    random: Arc<dyn Random>,
    commands: mpsc::Sender<Command>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Client {
    /// Starts a client: it connects, resumes, and stays connected by itself. Must be called inside a tokio runtime. Reads the outbox, so it may block for a moment.
    ///
    /// The receiver should be read: a program that takes no notices for long is a slow reader, to the server as well. A program that wants none drops it.
    pub fn start(options: ClientOptions) -> Result<(Self, mpsc::Receiver<Notice>), OutboxError> {
        let ClientOptions { server, token, name, transport, replica, outbox: mut store, delivered, random } = options;
        let rest = Rest::new(server)?.with_token(&token)?;
        let outbox = Arc::new(RwLock::new(Outbox::new(store.load()?)));
        let replica = Arc::new(RwLock::new(replica));
        let (commands, received) = mpsc::channel(COMMANDS_MAX);
        let (notices, told) = mpsc::channel(NOTICES_MAX);
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let driver = Driver::new(crate::driver::Parts {
            rest: rest.clone(),
            token,
            name,
            transport,
            replica: replica.clone(),
            outbox: outbox.clone(),
            store,
            delivered,
            random: random.clone(),
            tasks: tasks.clone(),
        });
        tasks.spawn(driver.run(received, notices, stop.clone()));
        Ok((Self { rest, replica, outbox, random, commands, stop, tasks }, told))
    }

    /// Asks an operation: over the socket when it is open, else over REST. Repeats by itself only what may happen twice.
    pub async fn call<Op: Operation + Serialize>(&self, args: &Op) -> Result<Op::Answer, CallError> {
        let args = serde_json::to_value(args).map_err(|error| CallError::InvalidQuestion(error.to_string()))?;
        let Value::Object(args) = args else { return Err(CallError::InvalidQuestion("the arguments are not an object".to_owned())) };
        let (reply, answer) = oneshot::channel();
        let command = Command::Ask { operation: Op::ENTRY.name, args, reply };
        self.commands.send(command).await.map_err(|_| CallError::Closed)?;
        answer.await.map_err(|_| CallError::Closed)??.read()
    }

    /// Sends a text. Comes back when the message is kept in the outbox; from then on it is sent, over restarts too, until it is acknowledged
    /// ([`Notice::Acknowledged`]) or refused for good ([`Notice::Refused`]).
    pub async fn send(&self, conversation: ConversationId, text: parlor_types::MessageText) -> Result<SendKey, OutboxError> {
        let key = new_key(&*self.random);
        self.send_message(SendMessage { conversation, key, text, mentions: Vec::new(), reply_to: None }).await
    }

    /// Sends a message with its own key, see [`Client::send`] and [`new_key`].
    pub async fn send_message(&self, message: SendMessage) -> Result<SendKey, OutboxError> {
        let key = message.key.clone();
        self.command(|reply| Command::Send { message, reply }).await?;
        Ok(key)
    }

    /// Sends a message that was refused once more: with its key, so that it cannot arrive twice; with a new one when the key was the trouble.
    pub async fn retry(&self, key: SendKey) -> Result<(), OutboxError> {
        self.command(|reply| Command::Retry { key, reply }).await
    }

    /// Forgets a message that was refused.
    pub async fn discard(&self, key: SendKey) -> Result<(), OutboxError> {
        self.command(|reply| Command::Discard { key, reply }).await
    }

    /// Says that everything up to `seq` was put where it survives; for [`Delivered::ByHand`].
    pub async fn mark_delivered(&self, conversation: ConversationId, seq: Seq) -> Result<(), CallError> {
        self.commands.send(Command::Delivered { conversation, seq }).await.map_err(|_| CallError::Closed)
    }

    /// Says that the person has seen everything up to `seq`.
    pub async fn mark_read(&self, conversation: ConversationId, seq: Seq) -> Result<(), CallError> {
        self.call(&UpdateReceipt { conversation, delivered: None, read: Some(seq) }).await.map(|_| ())
    }

    /// Goes on over another transport, now. Nothing is lost: the cursor goes along.
    pub async fn switch_transport(&self, choice: TransportChoice) -> Result<(), CallError> {
        self.commands.send(Command::Switch(choice)).await.map_err(|_| CallError::Closed)
    }

    /// Reads the replica. The task waits meanwhile, so be short.
    pub fn replica<T>(&self, read: impl FnOnce(&Replica) -> T) -> T {
        read(&self.replica.read())
    }

    /// Changes the replica, to load pages that were asked for. The task waits meanwhile, so be short.
    pub fn replica_mut<T>(&self, change: impl FnOnce(&mut Replica) -> T) -> T {
        change(&mut self.replica.write())
    }

    /// Reads the outbox.
    pub fn outbox<T>(&self, read: impl FnOnce(&Outbox) -> T) -> T {
        read(&self.outbox.read())
    }

    /// The REST client of the same session.
    pub const fn rest(&self) -> &Rest {
        &self.rest
    }

    /// Stops, and waits until everything that was taken into the outbox is kept.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn command(&self, command: impl FnOnce(oneshot::Sender<Result<(), OutboxError>>) -> Command) -> Result<(), OutboxError> {
        let (reply, done) = oneshot::channel();
        self.commands.send(command(reply)).await.map_err(|_| OutboxError::Closed)?;
        done.await.map_err(|_| OutboxError::Closed)?
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What became of a message, for callers that wait for one.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The server has it.
    Acknowledged(Sent),
    /// The server refused it for good.
    Refused(parlor_protocol::Problem),
}

impl Notice {
    /// What this says of the message with that key.
    pub fn outcome_of(&self, wanted: &SendKey) -> Option<Outcome> {
        match self {
            Self::Acknowledged { key, sent, .. } if key == wanted => Some(Outcome::Acknowledged(sent.clone())),
            Self::Refused { key, problem, .. } if key == wanted => Some(Outcome::Refused(problem.clone())),
            _ => None,
        }
    }
}
