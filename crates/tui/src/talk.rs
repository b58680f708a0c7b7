//! The line mode itself: lines in, lines out, until the input ends and everything is acknowledged.

mod commands;
mod show;

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use parlor_client::protocol::events::OtherEvent;
use parlor_client::protocol::operations::SendMessage;
use parlor_client::{CallError, Client, ConnectionState, Notice};
use parlor_types::{ConversationId, MessageText, SendKey, Seq, UserId};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::arguments::{Send, TalkOptions};
use crate::input::Line;
use crate::render::People;
use crate::session::Session;
use crate::target::{self, Target};
use crate::ticks::Ticks;
use crate::{escape, standard_input};

/// How many of the last messages a person sees first.
const HISTORY: u32 = 20;

/// `parlor chat @bob`.
pub(crate) async fn run(target: Target, options: TalkOptions) -> anyhow::Result<ExitCode> {
    let (mut talk, notices) = Talk::begin(&target, options).await?;
    let lines = standard_input::read().context("the standard input cannot be read")?;
    let outcome = talk.run(notices, Some(lines)).await;
    talk.end(outcome).await
}

/// `parlor chat send @bob …`.
pub(crate) async fn send(send: Send) -> anyhow::Result<ExitCode> {
    let text = send.text.join(" ").parse().map_err(|error: parlor_types::InvalidName| anyhow::anyhow!("the message {}", error.problem))?;
    let (mut talk, notices) = Talk::begin(&send.target, TalkOptions { history: Some(0), ..send.options }).await?;
    talk.quiet = true;
    talk.say(text, None).await?;
    let outcome = talk.run(notices, None).await;
    talk.end(outcome).await
}

/// A conversation in progress.
struct Talk {
    client: Client,
    conversation: ConversationId,
    me: UserId,
    peer: Option<UserId>,
    options: TalkOptions,
    /// A person types, and sees what they type.
    by_hand: bool,
    /// A person looks: what is shown is read.
    watched: bool,
    /// Only what was asked for is said.
    quiet: bool,
    people: People,
    ticks: Ticks,
    /// Sent from here, and not known to be acknowledged yet.
    pending: BTreeMap<SendKey, MessageText>,
    /// Sent from here: they stand on the screen already.
    own: BTreeSet<Seq>,
    shown: Seq,
    day: String,
    begun: bool,
    was_lost: bool,
    /// Why the last attempt to connect failed.
    trouble: Option<String>,
    failed: bool,
}

/// Why the loop ended.
#[derive(Debug, PartialEq, Eq)]
enum Ending {
    /// All was done.
    Done,
    /// The person said so.
    Interrupted,
    /// What waits was not acknowledged in time.
    TimedOut,
    /// The server wants nothing more of this session.
    Away(String),
}

impl Talk {
    async fn begin(target: &Target, options: TalkOptions) -> anyhow::Result<(Self, mpsc::Receiver<Notice>)> {
        let session = Session::get()?;
        let (head, users) = target::find(&session.rest()?, target, options.join).await?;
        let (client, notices) = Client::start(session.client_options()?)?;
        let account = client.rest().call(&parlor_client::protocol::operations::GetAccount {}).await?;
        let mut people = People::new(&users);
        people.learn(std::slice::from_ref(&account.user));
        let talk = Self {
            client,
            conversation: head.id,
            me: account.user.id,
            peer: head.peer.filter(|peer| *peer != account.user.id),
            options,
            by_hand: std::io::stdin().is_terminal(),
            watched: std::io::stdout().is_terminal(),
            quiet: false,
            people,
            ticks: Ticks::default(),
            pending: BTreeMap::new(),
            own: BTreeSet::new(),
            shown: head.last_seq,
            day: String::new(),
            begun: false,
            was_lost: false,
            trouble: None,
            failed: false,
        };
        Ok((talk, notices))
    }

    /// The loop. Without `lines` it only waits until everything is acknowledged.
    async fn run(
        &mut self,
        mut notices: mpsc::Receiver<Notice>,
        mut lines: Option<mpsc::Receiver<std::io::Result<String>>>,
    ) -> anyhow::Result<Ending> {
        let mut deadline = lines.is_none().then(|| self.deadline());
        loop {
            if lines.is_none() && self.waiting() == 0 && self.begun {
                return Ok(Ending::Done);
            }
            tokio::select! {
                // A person first sees what was said before.
                line = next(&mut lines), if self.begun || !self.by_hand => {
                    let is_last = match line {
                        Some(line) => self.line(&line.context("the standard input cannot be read")?).await?,
                        None => true,
                    };
                    if is_last {
                        lines = None;
                        deadline = Some(self.deadline());
                    }
                }
                notice = notices.recv() => match notice {
                    Some(Notice::Connection(ConnectionState::Away { reason, code })) => {
                        return Ok(Ending::Away(if reason.is_empty() { format!("closed with {}", code.unwrap_or_default()) } else { reason }));
                    }
                    Some(notice) => self.notice(notice).await?,
                    None => return Ok(Ending::Away("the client stopped".to_owned())),
                },
                () = until(deadline) => return Ok(Ending::TimedOut),
                result = tokio::signal::ctrl_c() => {
                    result?;
                    return Ok(Ending::Interrupted);
                }
            }
        }
    }

    /// Closes, and says how it went.
    async fn end(self, outcome: anyhow::Result<Ending>) -> anyhow::Result<ExitCode> {
        let waiting = self.waiting();
        self.client.close().await;
        let ending = outcome?;
        if waiting > 0 {
            let why = match ending {
                Ending::Away(reason) => reason,
                Ending::TimedOut | Ending::Done | Ending::Interrupted => self.trouble.unwrap_or_else(|| "no answer came in time".to_owned()),
            };
            let what = if waiting == 1 { "1 message is".to_owned() } else { format!("{waiting} messages are") };
            eprintln!("parlor chat: {what} not acknowledged: {}. They stay in the outbox and are sent the next time.", escape::line(&why));
            return Ok(ExitCode::FAILURE);
        }
        match ending {
            Ending::Away(reason) => anyhow::bail!("the server ended the connection: {}", escape::line(&reason)),
            Ending::TimedOut => {
                anyhow::bail!("the server was not reached: {}", escape::line(self.trouble.as_deref().unwrap_or("no answer came in time")))
            }
            Ending::Done | Ending::Interrupted => {}
        }
        Ok(if self.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn deadline(&self) -> Instant {
        Instant::now() + Duration::from_secs(self.options.wait)
    }

    fn waiting(&self) -> usize {
        self.client.outbox(parlor_client::Outbox::waiting_count)
    }

    /// Takes a line; true when it was the last.
    async fn line(&mut self, line: &str) -> anyhow::Result<bool> {
        let parsed = if self.by_hand { Line::typed(line) } else { Line::piped(line) };
        match parsed {
            Ok(Line::Quit) => return Ok(true),
            Ok(Line::Empty) => {}
            Ok(Line::Say(text)) => self.say(text, None).await?,
            Ok(Line::Reply(seq, text)) => self.say(text, Some(seq)).await?,
            Ok(command) => self.command(command).await,
            Err(problem) => self.complain(&problem),
        }
        Ok(false)
    }

    async fn say(&mut self, text: MessageText, reply_to: Option<Seq>) -> anyhow::Result<()> {
        let key = parlor_client::outbox::new_key(&parlor_types::OsRandom);
        self.pending.insert(key.clone(), text.clone());
        self.client.send_message(SendMessage { conversation: self.conversation, key, text, mentions: Vec::new(), reply_to }).await?;
        Ok(())
    }

    async fn notice(&mut self, notice: Notice) -> anyhow::Result<()> {
        match notice {
            Notice::Connection(state) => self.connection(state),
            Notice::Loaded { resumed } => {
                // What the network cuts off here is shown after the next snapshot, which comes with the next connection.
                if !self.begun {
                    self.begun = self.reached(Self::show_history).await?;
                } else if !resumed {
                    self.reached(Self::show_missed).await?;
                }
                self.watch().await;
            }
            Notice::Event(event) => self.event(*event).await,
            Notice::Acknowledged { key, sent, conversation } => {
                if conversation == self.conversation {
                    self.ticks.mine(sent.seq);
                    self.own.insert(sent.seq);
                }
                if self.pending.remove(&key).is_some() && self.watched && !self.quiet {
                    println!("✓ #{} sent", sent.seq);
                }
            }
            Notice::Refused { key, problem, .. } => {
                self.pending.remove(&key);
                self.complain(&format!("a message was refused: {}", problem.message));
                // The person has seen its text; nothing would send it again by itself.
                self.client.discard(key).await?;
            }
        }
        Ok(())
    }

    fn connection(&mut self, state: ConnectionState) {
        match state {
            ConnectionState::Waiting { reason, .. } => {
                if self.by_hand && !self.was_lost {
                    eprintln!("* not connected: {}; trying on", escape::line(&reason));
                }
                self.was_lost = true;
                self.trouble = Some(reason);
            }
            ConnectionState::Online(_) => {
                if self.by_hand && self.was_lost {
                    eprintln!("* connected");
                }
                self.was_lost = false;
                self.trouble = None;
            }
            ConnectionState::Connecting(_) | ConnectionState::Away { .. } | ConnectionState::Closed => {}
        }
    }

    fn complain(&mut self, problem: &str) {
        self.failed |= !self.by_hand;
        eprintln!("parlor chat: {}", escape::line(problem));
    }

    /// Shows something that is asked for; false when the network was in the way, which does not end a talk.
    async fn reached(&mut self, show: impl AsyncFnOnce(&mut Self) -> Result<(), CallError>) -> anyhow::Result<bool> {
        match show(self).await {
            Ok(()) => Ok(true),
            Err(error @ (CallError::Unreachable(_) | CallError::Interrupted(_))) => {
                self.trouble = Some(error.to_string());
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Learns the names that an event speaks of, if they can be had.
    async fn learn(&mut self, users: impl IntoIterator<Item = UserId>) {
        let ids: Vec<UserId> = users.into_iter().filter(|user| !self.people.knows(*user)).collect();
        if ids.is_empty() {
            return;
        }
        if let Ok(list) = self.client.rest().call(&parlor_client::protocol::operations::ListUsers { ids }).await {
            self.people.learn(&list.users);
        }
    }

    /// Makes sure that the replica knows the conversation, which may be newer than the snapshot.
    fn remember(&self, head: parlor_client::protocol::models::Head) {
        let event = OtherEvent::Conversation { head: Box::new(head), users: Vec::new() };
        self.client.replica_mut(|replica| replica.apply(&event.into()));
    }
}

async fn next(lines: &mut Option<mpsc::Receiver<std::io::Result<String>>>) -> Option<std::io::Result<String>> {
    match lines {
        Some(lines) => lines.recv().await,
        None => std::future::pending().await,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
