//! The doors, over real connections on loopback, around a router of the test's own.

mod ambiguous;
mod patience;
mod room;
mod stopping;
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::routing::get;
use parlor_server::config::{Config, ConnectionLimits};
use parlor_server::headers::Headers;
use parlor_server::listen::capacity::Capacity;
use parlor_server::listen::{Doors, Listeners, Tls};
use parlor_server::metrics::Metrics;
use parlor_server::peer::Peer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Longer than anything here takes on a slow machine.
const SOON: Duration = Duration::from_secs(20);

/// Doors on a free port.
struct House {
    doors: Arc<Doors>,
    address: SocketAddr,
}

struct Plan {
    limits: ConnectionLimits,
    max: usize,
    per_address_max: Option<usize>,
    tls: Option<Arc<Tls>>,
    operator: Option<std::path::PathBuf>,
}

impl Default for Plan {
    fn default() -> Self {
        Self { limits: Config::default().connections, max: 100, per_address_max: None, tls: None, operator: None }
    }
}

impl House {
    fn open(plan: Plan) -> Self {
        let doors = Arc::new(Doors {
            router: router(),
            limits: plan.limits,
            capacity: Capacity::new(plan.max, plan.per_address_max, Vec::new()),
            metrics: Arc::new(Metrics::default()),
            headers: Headers::new(&Config::default()),
            tasks: TaskTracker::new(),
            draining: CancellationToken::new(),
            killed: CancellationToken::new(),
        });
        let mut listeners = Listeners::bind(&[SocketAddr::from(([127, 0, 0, 1], 0))], plan.tls).unwrap();
        if let Some(path) = &plan.operator {
            listeners.bind_operator(path).unwrap();
        }
        let address = listeners.addresses()[0];
        listeners.serve(&doors);
        Self { doors, address }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes on a new connection and reads until the server closes it.
    async fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        // The server may have closed already, having seen enough.
        let _ = stream.write_all(bytes).await;
        read_to_end(&mut stream).await
    }

    /// Waits until there are so many connections.
    async fn until_open(&self, count: usize) {
        soon(async {
            while self.doors.capacity.open() != count {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.doors.draining.cancel();
        self.doors.killed.cancel();
    }
}

fn router() -> Router {
    Router::new()
        .route("/hello", get(|| async { "hello" }))
        .route("/who", get(|request: Request| async move { if request.extensions().get::<Peer>().is_some_and(Peer::is_operator) { "operator" } else { "client" } }))
        .route("/large", get(|| async { vec![b'x'; 64 * 1024 * 1024] }))
        .route("/never", get(std::future::pending::<()>))
        .route("/panic", get(|| async { assert!(SOON.is_zero(), "a handler of a test panics") }))
}

async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, future).await.expect("it happens soon")
}

async fn read_to_end(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut read = Vec::new();
    // A reset is an end too.
    let _ = soon(stream.read_to_end(&mut read)).await;
    String::from_utf8_lossy(&read).into_owned()
}

/// The status of each answer in what was read.
fn statuses(read: &str) -> Vec<&str> {
    read.split("HTTP/1.1 ").skip(1).filter_map(|rest| rest.get(..3)).collect()
}
