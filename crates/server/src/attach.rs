//! A connection's tie to the engine, whatever its transport: begun with a snapshot or a resume, ended when it is dropped.

use std::sync::Arc;

use bytes::Bytes;
use parlor_engine::{CloseReason, Encode, Mailbox, Resumed, Session};
use parlor_protocol::events::OtherEvent;
use parlor_protocol::{CloseCode, Cursor, Snapshot};
use parlor_types::Position;

use crate::api::{Api, Refused, view};
use crate::encode::frame;

/// An attached mailbox. Dropping it detaches.
pub(crate) struct Attached {
    api: Arc<Api>,
    mailbox: Arc<Mailbox>,
}

/// What is sent first, before anything from the mailbox.
pub(crate) struct Start {
    /// Where the client starts from. While something was missed its cursor is still the old one, because a client keeps it at once.
    pub(crate) snapshot: Snapshot,
    /// What it missed, as frames, in order.
    pub(crate) missed: Vec<Bytes>,
    /// Where the client stands once it has both.
    pub(crate) position: Position,
}

impl Attached {
    /// Begins a connection. A cursor that no server of ours gave out counts as none. Cancel safe: what was begun for nobody is ended again.
    pub(crate) async fn begin(api: &Arc<Api>, session: Session, cursor: Option<&Cursor>) -> Result<(Self, Start), Refused> {
        let given = cursor.cloned();
        let task = api.tasks.spawn({
            let api = api.clone();
            async move {
                let connection = api.engine.connect(session, given.as_ref().and_then(Cursor::decode)).await?;
                let attached = Self { api: api.clone(), mailbox: connection.mailbox };
                Ok((attached, start(&api, session, given, connection.start)))
            }
        });
        task.await.unwrap_or_else(|_| {
            tracing::error!(user = %session.user, "beginning a connection panicked; the lines before this one say where");
            Err(Refused::internal())
        })
    }

    /// Where what follows arrives.
    pub(crate) const fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        let (api, mailbox) = (self.api.clone(), self.mailbox.clone());
        // Without a runtime the process ends, and with it everything that is attached.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            self.api.tasks.spawn_on(async move { api.engine.disconnect(&mailbox).await }, &runtime);
        }
    }
}

fn start(api: &Api, session: Session, given: Option<Cursor>, start: Resumed) -> Start {
    let missed: Vec<Bytes> = start.missed.iter().map(|notice| api.encoder.encode(notice)).collect();
    let limits = api.engine.limits();
    let cursor = given.filter(|_| start.resumed && !missed.is_empty()).unwrap_or_else(|| Cursor::at(api.engine.epoch(), start.position));
    let snapshot = Snapshot {
        user: session.user,
        device: session.device,
        epoch: api.engine.epoch(),
        cursor,
        resumed: start.resumed,
        heartbeat_ms: limits.heartbeat_ms,
        limits: limits.clone(),
        account: view::account(start.account),
        conversations: start.heads.into_iter().map(view::head).collect(),
        contacts: start.contacts.into_iter().map(|(row, state)| view::contact(row, state)).collect(),
        blocked: start.blocked,
        users: view::users(start.users),
    };
    Start { snapshot, missed, position: start.position }
}

/// The close code of each reason that the engine has for ending a connection.
pub(crate) const fn close_code(reason: CloseReason) -> CloseCode {
    match reason {
        CloseReason::Revoked => CloseCode::Revoked,
        CloseReason::SlowConsumer => CloseCode::SlowConsumer,
        CloseReason::Stopping => CloseCode::ServerStopping,
        CloseReason::Resync => CloseCode::Resync,
    }
}

/// The frame that says when to come back: spread, so that a whole node's clients do not come at once.
pub(crate) fn goodbye(code: CloseCode, spread_ms: u64) -> Bytes {
    /// Time for the one who comes back to find the server up again.
    const EARLIEST_MS: u64 = 500;
    let reconnect_after_ms = match code {
        CloseCode::ServerStopping | CloseCode::Overloaded => [EARLIEST_MS, EARLIEST_MS + spread_ms.max(1_000)],
        _ => [0, 0],
    };
    frame(&OtherEvent::Goodbye { code: code.number(), reconnect_after_ms })
}
