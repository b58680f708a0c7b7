//! The headers of every answer: nothing is guessed by browsers, nothing is kept by caches that was not meant to be, nothing is framed, and nothing loads what is
//! not ours. Which origins may use the API is decided in [`crate::api`].

use axum::response::Response;
use http::header::{self, HeaderName};
use http::{HeaderValue, StatusCode};

use crate::config::Config;

/// What an answer without pages may load: nothing.
const NOTHING: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Set where the answer does not say otherwise.
const DEFAULTS: [(HeaderName, &str); 8] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, NOTHING),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];
/// For a year, browsers that reached the server over TLS use nothing else.
const ONLY_TLS: &str = "max-age=31536000";

/// Completes answers.
#[derive(Debug, Clone)]
pub struct Headers {
    is_secure: bool,
}

impl Headers {
    /// As the configuration wants them.
    pub fn new(config: &Config) -> Self {
        Self { is_secure: config.link_origin().is_secure() }
    }

    /// Sets what is missing.
    pub(crate) fn complete(&self, response: &mut Response) {
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return;
        }
        let headers = response.headers_mut();
        for (name, value) in DEFAULTS {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        if self.is_secure {
            headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HeaderValue::from_static(ONLY_TLS));
        }
    }
}
