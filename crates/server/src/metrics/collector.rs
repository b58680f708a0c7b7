//! What a node tells of itself. Names begin with `parlor_`, units stand last, counters end in `_total`.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use parlor_engine::Engine;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::Metrics;
use crate::listen::capacity::Capacity;
use crate::tally::Tally;

/// Where the figures are kept.
pub struct Sources {
    /// Commits, connections of sessions, deliveries.
    pub engine: Arc<Engine>,
    /// Operations, refusals, sockets.
    pub tally: Arc<Tally>,
    /// Places for connections.
    pub capacity: Arc<Capacity>,
    /// What the doors count.
    pub doors: Arc<Metrics>,
    /// The files that the store is made of.
    pub store_files: Vec<PathBuf>,
}

pub(super) struct NodeCollector(pub(super) Sources);

impl fmt::Debug for NodeCollector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NodeCollector")
    }
}

/// One metric whose values differ by one label.
type Labelled<'a> = (&'a str, String, u64);

impl Collector for NodeCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Sources { engine, tally, capacity, doors, store_files } = &self.0;
        let mut out = Out(&mut encoder);
        let load = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);

        out.gauge("parlor_connections_open", "Connections, of whatever kind", capacity.open() as f64)?;
        out.gauge("parlor_connections_max", "Connections that the node takes", capacity.max() as f64)?;
        let refused = [
            ("reason", "node_full".to_owned(), load(&doors.refused_by_node)),
            ("reason", "address_full".to_owned(), load(&doors.refused_by_address)),
        ];
        out.counters("parlor_connections_refused", "Connections that were not taken", refused)?;
        out.counter("parlor_tls_handshakes_failed", "TLS handshakes that failed or took too long", load(&doors.handshakes_failed))?;
        out.counter("parlor_connections_failed", "Connections that ended by an error or a time limit", load(&doors.connections_failed))?;

        out.gauge("parlor_sockets_open", "WebSockets, also before hello", tally.sockets() as f64)?;
        out.gauge("parlor_sessions_connected", "Connections of sessions, over every transport", engine.hub().connections() as f64)?;
        out.counter("parlor_streams_opened", "Streams of server-sent events", tally.streams())?;
        out.counter("parlor_polls_asked", "Long polls", tally.polls())?;
        out.counters(
            "parlor_operations_done",
            "Operations that were done, over every transport",
            tally.answered().map(|(name, count)| ("operation", name.to_owned(), count)),
        )?;
        out.counters(
            "parlor_operations_refused",
            "Operations that were refused",
            tally.refused().map(|(code, count)| ("code", code.as_str().to_owned(), count)),
        )?;
        out.counters(
            "parlor_sockets_closed",
            "WebSockets that the server closed",
            tally.closed().map(|(code, count)| ("code", code.number().to_string(), count)),
        )?;

        let commits = engine.commit_figures();
        out.counter("parlor_commits", "Transactions of the store", commits.batches)?;
        out.counter("parlor_writes_committed", "Writes in those transactions", commits.writes)?;
        out.seconds("parlor_commit_seconds", "Time spent in those transactions", commits.microseconds as f64 / 1e6)?;
        out.gauge("parlor_queue_bytes", "Bytes that wait for slow connections", engine.hub().queued_bytes() as f64)?;
        out.counter("parlor_deliveries", "Frames put into the queues of connections", engine.hub().deliveries())?;

        out.gauge("parlor_store_bytes", "Bytes of the store's files", bytes_of(store_files) as f64)?;
        let version = [("version", env!("CARGO_PKG_VERSION").to_owned(), 1)];
        out.gauges("parlor_build", "The version that runs", version)
    }
}

/// Bytes of all these files; those that are not there have none.
pub(crate) fn bytes_of(files: &[PathBuf]) -> u64 {
    files.iter().filter_map(|file| std::fs::metadata(file).ok()).map(|metadata| metadata.len()).sum()
}

/// Writes metrics out.
pub(super) struct Out<'a, 'encoder>(pub(super) &'a mut DescriptorEncoder<'encoder>);

impl Out<'_, '_> {
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        let encoder = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        ConstGauge::new(value).encode(encoder)
    }

    pub(super) fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let encoder = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        ConstCounter::new(value).encode(encoder)
    }

    pub(super) fn seconds(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        let encoder = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        ConstCounter::new(value).encode(encoder)
    }

    fn counters<'l>(&mut self, name: &str, help: &str, values: impl IntoIterator<Item = Labelled<'l>>) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (label, value, count) in values {
            ConstCounter::new(count).encode(encoder.encode_family(&[(label, value)])?)?;
        }
        Ok(())
    }

    fn gauges<'l>(&mut self, name: &str, help: &str, values: impl IntoIterator<Item = Labelled<'l>>) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (label, value, count) in values {
            ConstGauge::new(count as f64).encode(encoder.encode_family(&[(label, value)])?)?;
        }
        Ok(())
    }
}
