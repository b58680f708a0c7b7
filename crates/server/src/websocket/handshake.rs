//! The opening handshake (RFC 6455, section 4.2): request headers in, response headers or a refusal out.
//!
//! It answers only whether this is a WebSocket handshake. Whether the origin may connect and whether the node has room
//! is decided before, by the route, which also checks that the request is a GET over HTTP/1.1.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE},
};
use sha1::{Digest, Sha1};

/// The one subprotocol we speak. A client may leave it out.
pub const SUBPROTOCOL: &str = "parlor.v1";

const VERSION: &str = "13";
const KEY_BYTES: usize = 16;
/// Appended to the key, so that only who knows this protocol can answer (section 1.3).
const ACCEPT_SUFFIX: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Why a request is not a handshake we can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It does not ask for an upgrade to WebSocket.
    #[error("this address speaks WebSocket: the header Upgrade: websocket is missing")]
    UpgradeMissing,
    /// `Connection` does not name `Upgrade`; often a proxy in between has dropped it.
    #[error("the header Connection: Upgrade is missing; a proxy in between may have dropped it")]
    ConnectionMissing,
    /// Not version 13.
    #[error("only Sec-WebSocket-Version 13 is spoken here")]
    VersionUnsupported,
    /// No key, several, or one that is not 16 bytes in base64.
    #[error("the header Sec-WebSocket-Key must be there once and hold 16 bytes in base64")]
    KeyInvalid,
}

impl Refusal {
    /// 426 where another protocol or version is needed, else 400.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::UpgradeMissing | Self::VersionUnsupported => StatusCode::UPGRADE_REQUIRED,
            Self::ConnectionMissing | Self::KeyInvalid => StatusCode::BAD_REQUEST,
        }
    }

    /// The headers that belong to the status: what to upgrade to, and which version.
    pub fn headers(self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if self.status() == StatusCode::UPGRADE_REQUIRED {
            headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
            headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static(VERSION));
        }
        headers
    }
}

/// The headers of the 101 response to a request with these headers, or why there is none.
///
/// [`SUBPROTOCOL`] is confirmed if it was offered. Extensions are not: permessage-deflate would be agreed on here.
pub fn accept(request: &HeaderMap) -> Result<HeaderMap, Refusal> {
    if !lists_token(request, &UPGRADE, |token| token.eq_ignore_ascii_case("websocket")) {
        return Err(Refusal::UpgradeMissing);
    }
    if !lists_token(request, &CONNECTION, |token| token.eq_ignore_ascii_case("upgrade")) {
        return Err(Refusal::ConnectionMissing);
    }
    if find_single(request, &SEC_WEBSOCKET_VERSION) != Some(VERSION) {
        return Err(Refusal::VersionUnsupported);
    }
    let key = find_single(request, &SEC_WEBSOCKET_KEY).ok_or(Refusal::KeyInvalid)?;
    if !STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == KEY_BYTES) {
        return Err(Refusal::KeyInvalid);
    }

    let mut response = HeaderMap::new();
    response.insert(UPGRADE, HeaderValue::from_static("websocket"));
    response.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    response.insert(SEC_WEBSOCKET_ACCEPT, accept_value(key));
    if lists_token(request, &SEC_WEBSOCKET_PROTOCOL, |token| token == SUBPROTOCOL) {
        response.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    }
    Ok(response)
}

/// Whether a token of a comma-separated header, which may be there several times, is the one.
fn lists_token(headers: &HeaderMap, name: &HeaderName, is_wanted: impl Fn(&str) -> bool) -> bool {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|token| is_wanted(token.trim()))
}

/// The value of a header that must not be repeated.
fn find_single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then(|| value.to_str().ok().map(str::trim))?
}

fn accept_value(key: &str) -> HeaderValue {
    let digest = Sha1::new().chain_update(key).chain_update(ACCEPT_SUFFIX).finalize();
    HeaderValue::try_from(STANDARD.encode(digest)).expect("base64 is made of visible characters")
}
