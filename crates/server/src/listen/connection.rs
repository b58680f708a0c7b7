//! HTTP/1.1 on one connection, from its first byte to its last or to its upgrade.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::OwnedSemaphorePermit;

use super::{Doors, Stream, Tls, request};
use crate::peer::Peer;

/// Bytes of a request's line and headers: four times what browsers send with large cookies, and we set none.
const HEADER_BYTES_MAX: usize = 16 * 1024;
/// Headers of one request.
const HEADERS_MAX: usize = 64;
/// Bytes that hyper buffers of a connection in each direction.
const BUFFER_BYTES_MAX: usize = 32 * 1024;
/// How long a refused client may take to read why.
const REFUSAL_TIME: Duration = Duration::from_secs(1);

const REFUSAL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\ncontent-length: 134\r\ncache-control: no-store\r\nretry-after: 5\r\nconnection: close\r\n\r\n\
{\"code\":\"overloaded\",\"status\":503,\"message\":\"the server has as many connections as it takes; try again\",\"retry_after_ms\":5000}        ";

/// Serves a connection from the network.
pub(super) async fn tcp(stream: TcpStream, peer: Peer, tls: Option<Arc<Tls>>, doors: Arc<Doors>) {
    // Answers are written whole; waiting for more to send with them only delays them.
    let _ = stream.set_nodelay(true);
    let stream = match tls {
        None => Stream::tcp(stream, doors.limits.write),
        Some(tls) => {
            let handshake = tokio::time::timeout(doors.limits.header, tls.accept(stream));
            let Some(Ok(Ok(stream))) = doors.draining.run_until_cancelled(handshake).await else {
                doors.metrics.handshake_failed();
                return;
            };
            Stream::tls(stream, doors.limits.write)
        }
    };
    serve(stream, peer, doors).await;
}

/// Serves a connection of the operator.
pub(super) async fn operator(stream: UnixStream, doors: Arc<Doors>) {
    serve(Stream::unix(stream, doors.limits.write), Peer::operator(), doors).await;
}

async fn serve(stream: Stream, peer: Peer, doors: Arc<Doors>) {
    let killed = doors.killed.clone();
    let service_doors = doors.clone();
    let service = service_fn(move |request: http::Request<Incoming>| {
        let (doors, peer) = (service_doors.clone(), peer.clone());
        async move { Ok::<_, Infallible>(request::answer(&doors, peer, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // Also the time that a connection may idle between two requests.
        .header_read_timeout(doors.limits.header)
        .max_header_size(HEADER_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let served = async {
        let mut connection = pin!(connection);
        tokio::select! {
            served = connection.as_mut() => served,
            () = doors.draining.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        }
    };
    if let Some(Err(error)) = killed.run_until_cancelled(served).await {
        // Clients come and go in every way; only a counter wants to know.
        tracing::trace!(%error, "a connection ended early");
        doors.metrics.connection_failed();
    }
}

/// Tells a client that there is no room.
pub(super) async fn refuse(mut stream: TcpStream, permit: OwnedSemaphorePermit) {
    let tell = async {
        stream.write_all(REFUSAL).await?;
        stream.shutdown().await?;
        // Closing with unread bytes would take the answer back before the client has read it.
        let mut scratch = [0; 1024];
        while stream.read(&mut scratch).await? > 0 {}
        std::io::Result::Ok(())
    };
    let _ = tokio::time::timeout(REFUSAL_TIME, tell).await;
    drop(permit);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_is_as_long_as_it_says() {
        let text = std::str::from_utf8(REFUSAL).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        assert_eq!(length.parse(), Ok(body.len()));
        let problem: parlor_protocol::Problem = serde_json::from_str(body).unwrap();
        assert_eq!((problem.status, problem.retry_after_ms), (503, Some(5_000)));
    }
}
