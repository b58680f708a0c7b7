//! The doors: TCP (plain or TLS) for everybody, a unix socket for the operator. Each connection is hyper's HTTP/1.1 under time limits, with the raw stream given
//! back after an upgrade.
//!
//! The map: [`Listeners`] binds and accepts; [`capacity`] says whether one more connection fits; `stream` is the one type of all connections, which gives up
//! on who takes nothing; `tls` reads certificates, again when they change; `connection` runs HTTP on a stream; `request` is what happens around every request.
//!
//! Must never: wait for a client without a time limit, take a connection without room for the store's files, or know an operation.

pub mod capacity;
mod connection;
mod request;
mod stream;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpSocket, UnixListener};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::ConnectionLimits;
use crate::metrics::Metrics;
use crate::peer::Peer;
use capacity::Capacity;
pub use stream::Stream;
pub use tls::{LOOK_EVERY as TLS_LOOK_EVERY, Tls};

/// Connections that the kernel holds while we accept.
const BACKLOG: u32 = 1_024;
/// How long to wait after the kernel could not give a connection (most often: no file descriptor left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Everything that connections share.
pub struct Doors {
    /// What answers requests.
    pub router: Router,
    /// Time limits.
    pub limits: ConnectionLimits,
    /// Room for connections.
    pub capacity: Arc<Capacity>,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// The headers of answers.
    pub headers: crate::headers::Headers,
    /// Every connection is a task of this tracker.
    pub tasks: TaskTracker,
    /// No more is accepted; idle connections end, busy ones finish their request.
    pub draining: CancellationToken,
    /// Everything ends at once.
    pub killed: CancellationToken,
}

/// Listeners that are bound but not yet served.
#[derive(Default)]
pub struct Listeners {
    public: Vec<TcpListener>,
    tls: Option<Arc<Tls>>,
    operator: Option<(UnixListener, PathBuf)>,
}

impl Listeners {
    /// Binds every address, with TLS on all of them or on none.
    pub fn bind(addresses: &[SocketAddr], tls: Option<Arc<Tls>>) -> Result<Self, BindError> {
        let mut public = Vec::with_capacity(addresses.len());
        for address in addresses {
            public.push(bind_tcp(*address).map_err(|error| BindError { place: address.to_string(), error })?);
        }
        Ok(Self { public, tls, operator: None })
    }

    /// Binds the operator's socket: only the user that the node runs as may open it. One that a killed node left behind is replaced; the caller holds the
    /// lock of the folder, so nobody else listens on it.
    pub fn bind_operator(&mut self, path: &Path) -> Result<(), BindError> {
        let bind = || {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let listener = UnixListener::bind(path)?;
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
            Ok(listener)
        };
        let listener = bind().map_err(|error| BindError { place: path.display().to_string(), error })?;
        self.operator = Some((listener, path.to_path_buf()));
        Ok(())
    }

    /// The addresses that were bound, with their real ports.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.public.iter().filter_map(|listener| listener.local_addr().ok()).collect()
    }

    /// Accepts until the doors close. Returns at once; the tasks are the tracker's.
    pub fn serve(self, doors: &Arc<Doors>) {
        for listener in self.public {
            doors.tasks.spawn(accept_tcp(listener, self.tls.clone(), doors.clone()));
        }
        if let Some((listener, path)) = self.operator {
            doors.tasks.spawn(accept_operator(listener, path, doors.clone()));
        }
    }
}

/// An address or path that could not be listened on.
#[derive(Debug, thiserror::Error)]
#[error("could not listen on {place}: {error}{}", self.advice())]
pub struct BindError {
    place: String,
    error: io::Error,
}

impl BindError {
    fn advice(&self) -> &'static str {
        match self.error.kind() {
            io::ErrorKind::AddrInUse => "; something else uses it, perhaps another node: choose another with --listen",
            io::ErrorKind::PermissionDenied => {
                "; ports below 1024 need the right to use them: choose another with --listen, or grant CAP_NET_BIND_SERVICE"
            }
            io::ErrorKind::InvalidInput => "; a socket's path has room for about 100 characters: choose a data folder with a shorter one",
            io::ErrorKind::AddrNotAvailable => "; this machine does not have that address",
            _ => "",
        }
    }
}

/// A listener at an address. Also for the metrics.
pub(crate) fn bind_tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restarted node need not wait for connections of the last one to time out.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn accept_tcp(listener: TcpListener, tls: Option<Arc<Tls>>, doors: Arc<Doors>) {
    while let Some(accepted) = doors.draining.run_until_cancelled(listener.accept()).await {
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause(&doors, &error).await;
                continue;
            }
        };
        match doors.capacity.admit(address.ip()) {
            Ok(slot) => {
                let peer = Peer::remote(address, Some(Arc::new(slot)));
                doors.tasks.spawn(connection::tcp(stream, peer, tls.clone(), doors.clone()));
            }
            Err(refusal) => {
                doors.metrics.connection_refused(refusal);
                // Only a few are told, so that refusing never costs more than serving; the others see the connection close.
                if let (None, Some(permit)) = (&tls, doors.capacity.refusing()) {
                    doors.tasks.spawn(connection::refuse(stream, permit));
                }
            }
        }
    }
}

async fn accept_operator(listener: UnixListener, path: PathBuf, doors: Arc<Doors>) {
    while let Some(accepted) = doors.draining.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, _)) => {
                doors.tasks.spawn(connection::operator(stream, doors.clone()));
            }
            Err(error) => pause(&doors, &error).await,
        }
    }
    // Whoever comes next finds no node, instead of a socket that nobody answers.
    let _ = std::fs::remove_file(path);
}

async fn pause(doors: &Doors, error: &io::Error) {
    let is_clients_fault = matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset);
    if !is_clients_fault {
        tracing::warn!(%error, "could not accept a connection");
        doors.draining.run_until_cancelled(tokio::time::sleep(ACCEPT_PAUSE)).await;
    }
}
