//! A node, put together: store, bus, engine, API, and the router over all of them. The one place where the parts meet; `serve` puts listeners around it, and
//! `parlor admin` asks it directly when no node runs.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use parlor_bus::InProcessBus;
use parlor_engine::{Engine, Parts, PasswordCost};
use parlor_types::{NodeId, OsRandom, SystemClock};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::{self, Api, ApiParts};
use crate::config::Config;
use crate::encode::FrameEncoder;
use crate::exit::Exit;
use crate::stores::{self, Absent, OpenedStore};
use crate::tally::Tally;

/// A running node without listeners.
pub struct Node {
    /// The one path of every change.
    pub engine: Arc<Engine>,
    /// Answers everything under `/v1`.
    pub router: Router,
    /// What answers, for a socket that comes another way than through the router.
    pub api: Arc<Api>,
    /// What the edges count.
    pub tally: Arc<Tally>,
    /// Tasks of connections.
    pub tasks: TaskTracker,
    /// Ends what runs in the background of the API.
    pub stopping: CancellationToken,
    /// For people: where the store is.
    pub store_place: String,
    /// The store's files.
    pub store_files: Vec<PathBuf>,
}

impl Node {
    /// Opens the store and starts everything on it.
    pub async fn start(config: &Arc<Config>, absent: Absent) -> Result<Self, Exit> {
        let opening = config.clone();
        let opened = tokio::task::spawn_blocking(move || stores::open(&opening, absent)).await.context("the store could not be opened")??;
        Self::on(opened, config, PasswordCost::default()).await
    }

    /// Starts everything on a store that is open. Tests choose another store and cheap passwords.
    pub async fn on(opened: OpenedStore, config: &Arc<Config>, password_cost: PasswordCost) -> Result<Self, Exit> {
        let epoch = opened.store.epoch().await?;
        let encoder = Arc::new(FrameEncoder::new(epoch));
        let engine = Engine::start(Parts {
            store: opened.store,
            bus: Arc::new(InProcessBus::single()),
            encoder: encoder.clone(),
            clock: Arc::new(SystemClock),
            random: Arc::new(OsRandom),
            node: NodeId::SINGLE,
            limits: config.limits.clone(),
            registration: config.registration,
            name: config.name.clone(),
            password_cost,
            #[cfg(feature = "plant")]
            plant_publish_before_commit: config.plant == Some(crate::plant::Plant::PublishBeforeCommit),
        })
        .await?;
        let (tally, tasks, stopping) = (Arc::new(Tally::default()), TaskTracker::new(), CancellationToken::new());
        let api = Api::start(ApiParts {
            engine: engine.clone(),
            encoder,
            config: config.clone(),
            tally: tally.clone(),
            tasks: tasks.clone(),
            stopping: stopping.clone(),
        });
        Ok(Self { engine, router: api::router(&api), api, tally, tasks, stopping, store_place: opened.place, store_files: opened.files })
    }

    /// Lets what is under way finish, and ends everything. Connections must have ended before, or are cut short.
    pub async fn stop(self) {
        self.stopping.cancel();
        self.tasks.close();
        self.engine.stop().await;
    }
}
