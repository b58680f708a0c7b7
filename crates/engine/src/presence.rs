//! Who is there. In memory, on the node that holds the connection; lossy by promise.
//!
//! Presence costs what is looked at: a connection watches a bounded list, changes are collected and told at most twice a second, and a short drop is not an
//! offline. Nothing is written per heartbeat; `last_active_at` is stored when the last device has been gone for the grace.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use parlor_domain::Refusal;
use parlor_store::TouchDevice;
use parlor_types::{DeviceId, Timestamp, UserId};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::actor::Session;
use crate::hub::{Hub, Mailbox};
use crate::notice::{Notice, PresenceState, PresenceView};
use crate::{Actor, Engine, Result};

/// How long changes are collected before they are told.
const COALESCE: Duration = Duration::from_millis(500);

pub(crate) struct Presence {
    hub: Arc<Hub>,
    grace: Duration,
    state: Mutex<State>,
}

/// What one connection is told.
type Told = (Arc<Mailbox>, Vec<PresenceView>);

#[derive(Default)]
struct State {
    /// Everybody who is connected here, or was within the grace.
    seen: HashMap<UserId, Seen>,
    watchers: HashMap<UserId, Vec<Weak<Mailbox>>>,
    changed: HashSet<UserId>,
}

#[derive(Default)]
struct Seen {
    mailboxes: Vec<Weak<Mailbox>>,
    /// Since when nobody is connected, and who went last.
    gone: Option<(Instant, DeviceId)>,
}

impl Seen {
    fn state(&self) -> PresenceState {
        if self.gone.is_some() {
            return PresenceState::Online;
        }
        let away = self.mailboxes.iter().filter_map(Weak::upgrade).all(|mailbox| mailbox.away.load(Ordering::Relaxed));
        if away { PresenceState::Away } else { PresenceState::Online }
    }
}

impl Presence {
    pub(crate) fn new(hub: Arc<Hub>, grace_ms: u32) -> Self {
        Self { hub, grace: Duration::from_millis(grace_ms.into()), state: Mutex::default() }
    }

    /// A connection came.
    pub(crate) fn came(&self, mailbox: &Arc<Mailbox>) {
        let mut state = self.state.lock();
        let user = mailbox.session().user;
        let is_new = {
            let seen = state.seen.entry(user).or_default();
            let is_new = seen.mailboxes.is_empty() && seen.gone.is_none();
            seen.gone = None;
            seen.mailboxes.push(Arc::downgrade(mailbox));
            is_new
        };
        if is_new {
            state.changed.insert(user);
        }
    }

    /// A connection went.
    pub(crate) fn went(&self, mailbox: &Arc<Mailbox>) {
        let mut state = self.state.lock();
        let session = mailbox.session();
        if let Some(seen) = state.seen.get_mut(&session.user) {
            seen.mailboxes.retain(|other| !std::ptr::eq(other.as_ptr(), Arc::as_ptr(mailbox)));
            if seen.mailboxes.is_empty() {
                seen.gone = Some((Instant::now(), session.device));
            }
        }
    }

    fn set_away(&self, mailbox: &Mailbox, away: bool) {
        if mailbox.away.swap(away, Ordering::Relaxed) != away {
            self.state.lock().changed.insert(mailbox.session().user);
        }
    }

    fn current(&self, user: UserId) -> Option<PresenceState> {
        self.state.lock().seen.get(&user).map(Seen::state)
    }

    /// Watches exactly these users from now on.
    fn watch(&self, mailbox: &Arc<Mailbox>, users: impl IntoIterator<Item = UserId>) {
        let mut state = self.state.lock();
        state.watchers.retain(|_, watchers| {
            watchers.retain(|other| other.strong_count() > 0 && !std::ptr::eq(other.as_ptr(), Arc::as_ptr(mailbox)));
            !watchers.is_empty()
        });
        for user in users {
            state.watchers.entry(user).or_default().push(Arc::downgrade(mailbox));
        }
    }

    /// Takes a user out of the sight of `viewer`, or of everybody, and says so.
    pub(crate) fn hide(&self, user: UserId, viewer: Option<UserId>) {
        let mut lost = Vec::new();
        if let Some(watchers) = self.state.lock().watchers.get_mut(&user) {
            watchers.retain(|watcher| {
                let Some(mailbox) = watcher.upgrade() else { return false };
                let hides = viewer.is_none_or(|viewer| mailbox.session().user == viewer);
                if hides {
                    lost.push(mailbox);
                }
                !hides
            });
        }
        let notice = Notice::Presence(vec![PresenceView { user, state: PresenceState::Hidden, last_active_at: None }]);
        for mailbox in lost {
            self.hub.notify_mailbox(&mailbox, &notice);
        }
    }

    /// What is to be told now, and who has been gone for longer than the grace.
    fn collect(&self, now: Instant, at: Timestamp) -> (Vec<Told>, Vec<Session>) {
        let mut state = self.state.lock();
        let mut gone = Vec::new();
        let grace = self.grace;
        state.seen.retain(|user, seen| match seen.gone {
            Some((since, device)) if now.duration_since(since) >= grace => {
                gone.push(Session { user: *user, device, role: parlor_types::ServerRole::Member });
                false
            }
            _ => true,
        });
        let mut changed = std::mem::take(&mut state.changed);
        changed.extend(gone.iter().map(|session| session.user));
        let mut told: HashMap<*const Mailbox, Told> = HashMap::new();
        for user in changed {
            let (presence, last_active_at) = match state.seen.get(&user) {
                Some(seen) => (seen.state(), None),
                None => (PresenceState::Offline, Some(at)),
            };
            for mailbox in state.watchers.get(&user).into_iter().flatten().filter_map(Weak::upgrade) {
                let view = PresenceView { user, state: presence, last_active_at };
                told.entry(Arc::as_ptr(&mailbox)).or_insert_with(|| (mailbox, Vec::new())).1.push(view);
            }
        }
        (told.into_values().collect(), gone)
    }
}

pub(crate) async fn run(engine: Arc<Engine>, stopping: CancellationToken) {
    loop {
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(COALESCE) => {}
        }
        let at = engine.clock.now();
        let (told, gone) = engine.presence.collect(Instant::now(), at);
        for (mailbox, views) in told {
            engine.hub.notify_mailbox(&mailbox, &Notice::Presence(views));
        }
        for session in gone {
            let touch = TouchDevice { user: session.user, device: session.device, at, last: true };
            if let Err(error) = engine.committer.commit(touch).await {
                tracing::warn!(user = %session.user, error = %error, "the time of last activity could not be stored");
            }
        }
    }
}

impl Engine {
    /// The presence of users, in the order asked, as this actor may see it. With a mailbox, changes are told to it from now on, and those of nobody else.
    ///
    /// Seen are those who share a conversation or a contact with the actor, share their presence and have not blocked the actor. Everybody else is hidden, whether they exist or not.
    pub async fn watch_presence(&self, actor: &Actor, mailbox: Option<&Arc<Mailbox>>, users: &[UserId]) -> Result<Vec<PresenceView>> {
        let session = actor.session()?;
        let limit = self.limits.watched_users_max;
        if users.len() > limit as usize {
            return Err(Refusal::LimitReached { what: "too many users watched at once", limit: limit.into() }.into());
        }
        let acquainted: HashSet<UserId> = self.store.list_acquainted(session.user, users).await?.into_iter().collect();
        let blockers: HashSet<UserId> = self.store.list_blockers(session.user, users).await?.into_iter().collect();
        let rows: HashMap<UserId, _> = self.store.list_users(users).await?.into_iter().map(|row| (row.id, row)).collect();
        let visible = |user: &UserId| {
            acquainted.contains(user)
                && !blockers.contains(user)
                && rows.get(user).is_some_and(|row| row.share_presence && !row.deleted && !row.disabled)
        };
        if let Some(mailbox) = mailbox {
            self.presence.watch(mailbox, users.iter().copied().filter(|user| visible(user)));
        }
        let view = |user: &UserId| {
            if !visible(user) {
                return PresenceView { user: *user, state: PresenceState::Hidden, last_active_at: None };
            }
            match self.presence.current(*user) {
                Some(state) => PresenceView { user: *user, state, last_active_at: None },
                None => {
                    PresenceView { user: *user, state: PresenceState::Offline, last_active_at: rows.get(user).and_then(|row| row.last_active_at) }
                }
            }
        };
        Ok(users.iter().map(view).collect())
    }

    /// Says whether the person behind a connection is looking.
    pub fn set_away(&self, mailbox: &Mailbox, away: bool) {
        self.presence.set_away(mailbox, away);
    }
}
