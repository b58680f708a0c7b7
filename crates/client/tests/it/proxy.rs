//! A bad network between a client and a node: connections are cut, the node behind it changes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

/// Forwards connections to a node for as long as it lives.
pub(crate) struct Proxy {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    _accepting: JoinSet<()>,
}

struct Shared {
    /// Where to; `None` refuses everybody.
    upstream: Option<SocketAddr>,
    live: Vec<AbortHandle>,
}

impl Proxy {
    pub(crate) async fn start(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Mutex::new(Shared { upstream: Some(upstream), live: Vec::new() }));
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, shared.clone()));
        Self { address, shared, _accepting: accepting }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Cuts every live connection.
    pub(crate) fn cut(&self) {
        for connection in self.shared.lock().unwrap().live.drain(..) {
            connection.abort();
        }
    }

    /// Leads to another node from now on, or nowhere.
    pub(crate) fn lead_to(&self, upstream: Option<SocketAddr>) {
        self.shared.lock().unwrap().upstream = upstream;
        self.cut();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Mutex<Shared>>) {
    let mut connections = JoinSet::new();
    loop {
        let (mut near, _) = listener.accept().await.unwrap();
        let Some(upstream) = shared.lock().unwrap().upstream else { continue };
        let connection = connections.spawn(async move {
            if let Ok(mut far) = TcpStream::connect(upstream).await {
                // An end of either side is what this is about.
                let _ = copy_bidirectional(&mut near, &mut far).await;
            }
        });
        shared.lock().unwrap().live.push(connection);
    }
}
