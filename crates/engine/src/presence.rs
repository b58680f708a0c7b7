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

impl State {
    /// Costs what this connection watched and will watch, however many others there are.
    fn watch(&mut self, mailbox: &Arc<Mailbox>, users: Vec<UserId>) {
        for user in &users {
            let watchers = self.watchers.entry(*user).or_default();
            if !watchers.iter().any(|other| std::ptr::eq(other.as_ptr(), Arc::as_ptr(mailbox))) {
                watchers.push(Arc::downgrade(mailbox));
            }
        }
        let kept: HashSet<UserId> = users.iter().copied().collect();
        let before = std::mem::replace(&mut *mailbox.watched.lock(), users.into_boxed_slice());
        for user in before.iter().filter(|user| !kept.contains(user)) {
            if let Some(watchers) = self.watchers.get_mut(user) {
                watchers.retain(|other| other.strong_count() > 0 && !std::ptr::eq(other.as_ptr(), Arc::as_ptr(mailbox)));
                if watchers.is_empty() {
                    self.watchers.remove(user);
                }
            }
        }
    }
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
        let before = state.seen.get(&user).map(Seen::state);
        let seen = state.seen.entry(user).or_default();
        seen.gone = None;
        seen.mailboxes.push(Arc::downgrade(mailbox));
        let after = seen.state();
        if Some(after) != before {
            state.changed.insert(user);
        }
    }

    /// A connection went.
    pub(crate) fn went(&self, mailbox: &Arc<Mailbox>) {
        let mut state = self.state.lock();
        let session = mailbox.session();
        state.watch(mailbox, Vec::new());
        let Some(seen) = state.seen.get_mut(&session.user) else { return };
        let before = seen.state();
        seen.mailboxes.retain(|other| !std::ptr::eq(other.as_ptr(), Arc::as_ptr(mailbox)));
        if seen.mailboxes.is_empty() {
            seen.gone = Some((Instant::now(), session.device));
        } else if seen.state() != before {
            state.changed.insert(session.user);
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
        let users: HashSet<UserId> = users.into_iter().collect();
        self.state.lock().watch(mailbox, users.into_iter().collect());
    }

    /// Those who watch `user`, and whom `user` watches.
    fn counterparts(&self, user: UserId) -> HashSet<UserId> {
        let state = self.state.lock();
        let watchers = state.watchers.get(&user).into_iter().flatten().filter_map(Weak::upgrade).map(|mailbox| mailbox.session().user);
        let mut found: HashSet<UserId> = watchers.collect();
        for mailbox in state.seen.get(&user).into_iter().flat_map(|seen| &seen.mailboxes).filter_map(Weak::upgrade) {
            found.extend(mailbox.watched.lock().iter());
        }
        found.remove(&user);
        found
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
    /// Seen are fellow members and contacts that both agreed to, who share their presence and have not blocked the actor. Everybody else is hidden, whether they exist or not.
    pub async fn watch_presence(&self, actor: &Actor, mailbox: Option<&Arc<Mailbox>>, users: &[UserId]) -> Result<Vec<PresenceView>> {
        let session = actor.session()?;
        let limit = self.limits.watched_users_max;
        if users.len() > limit as usize {
            return Err(Refusal::LimitReached { what: "too many users watched at once", limit: limit.into() }.into());
        }
        let companions: HashSet<UserId> = self.store.list_companions(session.user, users).await?.into_iter().collect();
        let blockers: HashSet<UserId> = self.store.list_blockers(session.user, users).await?.into_iter().collect();
        let rows: HashMap<UserId, _> = self.store.list_users(users).await?.into_iter().map(|row| (row.id, row)).collect();
        let visible = |user: &UserId| {
            companions.contains(user)
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

    /// Takes `user` and those who are no companions of theirs any more out of each other's sight: to be called when a membership or a contact has ended.
    pub(crate) async fn part_company(&self, user: UserId) -> Result<()> {
        let counterparts: Vec<UserId> = self.presence.counterparts(user).into_iter().collect();
        if counterparts.is_empty() {
            return Ok(());
        }
        let companions = self.store.list_companions(user, &counterparts).await?;
        for other in counterparts.into_iter().filter(|other| !companions.contains(other)) {
            self.presence.hide(user, Some(other));
            self.presence.hide(other, Some(user));
        }
        Ok(())
    }

    /// Says whether the person behind a connection is looking.
    pub fn set_away(&self, mailbox: &Mailbox, away: bool) {
        self.presence.set_away(mailbox, away);
    }
}
