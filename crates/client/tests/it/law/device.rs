//! The device under test, with a connection that does all that a network may do within the rules of the wire.

use parlor_client::protocol::ServerEvent;
use parlor_client::protocol::events::OtherEvent;
use parlor_client::protocol::operations::MessagePage;
use parlor_client::{Applied, Replica};
use parlor_types::{ConversationId, Seq};

use super::server::{Act, Server};
use crate::sample;

/// What the network and the device do.
#[derive(Debug, Clone)]
pub(super) enum Step {
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

/// A device, its connection, and how far it was served.
pub(super) struct Device {
    pub(super) replica: Replica,
    /// What is on the way, and the position after each.
    pub(super) coming: Vec<(ServerEvent, usize)>,
    pub(super) arrived: Vec<ServerEvent>,
    /// Everything of the feed up to here was put on the way.
    pub(super) sent: usize,
    pub(super) cursor: usize,
    pub(super) plant: Plant,
}

/// A fault put in on purpose, to see that the property sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Plant {
    None,
    /// Holes are not filled.
    NoFetch,
    /// The cursor runs ahead of what arrived.
    CursorAhead,
}

impl Device {
    pub(super) fn new(server: &Server, plant: Plant) -> Self {
        let mut replica = Replica::default();
        replica.load(&sample::snapshot(server.feed.len() as u64, false, server.heads()));
        Self { replica, coming: Vec::new(), arrived: Vec::new(), sent: server.feed.len(), cursor: server.feed.len(), plant }
    }

    pub(super) fn step(&mut self, server: &mut Server, step: &Step) {
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

    pub(super) fn send(&mut self, server: &Server) {
        for (place, event) in server.feed.iter().enumerate().skip(self.sent) {
            self.coming.push((event.clone(), place + 1));
        }
        self.sent = server.feed.len();
    }

    pub(super) fn resume(&mut self, server: &Server, since: usize) {
        let now = server.feed.len();
        let changed = server.feed[since..].iter().filter_map(|event| match event {
            ServerEvent::Log(event) => Some(event.conversation),
            ServerEvent::Other(OtherEvent::Conversation { head, .. }) => Some(head.id),
            ServerEvent::Other(OtherEvent::ReadState { conversation, .. }) => Some(*conversation),
            ServerEvent::Other(_) => None,
        });
        let changed: std::collections::BTreeSet<ConversationId> = changed.collect();
        let mut heads: Vec<_> = server.heads().into_iter().filter(|head| changed.contains(&head.id)).collect();
        if since.is_multiple_of(2) {
            // A long list leaves some out.
            for head in &mut heads {
                head.last_message = None;
            }
        }
        self.replica.load(&sample::snapshot(now as u64, true, heads));
        // Until all of it has come, the cursor stays where it was.
        self.cursor = since;
        self.coming = server.missed(since).into_iter().map(|event| (event, since)).collect();
        let cursor = self.replica.cursor.clone().unwrap();
        self.coming.push((OtherEvent::Cursor { cursor }.into(), now));
        self.sent = now;
        self.fetch(server);
    }

    pub(super) fn take(&mut self, server: &Server, event: ServerEvent) {
        if let Applied::UnknownConversation(_) = self.replica.apply(&event) {
            panic!("{event:?} is of an unknown conversation");
        }
        self.arrived.push(event);
        self.fetch(server);
    }

    /// Does what a client does about holes.
    pub(super) fn fetch(&mut self, server: &Server) {
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
