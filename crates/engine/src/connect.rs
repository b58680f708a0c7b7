//! How a connection begins and ends: authenticate, attach, catch up.
//!
//! The order matters. The mailbox is attached first, then the horizon is taken, then the store is read: so whatever is committed at any moment is in what was read, or in the
//! mailbox, or in both; never in neither (G4). What is in both is dropped by clients, by conversation and seq.

use std::collections::HashSet;
use std::sync::Arc;

use parlor_domain::contact::ContactState;
use parlor_store::{HeadRow, TouchDevice, UserRow};
use parlor_types::{ConversationKind, Epoch, Position, UserId};

use crate::actor::Session;
use crate::hub::{CloseReason, Mailbox};
use crate::notice::{HeadView, Notice};
use crate::queries::{content_bytes, visible_receipt};
use crate::{Engine, EngineError, Result, tokens};

/// Missed events that one resume sends over all conversations; the rest becomes gaps.
const RESUME_EVENTS_MAX: usize = 5_000;
/// Bytes of content that one resume sends; the rest becomes gaps.
const RESUME_BYTES_MAX: usize = 1024 * 1024;
/// Changed profiles that one resume sends; past it the client starts anew.
const RESUME_USERS_MAX: usize = 1_000;

/// A connection that has begun. Give it back to [`Engine::disconnect`].
pub struct Connection {
    /// Where what follows arrives.
    pub mailbox: Arc<Mailbox>,
    /// What the client starts from.
    pub start: Resumed,
}

/// What a client starts from.
#[derive(Debug)]
pub struct Resumed {
    /// Whether the cursor was good; then everything here is only what changed since.
    pub resumed: bool,
    /// Where this stands.
    pub position: Position,
    /// The user's own row.
    pub account: UserRow,
    /// Heads, newest event first.
    pub heads: Vec<HeadRow>,
    /// The users that the heads speak of.
    pub users: Vec<UserRow>,
    /// Contacts and requests.
    pub contacts: Vec<(UserRow, ContactState)>,
    /// Whom the user blocked; always all.
    pub blocked: Vec<UserId>,
    /// What was missed, in order within each conversation: to be sent before anything from the mailbox.
    pub missed: Vec<Notice>,
}

/// What one resume may still send.
struct Left {
    events: usize,
    bytes: usize,
}

impl Engine {
    /// The session of a token; `Unauthenticated` when it is not valid or no longer.
    pub async fn authenticate(&self, token: &str) -> Result<Session> {
        let found = self.store.find_device_by_token(&tokens::digest(token)).await?;
        let (device, user) = found.ok_or(EngineError::Unauthenticated)?;
        Ok(Session { user: user.id, device: device.id, role: user.role })
    }

    /// Begins a connection: from now on its mailbox collects what concerns the user. `cursor` is where the client stands; one of another epoch or from the
    /// future means a fresh start (G11). Not cancel safe: run it to its end, or the connection counts as attached until the node stops.
    pub async fn connect(&self, session: Session, cursor: Option<(Epoch, Position)>) -> Result<Connection> {
        let (mailbox, route) = self.hub.attach(session, self.limits.outbound_queue_bytes_max as usize);
        let loaded = route
            .ready
            .get_or_try_init(|| async {
                let received = self.store.list_received(session.user).await?;
                self.hub.open_routes(&route, received);
                Ok::<(), EngineError>(())
            })
            .await;
        let started = match loaded {
            Ok(()) => self.catch_up(session, cursor).await,
            Err(error) => Err(error),
        };
        match started {
            Ok(start) => {
                if start.account.role != session.role {
                    // The role changed between the check of the token and the attachment; from the attachment on the hub closes the connection.
                    mailbox.close(CloseReason::Resync);
                }
                self.presence.came(&mailbox);
                Ok(Connection { mailbox, start })
            }
            Err(error) => {
                self.hub.detach(&mailbox);
                Err(error)
            }
        }
    }

    /// Ends a connection.
    pub async fn disconnect(&self, mailbox: &Arc<Mailbox>) {
        self.hub.detach(mailbox);
        self.presence.went(mailbox);
        let session = mailbox.session();
        let touch = TouchDevice { user: session.user, device: session.device, at: self.clock.now(), last: false };
        if let Err(error) = self.committer.commit(touch).await {
            tracing::debug!(user = %session.user, error = %error, "when a device was last seen could not be stored");
        }
    }

    async fn catch_up(&self, session: Session, cursor: Option<(Epoch, Position)>) -> Result<Resumed> {
        // The session may have ended between its check and the attachment; from the attachment on the hub closes it.
        let devices = self.store.list_devices(session.user).await?;
        if !devices.iter().any(|device| device.id == session.device) {
            return Err(EngineError::Unauthenticated);
        }
        let position = self.hub.horizon();
        let latest = self.store.horizon().await?;
        let since = cursor.filter(|(epoch, at)| *epoch == self.epoch && *at <= latest).map(|(_, at)| at);
        if let Some(since) = since
            && let Some(resumed) = self.resume(session.user, since, position).await?
        {
            return Ok(resumed);
        }
        self.start_afresh(session.user, position).await
    }

    async fn start_afresh(&self, user: UserId, position: Position) -> Result<Resumed> {
        let heads = self.list_heads(user, None).await?;
        self.resumed(user, false, position, heads, self.list_contacts_since(user, None).await?, Vec::new()).await
    }

    /// `None` when too much changed to say it piece by piece.
    async fn resume(&self, user: UserId, since: Position, position: Position) -> Result<Option<Resumed>> {
        let changed_users = self.store.list_changed_users(user, since, RESUME_USERS_MAX + 1).await?;
        if changed_users.len() > RESUME_USERS_MAX {
            return Ok(None);
        }
        let heads = self.list_heads(user, Some(since)).await?;
        let mut missed = Vec::new();
        let mut left = Left { events: RESUME_EVENTS_MAX, bytes: RESUME_BYTES_MAX };
        for head in &heads {
            self.list_missed(user, head, since, &mut left, &mut missed).await?;
        }
        for (conversation, receipts) in self.store.list_receipt_changes(user, since).await? {
            missed.extend(receipts.into_iter().filter(|row| row.user != user).map(|row| Notice::Receipt(conversation, visible_receipt(row))));
        }
        missed.extend(changed_users.into_iter().map(Notice::User));
        let contacts = self.list_contacts_since(user, Some(since)).await?;
        Ok(Some(self.resumed(user, true, position.max(since), heads, contacts, missed).await?))
    }

    /// The events of one conversation after `since` that the user may read, or a gap when they are too many.
    async fn list_missed(&self, user: UserId, head: &HeadRow, since: Position, left: &mut Left, missed: &mut Vec<Notice>) -> Result<()> {
        let conversation = &head.conversation;
        let was_member = head.member.as_ref().is_some_and(|member| !member.intervals.is_empty());
        if conversation.position <= since || !was_member {
            return Ok(());
        }
        let most = (self.limits.resume_events_max as usize).min(left.events);
        let events = self.store.list_events_since(conversation.id, since, most + 1).await?;
        let standing = head.standing(user);
        let readable = standing.readable(conversation);
        let received = |event: &parlor_types::Event| match conversation.kind {
            // A channel may be read by all, but is sent only to its members.
            ConversationKind::Channel => standing.intervals.iter().any(|interval| interval.contains(event.seq)),
            ConversationKind::Direct | ConversationKind::Group => readable.contains(event.seq),
        };
        let bytes: usize = events.iter().map(|stored| content_bytes(&stored.event)).sum();
        if events.len() > most || bytes > left.bytes {
            let users = self.users_of_heads(std::slice::from_ref(head)).await?;
            missed.push(Notice::Gap(Box::new(HeadView { head: head.clone(), users })));
            return Ok(());
        }
        left.events -= events.len();
        left.bytes -= bytes;
        missed.extend(events.into_iter().map(|stored| stored.event).filter(received).map(Notice::Log));
        Ok(())
    }

    async fn resumed(
        &self,
        user: UserId,
        resumed: bool,
        position: Position,
        heads: Vec<HeadRow>,
        contacts: Vec<(UserRow, ContactState)>,
        missed: Vec<Notice>,
    ) -> Result<Resumed> {
        let account = self.store.find_user(user).await?.ok_or(EngineError::Unauthenticated)?;
        let users = self.users_of_heads(&heads).await?;
        let blocked = self.store.list_blocked(user).await?;
        Ok(Resumed { resumed, position, account, heads, users, contacts, blocked, missed })
    }

    async fn list_contacts_since(&self, user: UserId, since: Option<Position>) -> Result<Vec<(UserRow, ContactState)>> {
        let rows = self.store.list_contacts(user, since).await?;
        let others: Vec<UserId> = rows.iter().map(|row| row.other).collect();
        let users = self.store.list_users(&others).await?;
        let mut seen = HashSet::new();
        let named = rows.into_iter().filter(|row| seen.insert(row.other)).filter_map(|row| {
            let user = users.iter().find(|user| user.id == row.other)?;
            Some((user.clone(), row.state))
        });
        Ok(named.collect())
    }
}
