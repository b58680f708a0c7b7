//! The load: senders that send, retry what they do not know the fate of, and now and then ask again for what they were told; watchers that write down what they see.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;

use parlor_sim::history::{Entry, Recorder};

use crate::client::{Frame, Socket};

/// Sends that one sender has under way at once.
const WINDOW: usize = 4;

/// A send that a client wants to be sure of.
#[derive(Debug, Clone)]
struct Send {
    conversation: String,
    key: String,
    text: String,
}

/// A client that sends. It outlives the node and keeps what it does not know the fate of.
pub(crate) struct Sender {
    user: String,
    token: String,
    conversations: Vec<String>,
    unknown: VecDeque<Send>,
    /// Some that were acknowledged, to be asked for once more.
    known: Vec<Send>,
    random: u64,
    recorder: Arc<Recorder>,
    counter: Arc<AtomicU64>,
}

impl Sender {
    pub(crate) fn new(user: &str, token: &str, conversations: &[String], seed: u64, recorder: &Arc<Recorder>, counter: &Arc<AtomicU64>) -> Self {
        Self {
            user: user.to_owned(),
            token: token.to_owned(),
            conversations: conversations.to_vec(),
            unknown: VecDeque::new(),
            known: Vec::new(),
            random: seed | 1,
            recorder: recorder.clone(),
            counter: counter.clone(),
        }
    }

    /// Sends until the node is gone. Whatever was under way then is unknown and comes first the next time.
    pub(crate) async fn run(&mut self, address: &str) {
        let Ok(mut socket) = Socket::open(address, &self.token).await else { return };
        let mut under_way: Vec<(u64, Send)> = Vec::new();
        loop {
            while under_way.len() < WINDOW {
                let send = self.choose();
                self.recorder.add(Entry::Invoke {
                    conversation: send.conversation.clone(),
                    sender: self.user.clone(),
                    key: send.key.clone(),
                    text: send.text.clone(),
                });
                let args = json!({ "conversation": send.conversation, "key": send.key, "text": send.text });
                let Ok(id) = socket.ask("message.send", args).await else {
                    self.unknown.push_back(send);
                    self.unknown.extend(under_way.into_iter().map(|(_, send)| send));
                    return;
                };
                under_way.push((id, send));
            }
            match socket.next().await {
                Ok(Frame::Answer { id, result }) => self.settle(&mut under_way, id, result),
                Ok(_) => {}
                Err(_) => {
                    self.unknown.extend(under_way.into_iter().map(|(_, send)| send));
                    return;
                }
            }
        }
    }

    fn settle(&mut self, under_way: &mut Vec<(u64, Send)>, id: u64, result: Result<serde_json::Value, String>) {
        let Some(place) = under_way.iter().position(|(other, _)| *other == id) else { return };
        let (_, send) = under_way.swap_remove(place);
        match result {
            Ok(answer) => {
                self.recorder.add(Entry::Ack {
                    conversation: send.conversation.clone(),
                    sender: self.user.clone(),
                    key: send.key.clone(),
                    seq: answer["seq"].as_u64().unwrap_or(0),
                    id: answer["id"].as_str().unwrap_or_default().to_owned(),
                });
                if self.known.len() < 64 {
                    self.known.push(send);
                } else {
                    let place = (self.roll() % 64) as usize;
                    self.known[place] = send;
                }
            }
            Err(code) if matches!(code.as_str(), "unavailable" | "overloaded" | "rate_limited") => self.unknown.push_back(send),
            Err(code) => self.recorder.add(Entry::Refused { conversation: send.conversation, key: send.key, code }),
        }
    }

    /// First what is unknown; then mostly something new, at times something that was acknowledged before.
    fn choose(&mut self) -> Send {
        if let Some(send) = self.unknown.pop_front() {
            return send;
        }
        let roll = self.roll();
        if roll.is_multiple_of(8) && !self.known.is_empty() {
            return self.known[(roll >> 8) as usize % self.known.len()].clone();
        }
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let conversation = self.conversations[(roll >> 16) as usize % self.conversations.len()].clone();
        Send { conversation, key: format!("key-{number:012}"), text: format!("message {number} of {}", self.user) }
    }

    /// xorshift64*
    fn roll(&mut self) -> u64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        self.random.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
}

/// Writes down every event of a log that a socket shows, until the node is gone.
pub(crate) async fn watch(address: String, token: String, recorder: Arc<Recorder>) {
    let Ok(mut socket) = Socket::open(&address, &token).await else { return };
    while let Ok(frame) = socket.next().await {
        if let Frame::Log { conversation, event } = frame {
            recorder.add(Entry::Seen { conversation, event });
        }
    }
}
