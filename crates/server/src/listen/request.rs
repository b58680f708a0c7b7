//! What happens around every request: what is ambiguous is refused, a panic costs one answer, and every answer gets its headers.

use std::panic::AssertUnwindSafe;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use http::{HeaderValue, Method, Request, Version, header};
use hyper::body::Incoming;
use parlor_protocol::ErrorCode;
use tower::ServiceExt as _;

use super::Doors;
use crate::api::Refused;
use crate::peer::Peer;

/// Answers one request.
pub(super) async fn answer(doors: &Doors, peer: Peer, request: Request<Incoming>) -> Response {
    let mut response = match check(&request) {
        Ok(()) => route(doors, peer, request).await,
        Err(problem) => {
            let mut response = Refused::new(ErrorCode::InvalidRequest, problem).into_response();
            // Whoever sends what can be read in two ways gets no second try on the same connection.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
    };
    doors.headers.complete(&mut response);
    response
}

async fn route(doors: &Doors, peer: Peer, request: Request<Incoming>) -> Response {
    let method = request.method().clone();
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(peer);
    match AssertUnwindSafe(doors.router.clone().oneshot(request)).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(_) => {
            // The hook has logged the panic with its place. No path here: it may carry the code of an invite.
            tracing::error!(%method, "a request panicked; the client was told of a fault, and the node goes on");
            Refused::internal().into_response()
        }
    }
}

/// Refuses what two programs could read differently, so that no proxy in front of us sees another request than we do.
fn check(request: &Request<Incoming>) -> Result<(), &'static str> {
    let headers = request.headers();
    if headers.contains_key(header::CONTENT_LENGTH) && headers.contains_key(header::TRANSFER_ENCODING) {
        return Err("a request has Content-Length or Transfer-Encoding, not both");
    }
    let hosts = headers.get_all(header::HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        return Err("a request has the header Host exactly once");
    }
    if matches!(*request.method(), Method::CONNECT | Method::TRACE) {
        return Err("this method is not spoken here");
    }
    Ok(())
}
