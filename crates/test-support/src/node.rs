//! A node on a free port.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use parlor_engine::{CloseReason, Engine, PasswordCost};
use parlor_server::api::Api;
use parlor_server::config::{Config, Rate, Rates, StoreLocation};
use parlor_server::headers::Headers;
use parlor_server::listen::capacity::Capacity;
use parlor_server::listen::{Doors, Listeners};
use parlor_server::metrics::Metrics;
use parlor_server::stores::{self, Absent, OpenedStore};
use parlor_server::tally::Tally;
use parlor_store::{MemoryStore, Store};
use parlor_types::{Epoch, Limits, RegistrationMode};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::person::{PASSWORD, Person};
use crate::rest::Rest;
use crate::socket::Socket;
use crate::wait::soon;

/// Where a test's node keeps its data.
#[derive(Clone, Default)]
pub enum StoreKind {
    /// SQLite in a temporary folder, as people run it.
    #[default]
    Sqlite,
    /// A store of the test's own, which it may look into.
    Given(Arc<dyn Store>),
}

/// Says how a node differs from what people get: rate limits so high that no test meets them, cheap passwords, open registration.
#[derive(Clone)]
pub struct NodeBuilder {
    config: Config,
    store: StoreKind,
    folder: Option<Arc<TempDir>>,
}

/// A running node. It stops when it is dropped, or in good order with [`Node::stop`].
pub struct Node {
    builder: NodeBuilder,
    address: SocketAddr,
    inner: Option<parlor_server::node::Node>,
    doors: Arc<Doors>,
}

const UNLIMITED: Rate = Rate { per_minute: 10_000_000, burst: 10_000_000 };

impl Default for NodeBuilder {
    fn default() -> Self {
        let rates = Rates { credentials: UNLIMITED, create: UNLIMITED, write: UNLIMITED, silent: UNLIMITED, read: UNLIMITED, lookup: UNLIMITED };
        let config = Config {
            listen: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            registration: RegistrationMode::Open,
            metrics: None,
            web: false,
            rates,
            ..Config::default()
        };
        Self { config, store: StoreKind::default(), folder: None }
    }
}

impl NodeBuilder {
    /// Changes the configuration.
    #[must_use]
    pub fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Changes the limits.
    #[must_use]
    pub fn limits(self, change: impl FnOnce(&mut Limits)) -> Self {
        self.config(|config| change(&mut config.limits))
    }

    /// Changes the rate limits.
    #[must_use]
    pub fn rates(self, change: impl FnOnce(&mut Rates)) -> Self {
        self.config(|config| change(&mut config.rates))
    }

    /// Another store.
    #[must_use]
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = StoreKind::Given(store);
        self
    }

    /// A store in memory: faster, and it forgets.
    #[must_use]
    pub fn in_memory(self) -> Self {
        self.store(Arc::new(MemoryStore::new(Epoch(1))))
    }

    /// Starts it.
    pub async fn start(mut self) -> Node {
        if matches!(self.store, StoreKind::Sqlite) {
            let folder = self.folder.get_or_insert_with(|| Arc::new(tempfile::tempdir().expect("a temporary folder can be made")));
            self.config.data = folder.path().to_path_buf();
            self.config.store = StoreLocation::Sqlite(folder.path().join("parlor.db"));
        }
        let config = Arc::new(self.config.clone());
        let opened = match &self.store {
            StoreKind::Sqlite => stores::open(&config, Absent::Make).expect("a new store opens"),
            StoreKind::Given(store) => OpenedStore { store: store.clone(), place: "in memory".to_owned(), files: Vec::<PathBuf>::new() },
        };
        let inner = parlor_server::node::Node::on(opened, &config, PasswordCost::CHEAPEST).await.expect("the node starts");
        let mut listeners = Listeners::bind(&config.listen, None).expect("a free port can be bound");
        if self.folder.is_some() {
            listeners.bind_operator(&config.socket_path()).expect("the operator's socket can be bound");
        }
        let address = listeners.addresses()[0];
        let doors = Arc::new(Doors {
            router: inner.router.clone(),
            limits: config.connections,
            capacity: Capacity::new(config.connections.max.unwrap_or(10_000), config.connections.per_address_max, config.trusted_proxies.clone()),
            metrics: Arc::new(Metrics::default()),
            headers: Headers::new(&config),
            tasks: inner.tasks.clone(),
            draining: CancellationToken::new(),
            killed: CancellationToken::new(),
        });
        listeners.serve(&doors);
        Node { builder: self, address, inner: Some(inner), doors }
    }
}

impl Node {
    /// A node with SQLite in a temporary folder.
    pub async fn start() -> Self {
        NodeBuilder::default().start().await
    }

    /// A node with something changed.
    pub fn builder() -> NodeBuilder {
        NodeBuilder::default()
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:…`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The operator's socket; only where the store is in a folder.
    pub fn operator_socket(&self) -> PathBuf {
        self.builder.config.socket_path()
    }

    /// Its engine, to look inside.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.inner().engine
    }

    /// What answers, for a socket over a stream of the test's own.
    pub fn api(&self) -> &Arc<Api> {
        &self.inner().api
    }

    /// What its edges count.
    pub fn tally(&self) -> &Arc<Tally> {
        &self.inner().tally
    }

    /// Asks without a token.
    pub fn anonymous(&self) -> Rest {
        Rest::new(&self.url(), None)
    }

    /// Asks with any token.
    pub fn with_token(&self, token: &str) -> Rest {
        Rest::new(&self.url(), Some(token))
    }

    /// Makes an account. The first one of a node is an admin of the server.
    pub async fn register(&self, handle: &str) -> Person {
        Person::register(self, handle, PASSWORD).await
    }

    /// A socket that has said nothing yet.
    pub async fn socket(&self) -> Socket {
        Socket::open(self.address).await
    }

    /// Stops in good order: clients are told, connections end, the store is closed. Gives back how to start it again on the same data, on another port.
    pub async fn stop(mut self) -> NodeBuilder {
        let inner = self.inner.take().expect("a node stops once");
        self.doors.draining.cancel();
        inner.engine.hub().close_all(CloseReason::Stopping);
        inner.stopping.cancel();
        inner.tasks.close();
        soon("connections to end", inner.tasks.wait()).await;
        soon("the node to stop", inner.stop()).await;
        self.builder.clone()
    }

    fn inner(&self) -> &parlor_server::node::Node {
        self.inner.as_ref().expect("a node that runs has its parts")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.doors.draining.cancel();
        self.doors.killed.cancel();
        if let Some(inner) = &self.inner {
            inner.stopping.cancel();
        }
    }
}
