//! The socket as a link.

use std::time::Duration;

use tokio::sync::mpsc;

use super::Arrived;
use crate::error::CallError;
use crate::incoming::Incoming;
use crate::rest::Rest;
use crate::websocket::Socket;

pub(super) async fn run(rest: &Rest, mut texts: mpsc::Receiver<String>, arrived: &mpsc::Sender<Arrived>) -> Arrived {
    let opened = tokio::select! {
        opened = Socket::open(rest.server()) => opened,
        () = arrived.closed() => Err(CallError::Closed),
    };
    let mut socket = match opened {
        Ok(socket) => socket,
        Err(error) => return Arrived::lost(error),
    };
    if arrived.send(Arrived::Opened).await.is_err() {
        return Arrived::lost(CallError::Closed);
    }
    loop {
        // Room first, then read: while nobody takes what came, nothing is read, but writes go on.
        let arrival = async {
            let room = arrived.reserve().await.ok()?;
            Some((room, socket.next().await))
        };
        let text = tokio::select! {
            arrival = arrival => match arrival {
                Some((room, incoming)) => match pass_on(room, incoming) {
                    Some(end) => return end,
                    None => continue,
                },
                None => None,
            },
            text = texts.recv() => text,
        };
        let Some(text) = text else { return close(socket).await };
        if let Err(error) = socket.send_text(text).await {
            return Arrived::lost(error);
        }
    }
}

/// Passes a frame on; gives the end, if it was the last.
fn pass_on(room: mpsc::Permit<'_, Arrived>, incoming: Result<Incoming, CallError>) -> Option<Arrived> {
    match incoming {
        Ok(incoming) => {
            let is_last = matches!(incoming, Incoming::Closed { .. });
            room.send(Arrived::Frame(incoming));
            is_last.then(|| Arrived::Lost { problem: None, reason: "closed".to_owned() })
        }
        Err(error) => Some(Arrived::lost(error)),
    }
}

/// This side is done: says so, if the other side still takes it.
async fn close(socket: Socket) -> Arrived {
    let _ = tokio::time::timeout(Duration::from_secs(1), socket.close()).await;
    Arrived::Lost { problem: None, reason: "closed by this side".to_owned() }
}
