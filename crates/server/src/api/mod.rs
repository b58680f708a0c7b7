//! Every operation of the registry, over REST and over the socket: one handler each, the same checks, the same errors.
//!
//! The map: [`router`] makes the routes of `rest` from the registry; `args` puts the arguments together and reads them; `dispatch` is the table of
//! operations and calls the handlers in `handlers`, which build a command or a query and call the engine; `view` turns what the engine gives back into
//! the models of the wire; `refused` is the one place where errors get their codes.
//!
//! Must never: get hold of a store, decide who may do what (that is `domain`, asked by the engine), or answer differently for what does not exist and what one may not
//! know of. To add an operation: docs/dev/adding-an-operation.md; without a handler it does not compile.

mod args;
mod dispatch;
mod handlers;
mod refused;
mod rest;
pub(crate) mod view;

use std::sync::Arc;

use parlor_engine::Engine;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::encode::FrameEncoder;
use crate::rate::RateLimiter;
use crate::socket::Alarms;
use crate::tally::Tally;

pub(crate) use args::{is_object, is_too_deep};
pub(crate) use dispatch::{Call, Form, Order, Row, Started, find_operation};
pub use refused::Refused;
pub use rest::router;
pub(crate) use rest::{call_of, is_origin_allowed, not_allowed, peer_of, refuse};

/// What the API is made of.
pub struct ApiParts {
    /// The engine; its encoder must be the same as `encoder`.
    pub engine: Arc<Engine>,
    /// Makes frames.
    pub encoder: Arc<FrameEncoder>,
    /// What the operator said.
    pub config: Arc<Config>,
    /// What is counted.
    pub tally: Arc<Tally>,
    /// Every task of a connection is tracked here. When it is closed and empty, no connection is left.
    pub tasks: TaskTracker,
    /// Ends the connections that have not said hello, and what runs in the background.
    pub stopping: CancellationToken,
}

/// The API of one node. Shared by every connection and request.
pub struct Api {
    pub(crate) engine: Arc<Engine>,
    pub(crate) encoder: Arc<FrameEncoder>,
    pub(crate) config: Arc<Config>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) rates: Arc<RateLimiter>,
    pub(crate) alarms: Arc<Alarms>,
    pub(crate) tasks: TaskTracker,
    pub(crate) stopping: CancellationToken,
}

impl Api {
    /// Starts what runs in the background: the timers of the sockets and the sweeping of rate limits. They end with `stopping`.
    pub fn start(parts: ApiParts) -> Arc<Self> {
        let rates = Arc::new(RateLimiter::new(&parts.config.rates));
        let alarms = Arc::new(Alarms::default());
        parts.tasks.spawn(rates.clone().sweep_until(parts.stopping.clone()));
        parts.tasks.spawn(alarms.clone().run_until(parts.stopping.clone()));
        Arc::new(Self {
            engine: parts.engine,
            encoder: parts.encoder,
            config: parts.config,
            tally: parts.tally,
            rates,
            alarms,
            tasks: parts.tasks,
            stopping: parts.stopping,
        })
    }
}
