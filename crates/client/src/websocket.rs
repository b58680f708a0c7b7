//! One bare socket: it opens, says hello, asks, and hands out every frame as it comes. No reconnecting, no state: that is the client's.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parlor_protocol::frames::{Hello, OutgoingRequest};
use parlor_protocol::{Cursor, Operation, Snapshot};
use serde::Serialize;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use crate::error::CallError;
use crate::incoming::{Incoming, RawAnswer};
use crate::server::ServerUrl;

/// Longest time to open a socket: name look-up, TCP, TLS and upgrade.
const OPEN_TIMEOUT: Duration = Duration::from_secs(15);
/// Largest frame taken from a server: a snapshot of as many conversations as one user can have.
const FRAME_BYTES_MAX: usize = 64 * 1024 * 1024;

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    /// Opens a socket. Nothing was said yet: the server closes it when no `hello` comes in time.
    pub async fn open(server: &ServerUrl) -> Result<Self, CallError> {
        let config = WebSocketConfig::default().max_message_size(Some(FRAME_BYTES_MAX)).max_frame_size(Some(FRAME_BYTES_MAX));
        let address = server.socket();
        let connector = server.authority().cloned().map(Connector::Rustls);
        let opening = connect_async_tls_with_config(address.as_str(), Some(config), true, connector);
        match tokio::time::timeout(OPEN_TIMEOUT, opening).await {
            Ok(Ok((stream, _))) => Ok(Self { stream }),
            Ok(Err(tungstenite::Error::Http(response))) => {
                let retry_after_ms = crate::rest::retry_after_ms(response.headers());
                let body = response.body().as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
                Err(crate::rest::refusal(response.status().as_u16(), retry_after_ms, &body))
            }
            Ok(Err(error)) => Err(CallError::Unreachable(error.to_string())),
            Err(_) => Err(CallError::Unreachable("the socket did not open in time".to_owned())),
        }
    }

    /// Opens a socket and says hello. The snapshot is what the client starts from; everything later comes from [`Socket::next`].
    pub async fn connect(server: &ServerUrl, token: &str, cursor: Option<Cursor>) -> Result<(Self, Snapshot), CallError> {
        let mut socket = Self::open(server).await?;
        let hello = Hello { token: token.to_owned(), cursor, client: None };
        socket.send_text(hello_frame(0, &hello)?).await?;
        let snapshot = socket.answer(0).await?.read()?;
        Ok((socket, snapshot))
    }

    /// Asks an operation. The answer comes from [`Socket::next`] under the same number.
    pub async fn ask<Op: Operation + Serialize>(&mut self, id: u64, args: &Op) -> Result<(), CallError> {
        self.send_text(request_frame(id, Op::ENTRY.name, args)?).await
    }

    /// Asks an operation and waits for its answer. Events that come before it are lost: for tests and tools that watch no events.
    pub async fn call<Op: Operation + Serialize>(&mut self, id: u64, args: &Op) -> Result<Op::Answer, CallError> {
        self.ask(id, args).await?;
        self.answer(id).await?.read()
    }

    /// Sends one text frame, whatever it holds.
    pub async fn send_text(&mut self, text: String) -> Result<(), CallError> {
        self.stream.send(Message::text(text)).await.map_err(|error| CallError::Interrupted(error.to_string()))
    }

    /// Sends one binary frame, which no server of ours takes; for tests.
    pub async fn send_binary(&mut self, bytes: Vec<u8>) -> Result<(), CallError> {
        self.stream.send(Message::binary(bytes)).await.map_err(|error| CallError::Interrupted(error.to_string()))
    }

    /// The next text frame as it came, or how the connection ended. Safe to cancel.
    pub async fn next_text(&mut self) -> Result<String, Incoming> {
        let broken = |reason: String| Incoming::Closed { code: None, reason };
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text.as_str().to_owned()),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err(Incoming::Closed { code: Some(frame.code.into()), reason: frame.reason.to_string() });
                }
                Some(Ok(Message::Close(None))) | None => return Err(broken("closed without a code".to_owned())),
                // The library answers a ping by itself with the next write or read.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Binary(_))) => return Err(broken("a binary frame came".to_owned())),
                Some(Err(error)) => return Err(broken(error.to_string())),
            }
        }
    }

    /// The next frame, read. After [`Incoming::Closed`] nothing more comes. Safe to cancel.
    pub async fn next(&mut self) -> Result<Incoming, CallError> {
        match self.next_text().await {
            Ok(text) => Incoming::read(&text),
            Err(closed) => Ok(closed),
        }
    }

    /// Closes in good order.
    pub async fn close(mut self) {
        let frame = CloseFrame { code: 1000.into(), reason: "".into() };
        // The other side may be gone already, which is as closed as it gets.
        let _ = self.stream.close(Some(frame)).await;
    }

    async fn answer(&mut self, wanted: u64) -> Result<RawAnswer, CallError> {
        loop {
            match self.next().await? {
                Incoming::Answer { id, result } if id == Some(wanted) => return result.map_err(CallError::Refused),
                Incoming::Answer { id: None, result: Err(problem) } => return Err(CallError::Refused(problem)),
                Incoming::Closed { code, reason } => return Err(CallError::Interrupted(format!("closed with {code:?} {reason}"))),
                Incoming::Answer { .. } | Incoming::Event(_) | Incoming::Unknown(_) => {}
            }
        }
    }
}

impl std::fmt::Debug for Socket {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Socket").finish_non_exhaustive()
    }
}

/// The text of a question.
pub fn request_frame(id: u64, operation: &str, args: &impl Serialize) -> Result<String, CallError> {
    serde_json::to_string(&OutgoingRequest { id, op: operation, args }).map_err(|error| CallError::InvalidQuestion(error.to_string()))
}

/// The text of the first frame.
pub fn hello_frame(id: u64, hello: &Hello) -> Result<String, CallError> {
    request_frame(id, "hello", hello)
}
