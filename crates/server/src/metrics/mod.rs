//! Metrics, in the text form that Prometheus reads, on a listener of their own.
//!
//! Everything is a counter or gauge that somebody keeps anyway; it is read when it is asked for, and nothing is measured twice. No label ever holds a name, an
//! id or an address of a person.
//!
//! To add one: count it where it happens ([`crate::tally::Tally`] for the edges), and write it out in `collector`.

mod collector;
mod process;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::{StatusCode, header};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use collector::Sources;
pub(crate) use collector::bytes_of;

use crate::listen::capacity::Full;

/// Scrapes and other requests that are served at the same time; more wait.
const CONNECTIONS_MAX: usize = 8;
/// How long one of them may take, from its first byte to its last.
const CONNECTION_TIME: std::time::Duration = std::time::Duration::from_secs(30);

/// What the doors count.
#[derive(Debug, Default)]
pub struct Metrics {
    refused_by_node: AtomicU64,
    refused_by_address: AtomicU64,
    handshakes_failed: AtomicU64,
    connections_failed: AtomicU64,
}

impl Metrics {
    pub(crate) fn connection_refused(&self, why: Full) {
        let count = match why {
            Full::Node => &self.refused_by_node,
            Full::Address => &self.refused_by_address,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn handshake_failed(&self) {
        self.handshakes_failed.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn connection_failed(&self) {
        self.connections_failed.fetch_add(1, Ordering::Relaxed);
    }
}

/// The metrics of a node as text.
pub struct Exposition(Registry);

impl Exposition {
    /// Reads from these sources.
    pub fn new(sources: Sources) -> Self {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(collector::NodeCollector(sources)));
        registry.register_collector(Box::new(process::ProcessCollector));
        Self(registry)
    }

    /// As it stands now, in the OpenMetrics text form.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.0)?;
        Ok(text)
    }
}

/// Serves `/metrics`, and nothing else, until `stopping`.
pub async fn serve(listener: TcpListener, exposition: Arc<Exposition>, tasks: TaskTracker, stopping: CancellationToken) {
    let router = Router::new().route("/metrics", get(answer)).with_state(exposition);
    let permits = Arc::new(tokio::sync::Semaphore::new(CONNECTIONS_MAX));
    while let Some(Ok(permit)) = stopping.run_until_cancelled(permits.clone().acquire_owned()).await {
        let Some(accepted) = stopping.run_until_cancelled(listener.accept()).await else { return };
        let Ok((stream, _)) = accepted else {
            stopping.run_until_cancelled(tokio::time::sleep(std::time::Duration::from_millis(100))).await;
            continue;
        };
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let stopping = stopping.clone();
        tasks.spawn(async move {
            let _ = stopping.run_until_cancelled(tokio::time::timeout(CONNECTION_TIME, connection)).await;
            drop(permit);
        });
    }
}

async fn answer(State(exposition): State<Arc<Exposition>>) -> Response {
    match exposition.text() {
        Ok(text) => {
            ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], text)
                .into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
