//! Start and stop, in one place and in order.
//!
//! Start: limits, listeners (so that a wrong address is known at once), store, engine, doors, ready. Stop: not ready, no new connections, clients are told when to
//! come back, what is under way finishes within a time, the store is closed. A second signal, or the end of that time, ends everything at once.
//! A damaged store ends the process by itself, with exit code 3 (DESIGN section 2).

mod banner;
mod notify;
mod signals;

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use parlor_engine::CloseReason;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use banner::Banner;

use crate::config::{Config, MetricsListen};
use crate::exit::Exit;
use crate::headers::Headers;
use crate::health::{self, Readiness};
use crate::listen::capacity::Capacity;
use crate::listen::{self, Doors, Listeners, Tls};
use crate::metrics::{self, Exposition, Metrics, Sources};
use crate::node::Node;
use crate::process_limits::ProcessLimits;
use crate::stores::Absent;
use crate::{assets, documentation, telemetry};
use signals::{Signal, Signals};

/// How long the last steps of a stop may take, after connections have ended: the commits that were queued, and the store's last write.
const CLOSE_TIME: Duration = Duration::from_secs(10);

/// How long the start may wait for the figures of the store, which are only shown.
const COUNT_TIME: Duration = Duration::from_millis(200);

/// Runs a node until it is told to stop. The start-up block goes to standard output, logs to standard error.
pub async fn serve(config: Config) -> Result<(), Exit> {
    telemetry::start(&config.log);
    let mut signals = Signals::listen().context("could not listen for signals")?;
    let config = Arc::new(config);
    let process = ProcessLimits::raise();
    let (connections_max, is_cut) = process.connections(config.connections.max);
    let tls = config.tls.clone().map(Tls::load).transpose()?;
    let mut listeners = Listeners::bind(&config.listen, tls.clone()).context("could not start")?;
    let (metrics_listener, metrics_note) = bind_metrics(config.metrics)?;

    let node = Node::start(&config, Absent::Make).await?;
    listeners.bind_operator(&config.socket_path()).context("could not start")?;
    let server = node.engine.server().await?;
    // Counting a large store takes long, and nobody should wait for it.
    let figures = tokio::time::timeout(COUNT_TIME, node.engine.store_figures()).await.ok().transpose()?;

    let readiness = Readiness::default();
    let web = if config.web { assets::WebClient::load() } else { None };
    let has_web = web.is_some();
    let router = node.router.clone().merge(health::routes(readiness.clone())).merge(documentation::routes());
    let router = router.merge(web.map_or_else(assets::routes_without, assets::WebClient::routes));
    let doors = Arc::new(Doors {
        router,
        limits: config.connections,
        capacity: Capacity::new(connections_max, config.connections.per_address_max, config.trusted_proxies.clone()),
        metrics: Arc::new(Metrics::default()),
        headers: Headers::new(&config),
        tasks: node.tasks.clone(),
        draining: CancellationToken::new(),
        killed: CancellationToken::new(),
    });
    let addresses = listeners.addresses();
    listeners.serve(&doors);
    let metrics_address = metrics_listener.as_ref().and_then(|listener| listener.local_addr().ok());
    if let Some(listener) = metrics_listener {
        let exposition = Arc::new(Exposition::new(Sources {
            engine: node.engine.clone(),
            tally: node.tally.clone(),
            capacity: doors.capacity.clone(),
            doors: doors.metrics.clone(),
            store_files: node.store_files.clone(),
        }));
        // On a tracker of its own: a stop waits for people, not for a scrape.
        let tasks = TaskTracker::new();
        tasks.spawn(metrics::serve(listener, exposition, tasks.clone(), doors.killed.clone()));
    }

    readiness.set(true);
    let banner = Banner {
        config: &config,
        addresses: &addresses,
        metrics: metrics_address,
        metrics_note: metrics_note.as_deref(),
        store_place: &node.store_place,
        store_bytes: metrics::bytes_of(&node.store_files),
        figures,
        name: &server.name,
        is_empty: server.empty,
        has_web,
        open_files: process.open_files,
        connections_max,
        is_cut,
    };
    say(&banner.to_string());
    notify::send("READY=1");
    tracing::info!(version = env!("CARGO_PKG_VERSION"), addresses = ?addresses, "the node is ready");

    let ending = run_until_told(&node, &mut signals, tls.as_deref()).await;
    readiness.set(false);
    notify::send("STOPPING=1");
    stop(node, &doors, &mut signals, config.drain, matches!(ending, Ending::Damaged(_))).await;
    match ending {
        Ending::Told => {
            tracing::info!("the node has stopped");
            Ok(())
        }
        Ending::Damaged(found) => Err(Exit::Damaged(format!(
            "the node stopped, because its store cannot be trusted: {found}\nNothing was acknowledged after that. Keep a copy of the data folder, look at the disk, \
             run `parlor check`, and put a backup back with `parlor restore` when it finds faults."
        ))),
    }
}

enum Ending {
    Told,
    Damaged(String),
}

async fn run_until_told(node: &Node, signals: &mut Signals, tls: Option<&Tls>) -> Ending {
    let mut look = tokio::time::interval(listen::TLS_LOOK_EVERY);
    loop {
        let must_reload = tokio::select! {
            found = node.engine.damaged() => return Ending::Damaged(found),
            signal = signals.next() => match signal {
                Signal::Stop => return Ending::Told,
                Signal::Reload => true,
            },
            _ = look.tick(), if tls.is_some() => tls.is_some_and(Tls::has_changed),
        };
        if let (true, Some(tls)) = (must_reload, tls) {
            match tls.reload() {
                Ok(()) => tracing::info!("the TLS certificate was read again"),
                Err(error) => tracing::error!(
                    error = format!("{error:#}"),
                    "the TLS certificate could not be read again; the one that was read before stays in use"
                ),
            }
        }
    }
}

/// Ends connections, then the node. Bounded in time whatever clients do.
async fn stop(node: Node, doors: &Doors, signals: &mut Signals, drain: Duration, is_damaged: bool) {
    let waiting = node.tasks.clone();
    tracing::info!(connections = doors.capacity.open(), "stopping: clients are told when to come back");
    doors.draining.cancel();
    node.engine.hub().close_all(CloseReason::Stopping);
    node.stopping.cancel();
    waiting.close();
    let patience = if is_damaged { Duration::from_secs(1) } else { drain };
    tokio::select! {
        () = waiting.wait() => {}
        () = tokio::time::sleep(patience) => tracing::warn!(connections = doors.capacity.open(), "some connections did not end in time and are cut"),
        () = signals.second() => tracing::warn!(connections = doors.capacity.open(), "told twice to stop: connections are cut"),
    }
    doors.killed.cancel();
    if tokio::time::timeout(CLOSE_TIME, node.stop()).await.is_err() {
        tracing::error!("the node did not come to rest in time; what was acknowledged is on stable storage all the same");
    }
}

/// Binds the metrics' address. One that nobody asked for may be taken: then there is a note instead.
fn bind_metrics(wanted: Option<MetricsListen>) -> Result<(Option<TcpListener>, Option<String>), Exit> {
    let Some(MetricsListen { address, is_default }) = wanted else { return Ok((None, None)) };
    match listen::bind_tcp(address) {
        Ok(listener) => Ok((Some(listener), None)),
        Err(error) if is_default => Ok((None, Some(format!("none: {address} is not free ({error}); choose another with metrics.listen")))),
        Err(error) => Err(Exit::Failed(anyhow::anyhow!("could not listen on {address} (metrics.listen): {error}"))),
    }
}

/// Shows something to the person at the terminal. A terminal that is gone is no reason to stop.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
