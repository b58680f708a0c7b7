//! Reads of a log: folded messages for people, raw events for sync. Cut to what the actor may read, at the moment of reading (G7).

use parlor_domain::{FoldedMessage, Readable};
use parlor_store::UserRow;
use parlor_types::{ConversationId, Event, Seq, UserId};

use super::{bytes_of, content_bytes};
use crate::{Actor, Engine, Result};

/// Bytes of content in one page: what waits for a connection stays bounded, however long the messages are (G9). A page has at least one row in each direction.
const PAGE_BYTES_MAX: usize = 512 * 1024;

/// Where in a log a page of messages lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At its end.
    Newest,
    /// Right before this seq.
    Before(Seq),
    /// Right after this seq.
    After(Seq),
    /// Half before this seq, half from it on.
    Around(Seq),
}

/// Messages, rising.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagesPage {
    /// The messages.
    pub messages: Vec<FoldedMessage>,
    /// The users that they speak of.
    pub users: Vec<UserRow>,
    /// Whether there are older ones.
    pub more_before: bool,
    /// Whether there are newer ones.
    pub more_after: bool,
    /// The head that is folded in.
    pub last_seq: Seq,
}

/// Raw events, rising.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsPage {
    /// The events.
    pub events: Vec<Event>,
    /// Everything readable up to here is in this page or before it.
    pub through: Seq,
    /// Whether there is more.
    pub more: bool,
}

impl Engine {
    /// A page of messages.
    pub async fn messages(&self, actor: &Actor, conversation: ConversationId, place: Place, limit: usize) -> Result<MessagesPage> {
        let (found, standing) = self.readable(actor, conversation).await?;
        let readable = standing.readable(&found);
        let limit = limit.clamp(1, self.limits.page_events_max as usize);
        // One more than asked, to know whether there is more.
        let (older, newer) = match place {
            Place::Newest => (self.before(conversation, &readable, readable.last_seq().next(), limit + 1).await?, None),
            Place::Before(seq) => (self.before(conversation, &readable, seq, limit + 1).await?, None),
            Place::After(seq) => (Vec::new(), Some(self.from(conversation, &readable, seq.next(), limit + 1).await?)),
            Place::Around(seq) => {
                let older = self.before(conversation, &readable, seq, limit / 2 + 1).await?;
                (older, Some(self.from(conversation, &readable, seq, limit - limit / 2 + 1).await?))
            }
        };
        let (older_max, newer_max) = match place {
            Place::Newest | Place::Before(_) => (limit, 0),
            Place::After(_) => (0, limit),
            Place::Around(_) => (limit / 2, limit - limit / 2),
        };
        let bytes_max = if matches!(place, Place::Around(_)) { PAGE_BYTES_MAX / 2 } else { PAGE_BYTES_MAX };
        let older_taken = fitting(older.iter().rev().take(older_max), bytes_max);
        let newer_taken = fitting(newer.iter().flatten().take(newer_max), bytes_max);
        let more_before = match place {
            Place::After(seq) => !self.before(conversation, &readable, seq.next(), 1).await?.is_empty(),
            _ => older.len() > older_taken,
        };
        let more_after = match (&newer, place) {
            (Some(newer), _) => newer.len() > newer_taken,
            (None, Place::Before(seq)) => !self.from(conversation, &readable, seq, 1).await?.is_empty(),
            (None, _) => false,
        };
        let skipped = older.len() - older_taken;
        let mut messages: Vec<FoldedMessage> = older.into_iter().skip(skipped).collect();
        messages.extend(newer.into_iter().flatten().take(newer_taken));
        let users = self.rows_of(messages.iter().flat_map(users_of)).await?;
        Ok(MessagesPage { messages, users, more_before, more_after, last_seq: readable.last_seq() })
    }

    /// The pinned messages, oldest first.
    pub async fn pins(&self, actor: &Actor, conversation: ConversationId) -> Result<MessagesPage> {
        let (found, standing) = self.readable(actor, conversation).await?;
        let readable = standing.readable(&found);
        let mut messages = Vec::new();
        for seq in self.store.list_pins(conversation).await? {
            if readable.contains(seq) {
                messages.extend(self.store.find_message(conversation, &readable, seq).await?);
            }
        }
        let users = self.rows_of(messages.iter().flat_map(users_of)).await?;
        Ok(MessagesPage { messages, users, more_before: false, more_after: false, last_seq: readable.last_seq() })
    }

    /// Raw events after a seq.
    pub async fn events(&self, actor: &Actor, conversation: ConversationId, after: Seq, limit: usize) -> Result<EventsPage> {
        let (found, standing) = self.readable(actor, conversation).await?;
        let readable = standing.readable(&found);
        let limit = limit.clamp(1, self.limits.page_events_max as usize);
        let last = readable.last_seq();
        let mut events = Vec::new();
        let mut through = after;
        for (first, piece_last) in readable.within(after.next(), last) {
            if events.len() == limit {
                break;
            }
            let page = self.store.list_events(conversation, first.previous(), piece_last, limit - events.len()).await?;
            let filled = events.len() + page.len() == limit;
            through = if filled { page.last().map_or(piece_last, |stored| stored.event.seq) } else { piece_last };
            events.extend(page.into_iter().map(|stored| stored.event));
        }
        let mut bytes = 0;
        let fitting = events.iter().take_while(|event| {
            let is_first = bytes == 0;
            bytes += content_bytes(event);
            is_first || bytes <= PAGE_BYTES_MAX
        });
        let fitting = fitting.count();
        if let Some(dropped) = events.get(fitting) {
            through = dropped.seq.previous();
            events.truncate(fitting);
        }
        let more = readable.first_after(through).is_some();
        Ok(EventsPage { events, through: if more { through } else { through.max(last) }, more })
    }

    /// The last `limit` readable messages before `seq`, rising.
    async fn before(&self, conversation: ConversationId, readable: &Readable, seq: Seq, limit: usize) -> Result<Vec<FoldedMessage>> {
        let mut pages = Vec::new();
        let mut left = limit;
        for (first, last) in readable.within(Seq(1), seq.previous()).into_iter().rev() {
            if left == 0 {
                break;
            }
            let page = self.store.list_messages(conversation, readable, first, last, true, left).await?;
            left -= page.len();
            pages.push(page);
        }
        Ok(pages.into_iter().rev().flatten().collect())
    }

    /// The first `limit` readable messages from `seq` on, rising.
    async fn from(&self, conversation: ConversationId, readable: &Readable, seq: Seq, limit: usize) -> Result<Vec<FoldedMessage>> {
        let mut messages = Vec::new();
        for (first, last) in readable.within(seq.max(Seq(1)), readable.last_seq()) {
            if messages.len() == limit {
                break;
            }
            messages.extend(self.store.list_messages(conversation, readable, first, last, false, limit - messages.len()).await?);
        }
        Ok(messages)
    }
}

/// How many of these, from the first on, go into so many bytes; at least one.
fn fitting<'a>(messages: impl Iterator<Item = &'a FoldedMessage>, bytes_max: usize) -> usize {
    let mut bytes = 0;
    let mut fits = |place: usize, message: &FoldedMessage| {
        bytes += bytes_of(&message.content);
        place == 0 || bytes <= bytes_max
    };
    messages.enumerate().take_while(|(place, message)| fits(*place, message)).count()
}

fn users_of(message: &FoldedMessage) -> impl Iterator<Item = UserId> + '_ {
    let reacted = message.reactions.iter().flat_map(|reaction| reaction.users.iter().copied());
    std::iter::once(message.sender).chain(message.content.mentions.iter().copied()).chain(reacted)
}
