//! Who is connected here, and what they must be told.
//!
//! A *route* says who of a conversation's members is connected to this node; fan-out touches them and nobody else. Routes are kept right by the
//! log itself: `member_added` opens them, `member_removed` closes them, in the order of the log (G7).
//!
//! Rules: no lock is held across an await or a write to a socket; nothing here reads the store; a full mailbox closes its connection and
//! disturbs nobody else (G9).

mod mailbox;
mod route;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use parking_lot::Mutex;
use parlor_types::{ConversationId, DeviceId, Event, EventBody, Position, UserId};

pub use mailbox::{CloseReason, Delivery, Mailbox};
use route::{Presence, UserRoute};

use crate::actor::Session;
use crate::notice::{Encode, Notice};

/// Enough shards that two cores rarely meet at one.
const SHARDS: usize = 64;

/// Everything connected to this node.
pub struct Hub {
    encoder: Arc<dyn Encode>,
    /// Which connected users receive which conversation.
    routes: [Mutex<HashMap<ConversationId, Vec<Arc<UserRoute>>>>; SHARDS],
    /// The connected users.
    users: [Mutex<HashMap<UserId, Arc<UserRoute>>>; SHARDS],
    /// Everything at and below this position was put into the mailboxes of all who were attached then.
    horizon: AtomicU64,
    connections: AtomicU64,
    deliveries: AtomicU64,
}

impl Hub {
    /// An empty hub.
    pub fn new(encoder: Arc<dyn Encode>) -> Self {
        Self {
            encoder,
            routes: std::array::from_fn(|_| Mutex::default()),
            users: std::array::from_fn(|_| Mutex::default()),
            horizon: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            deliveries: AtomicU64::new(0),
        }
    }

    /// How many connections are attached.
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// How many frames were put into mailboxes so far.
    pub fn deliveries(&self) -> u64 {
        self.deliveries.load(Ordering::Relaxed)
    }

    /// How many bytes wait in the mailboxes. Walks over all connections: for figures, not for decisions.
    pub fn queued_bytes(&self) -> u64 {
        let bytes_of = |route: &Arc<UserRoute>| route.mailboxes().iter().map(|mailbox| mailbox.queued_bytes() as u64).sum::<u64>();
        self.users.iter().map(|shard| shard.lock().values().map(bytes_of).sum::<u64>()).sum()
    }

    /// Everything at and below this position has been put into the mailboxes that were attached at that time. A connection may pass it on as its cursor
    /// after it has written all that its mailbox held *after* this call.
    pub fn horizon(&self) -> Position {
        Position(self.horizon.load(Ordering::Acquire))
    }

    /// Says that everything up to `position` was published.
    pub(crate) fn raise_horizon(&self, position: Position) {
        self.horizon.fetch_max(position.0, Ordering::AcqRel);
    }

    /// Opens a mailbox for a connection. It collects from now on what is addressed to its user; the user's conversations follow with [`Hub::open_routes`].
    pub(crate) fn attach(&self, session: Session, queue_bytes_max: usize) -> (Arc<Mailbox>, Arc<UserRoute>) {
        let mailbox = Arc::new(Mailbox::new(session, queue_bytes_max));
        let mut users = self.users_of(session.user).lock();
        let route = users.entry(session.user).or_insert_with(|| Arc::new(UserRoute::new(session.user)));
        route.add(mailbox.clone());
        self.connections.fetch_add(1, Ordering::Relaxed);
        (mailbox, route.clone())
    }

    /// Routes conversations to a user who has just come, except those that the log has closed since `received` was read.
    pub(crate) fn open_routes(&self, route: &Arc<UserRoute>, received: impl IntoIterator<Item = ConversationId>) {
        for conversation in received {
            let mut routes = self.routes_of(conversation).lock();
            if route.open(conversation, Presence::Loaded) {
                routes.entry(conversation).or_default().push(route.clone());
            }
        }
        route.loaded();
    }

    /// Forgets a connection. Returns true when it was the user's last one here.
    pub(crate) fn detach(&self, mailbox: &Arc<Mailbox>) -> bool {
        let user = mailbox.session().user;
        let gone = {
            let mut users = self.users_of(user).lock();
            let Some(route) = users.get(&user).cloned() else { return false };
            if !route.remove(mailbox) {
                return false;
            }
            self.connections.fetch_sub(1, Ordering::Relaxed);
            if !route.is_empty() {
                return false;
            }
            users.remove(&user);
            route
        };
        for conversation in gone.take_conversations() {
            self.close_route(conversation, &gone);
        }
        true
    }

    /// Whether the user is connected here.
    pub fn is_connected(&self, user: UserId) -> bool {
        self.users_of(user).lock().contains_key(&user)
    }

    /// Publishes an entry of a log to everybody who receives the conversation, and changes the routes by it. Entries of one conversation must come in order.
    pub(crate) fn publish(&self, event: &Event) {
        if let EventBody::MemberAdded { user, .. } = event.body {
            self.open_route(event.conversation, user);
        }
        self.publish_to_receivers(event);
        if let EventBody::MemberRemoved { user, .. } = event.body {
            self.close_route_of(event.conversation, user);
        }
    }

    /// Publishes an entry of a log without changing the routes by it.
    pub(crate) fn publish_to_receivers(&self, event: &Event) {
        let routes = self.routes_of(event.conversation).lock();
        if let Some(receivers) = routes.get(&event.conversation)
            && !receivers.is_empty()
        {
            self.deliver_all(receivers, &self.encoder.encode(&Notice::Log(event.clone())), None);
        }
    }

    /// Tells everybody who receives the conversation, except one user.
    pub(crate) fn notify_conversation(&self, conversation: ConversationId, except: Option<UserId>, notice: &Notice) {
        let routes = self.routes_of(conversation).lock();
        if let Some(receivers) = routes.get(&conversation)
            && receivers.iter().any(|route| Some(route.user()) != except)
        {
            self.deliver_all(receivers, &self.encoder.encode(notice), except);
        }
    }

    /// Tells every connection of one user, except those of one device.
    pub(crate) fn notify_user(&self, user: UserId, except: Option<DeviceId>, notice: &Notice) {
        let Some(route) = self.route(user) else { return };
        let frame = self.encoder.encode(notice);
        let count = route.deliver(&frame, except);
        self.deliveries.fetch_add(count, Ordering::Relaxed);
    }

    /// Tells every connection of one user something that each says differently.
    pub(crate) fn notify_each(&self, user: UserId, notice: impl Fn(Session) -> Notice) {
        let Some(route) = self.route(user) else { return };
        for mailbox in route.mailboxes() {
            mailbox.put(self.encoder.encode(&notice(mailbox.session())));
        }
    }

    /// Tells one connection.
    pub(crate) fn notify_mailbox(&self, mailbox: &Mailbox, notice: &Notice) {
        mailbox.put(self.encoder.encode(notice));
    }

    /// The frame of a notice that only one connection gets.
    pub fn encode(&self, notice: &Notice) -> Bytes {
        self.encoder.encode(notice)
    }

    /// Everybody who receives the conversation and is connected here.
    pub(crate) fn receivers(&self, conversation: ConversationId) -> Vec<UserId> {
        self.routes_of(conversation).lock().get(&conversation).map_or_else(Vec::new, |routes| routes.iter().map(|route| route.user()).collect())
    }

    /// Starts to route a conversation to a user, if connected.
    pub(crate) fn open_route(&self, conversation: ConversationId, user: UserId) {
        let Some(route) = self.route(user) else { return };
        let mut routes = self.routes_of(conversation).lock();
        if route.open(conversation, Presence::Logged) {
            routes.entry(conversation).or_default().push(route.clone());
        }
    }

    /// Stops to route a conversation to a user: after they left by the log, or without an event of it (a block).
    pub(crate) fn close_route_of(&self, conversation: ConversationId, user: UserId) {
        // First the user's side, so that a list that is being read and is older than this cannot open the route again.
        if let Some(route) = self.route(user) {
            route.close(conversation);
        }
        let mut routes = self.routes_of(conversation).lock();
        if let Some(receivers) = routes.get_mut(&conversation) {
            receivers.retain(|route| route.user() != user);
            if receivers.is_empty() {
                routes.remove(&conversation);
            }
        }
    }

    /// Closes the connections of devices (G8).
    pub(crate) fn close_devices(&self, user: UserId, devices: &[DeviceId], reason: CloseReason) {
        let Some(route) = self.route(user) else { return };
        for mailbox in route.mailboxes() {
            if devices.contains(&mailbox.session().device) {
                mailbox.close(reason);
            }
        }
    }

    /// Closes every connection.
    pub fn close_all(&self, reason: CloseReason) {
        for shard in &self.users {
            let routes: Vec<_> = shard.lock().values().cloned().collect();
            for mailbox in routes.iter().flat_map(|route| route.mailboxes()) {
                mailbox.close(reason);
            }
        }
    }

    fn deliver_all(&self, receivers: &[Arc<UserRoute>], frame: &Bytes, except: Option<UserId>) {
        let mut count = 0;
        for route in receivers {
            if Some(route.user()) != except {
                count += route.deliver(frame, None);
            }
        }
        self.deliveries.fetch_add(count, Ordering::Relaxed);
    }

    fn route(&self, user: UserId) -> Option<Arc<UserRoute>> {
        self.users_of(user).lock().get(&user).cloned()
    }

    fn close_route(&self, conversation: ConversationId, gone: &Arc<UserRoute>) {
        let mut routes = self.routes_of(conversation).lock();
        if let Some(receivers) = routes.get_mut(&conversation) {
            receivers.retain(|route| !Arc::ptr_eq(route, gone));
            if receivers.is_empty() {
                routes.remove(&conversation);
            }
        }
    }

    fn users_of(&self, user: UserId) -> &Mutex<HashMap<UserId, Arc<UserRoute>>> {
        &self.users[shard(user.raw())]
    }

    fn routes_of(&self, conversation: ConversationId) -> &Mutex<HashMap<ConversationId, Vec<Arc<UserRoute>>>> {
        &self.routes[shard(conversation.raw())]
    }
}

/// The low bits of a snowflake are a counter that is mostly zero, so the milliseconds are mixed in.
const fn shard(raw: u64) -> usize {
    (raw.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58) as usize
}
