//! The socket: a pure [`machine`] under a [`connection`] that owns the stream.
//!
//! One task per connection, no split, no channel: the task itself is woken by the stream, by its mailbox, by the answers to its own questions and by its
//! [`alarm`]. It reads into a buffer that all connections of a thread share, and owns no buffer while it is idle. What it sends comes from two places only: the mailbox, and
//! answers to its own questions; both are bounded in bytes (G9).
//!
//! Must never: hold a lock across a write, decide what a question may do, or skip a frame in silence: who cannot keep up is closed and resumes.

mod alarm;
mod allowance;
mod connection;
mod machine;
mod outbound;
#[cfg(test)]
mod transcript;
mod work;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, Version};
use hyper_util::rt::TokioIo;
use parlor_protocol::{ErrorCode, Problem};

pub(crate) use alarm::Alarms;
pub use connection::Connection;

use crate::api::{Api, Refused, is_origin_allowed, not_allowed, peer_of, refuse};
use crate::websocket::{self, Refusal};

/// Answers `GET /v1/socket`: checks the handshake and where it comes from, and goes on as a [`Connection`] after the upgrade.
pub(crate) async fn open(State(api): State<Arc<Api>>, request: Request) -> Response {
    if request.method() != Method::GET {
        return not_allowed(&api, request.method(), &HeaderValue::from_static("GET, OPTIONS"));
    }
    upgrade(&api, request).unwrap_or_else(|refused| refuse(&api, refused))
}

fn upgrade(api: &Arc<Api>, request: Request) -> Result<Response, Refused> {
    let (parts, body) = request.into_parts();
    let peer = peer_of(&parts)?.clone();
    if !is_origin_allowed(api, &parts.headers) {
        let message = "pages of this origin may not use this server; an operator allows them with allowed_origins";
        return Err(Refused::new(ErrorCode::Forbidden, message));
    }
    if parts.version != Version::HTTP_11 {
        return Ok(refuse_handshake(api, Refusal::UpgradeMissing));
    }
    let headers = match websocket::accept(&parts.headers) {
        Ok(headers) => headers,
        Err(refusal) => return Ok(refuse_handshake(api, refusal)),
    };
    let address = peer.client_address(&parts.headers, &api.config);
    let upgrading = hyper::upgrade::on(Request::from_parts(parts, body));
    let api = api.clone();
    let tasks = api.tasks.clone();
    tasks.spawn(async move {
        match upgrading.await {
            Ok(upgraded) => Connection::new(TokioIo::new(upgraded), api, peer, address).await,
            Err(error) => tracing::debug!(%error, "a client went away during the upgrade"),
        }
    });
    Ok((StatusCode::SWITCHING_PROTOCOLS, headers).into_response())
}

fn refuse_handshake(api: &Api, refusal: Refusal) -> Response {
    let problem = Problem { status: refusal.status().as_u16(), ..Problem::new(ErrorCode::InvalidRequest, refusal.to_string()) };
    let mut response = refuse(api, Refused(problem));
    response.headers_mut().extend(refusal.headers());
    response
}
