//! The one type of all connections.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{Instant, Sleep};
use tokio_rustls::server::TlsStream;

/// A connection, plain, over TLS or local. A write that makes no progress for the given time fails with `TimedOut`, whatever runs on it: a client that
/// takes nothing is not waited for.
pub struct Stream {
    kind: Kind,
    patience: Duration,
    /// Runs while a write is stuck. Made then and only then: an idle connection has no timer.
    stuck: Option<Pin<Box<Sleep>>>,
}

enum Kind {
    Tcp(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    Unix(UnixStream),
}

impl Stream {
    pub(super) const fn tcp(stream: TcpStream, patience: Duration) -> Self {
        Self { kind: Kind::Tcp(stream), patience, stuck: None }
    }

    pub(super) fn tls(stream: TlsStream<TcpStream>, patience: Duration) -> Self {
        Self { kind: Kind::Tls(Box::new(stream)), patience, stuck: None }
    }

    pub(super) const fn unix(stream: UnixStream, patience: Duration) -> Self {
        Self { kind: Kind::Unix(stream), patience, stuck: None }
    }

    fn inner(&mut self) -> Pin<&mut dyn Bytes> {
        let inner: &mut dyn Bytes = match &mut self.kind {
            Kind::Tcp(stream) => stream,
            Kind::Tls(stream) => stream.as_mut(),
            Kind::Unix(stream) => stream,
        };
        Pin::new(inner)
    }

    /// Passes a result of writing on; while it is pending, time runs.
    fn watch<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.stuck = None;
            return polled;
        }
        let patience = self.patience;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + patience)));
        ready!(stuck.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing of what it is sent")))
    }
}

/// Bytes in both directions.
trait Bytes: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Bytes for T {}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        let polled = self.inner().poll_write(context, buffer);
        self.watch(context, polled)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffers: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let polled = self.inner().poll_write_vectored(context, buffers);
        self.watch(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        !matches!(self.kind, Kind::Tls(_))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = self.inner().poll_flush(context);
        self.watch(context, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = self.inner().poll_shutdown(context);
        self.watch(context, polled)
    }
}
