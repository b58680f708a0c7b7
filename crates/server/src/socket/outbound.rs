//! What waits to be written to one socket: whole frames, in order, many per write.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use tokio::time::Instant;

/// Frames in one write.
const FRAMES_PER_WRITE_MAX: usize = 64;

/// The queue. It owns nothing while it is empty.
#[derive(Debug, Default)]
pub(super) struct Outbound {
    frames: VecDeque<Bytes>,
    /// Bytes of the first frame that are written already.
    written: usize,
    /// Bytes that wait.
    bytes: usize,
    /// Since when the peer takes nothing.
    blocked_since: Option<Instant>,
    unflushed: bool,
}

impl Outbound {
    /// Bytes that wait.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Since when the peer takes nothing of what waits.
    pub(super) const fn blocked_since(&self) -> Option<Instant> {
        self.blocked_since
    }

    /// Puts a frame at the end.
    pub(super) fn push(&mut self, frame: Bytes) {
        self.bytes += frame.len();
        self.frames.push_back(frame);
    }

    /// Puts frames at the end.
    pub(super) fn extend(&mut self, frames: Vec<Bytes>) {
        for frame in frames {
            self.push(frame);
        }
    }

    /// Drops what waits. A frame that is half written is finished, or nobody could read what follows.
    pub(super) fn clear(&mut self) {
        self.frames.truncate(usize::from(self.written > 0));
        self.bytes = self.frames.front().map_or(0, |frame| frame.len() - self.written);
    }

    /// Writes as much as the peer takes. Ready when nothing waits any more; says in either case whether anything was written.
    pub(super) fn poll_write<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        context: &mut Context<'_>,
        now: Instant,
    ) -> (bool, Poll<io::Result<()>>) {
        let mut any = false;
        while !self.frames.is_empty() {
            let mut slices = [IoSlice::new(&[]); FRAMES_PER_WRITE_MAX];
            let mut count = 0;
            for (slice, frame) in slices.iter_mut().zip(&self.frames) {
                *slice = IoSlice::new(if count == 0 { &frame[self.written..] } else { frame });
                count += 1;
            }
            match Pin::new(&mut *stream).poll_write_vectored(context, &slices[..count]) {
                Poll::Ready(Ok(0)) => return (any, Poll::Ready(Err(io::ErrorKind::WriteZero.into()))),
                Poll::Ready(Ok(written)) => {
                    any = true;
                    self.blocked_since = None;
                    self.advance(written);
                }
                Poll::Ready(Err(error)) => return (any, Poll::Ready(Err(error))),
                Poll::Pending => {
                    self.blocked_since.get_or_insert(now);
                    return (any, Poll::Pending);
                }
            }
        }
        (any, self.poll_flush(stream, context))
    }

    fn poll_flush<S: AsyncWrite + Unpin>(&mut self, stream: &mut S, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.unflushed {
            ready!(Pin::new(stream).poll_flush(context))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    fn advance(&mut self, mut written: usize) {
        self.bytes -= written;
        self.unflushed = true;
        while let Some(frame) = self.frames.front() {
            let left = frame.len() - self.written;
            if written < left {
                self.written += written;
                return;
            }
            written -= left;
            self.written = 0;
            self.frames.pop_front();
        }
        // An idle connection keeps no buffer.
        self.frames = VecDeque::new();
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn write_once(outbound: &mut Outbound, stream: &mut tokio::io::DuplexStream) {
        std::future::poll_fn(|context| {
            let _ = outbound.poll_write(stream, context, Instant::now());
            Poll::Ready(())
        })
        .await;
    }

    #[tokio::test]
    async fn a_half_written_frame_is_finished_and_the_others_go() {
        let (mut ours, mut theirs) = tokio::io::duplex(7);
        let mut outbound = Outbound::default();
        for frame in [&b"abcd"[..], b"efgh", b"ijkl"] {
            outbound.push(Bytes::from_static(frame));
        }
        write_once(&mut outbound, &mut ours).await;
        assert_eq!(outbound.bytes(), 5, "seven of twelve are written");
        assert!(outbound.blocked_since().is_some());
        outbound.clear();
        outbound.push(Bytes::from_static(b"END"));
        let mut read = Vec::new();
        while outbound.bytes() > 0 {
            let mut buffer = [0; 16];
            let count = theirs.read(&mut buffer).await.unwrap();
            read.extend_from_slice(&buffer[..count]);
            write_once(&mut outbound, &mut ours).await;
        }
        drop(ours);
        theirs.read_to_end(&mut read).await.unwrap();
        assert_eq!(read, b"abcdefghEND");
        assert_eq!((outbound.bytes(), outbound.frames.capacity()), (0, 0));
    }
}
