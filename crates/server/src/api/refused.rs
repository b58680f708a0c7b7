//! The one place where a refusal of the engine becomes a code of the wire, and where a problem becomes an HTTP answer.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use parlor_domain::Refusal;
use parlor_engine::EngineError;
use parlor_protocol::{ErrorCode, Problem};
use serde_json::json;

/// Why an operation was not done, as the client will read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub Problem);

impl Refused {
    /// A refusal with its code's status.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Problem::new(code, message))
    }

    /// The request is not of the right form; `message` says where and what would be right.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, message)
    }

    /// A fault of ours. Log it where it is noticed.
    pub(crate) fn internal() -> Self {
        Self::new(ErrorCode::Internal, "the server made a mistake; it was logged")
    }

    /// Too much in too short a time.
    pub(crate) fn rate_limited(retry_after_ms: u64) -> Self {
        Self(Problem::new(ErrorCode::RateLimited, "too much in too short a time; wait and try again").retry_after_ms(retry_after_ms))
    }
}

/// How long to wait when the store cannot answer now.
const UNAVAILABLE_RETRY_MS: u64 = 2_000;

impl From<EngineError> for Refused {
    fn from(error: EngineError) -> Self {
        let message = error.to_string();
        match error {
            EngineError::Refused(refusal) => refusal.into(),
            EngineError::Unauthenticated => Self::new(ErrorCode::Unauthenticated, message),
            EngineError::WrongCredentials => Self::new(ErrorCode::WrongCredentials, message),
            EngineError::AccountDisabled => Self::new(ErrorCode::AccountDisabled, message),
            EngineError::HandleTaken => Self::new(ErrorCode::HandleTaken, message),
            EngineError::WeakPassword(_) => Self::new(ErrorCode::WeakPassword, message),
            EngineError::RegistrationClosed(_) => Self::new(ErrorCode::RegistrationClosed, message),
            EngineError::InvalidInvite => Self::new(ErrorCode::InvalidInvite, message),
            EngineError::KeyReused => Self::new(ErrorCode::KeyReused, message),
            EngineError::Overloaded { retry_after_ms } => Self(Problem::new(ErrorCode::Overloaded, message).retry_after_ms(retry_after_ms)),
            EngineError::Unavailable(cause) => {
                tracing::warn!(error = %cause, "the store could not answer; the client was told to try again");
                Self(Problem::new(ErrorCode::Unavailable, message).retry_after_ms(UNAVAILABLE_RETRY_MS))
            }
        }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        let code = match refusal {
            Refusal::NotFound => ErrorCode::NotFound,
            Refusal::Forbidden(_) => ErrorCode::Forbidden,
            Refusal::Conflict(_) => ErrorCode::Conflict,
            Refusal::Invalid(_) => ErrorCode::InvalidRequest,
            Refusal::LimitReached { .. } => ErrorCode::LimitReached,
        };
        Self::new(code, message)
    }
}

impl IntoResponse for Refused {
    /// A problem document (RFC 9457). The reason stands as `message`, as over the socket, and as `detail`, as the RFC calls it.
    fn into_response(self) -> Response {
        let Problem { code, status, message, retry_after_ms } = self.0;
        let mut body = json!({ "code": code, "status": status, "message": message, "detail": message });
        if let Some(milliseconds) = retry_after_ms {
            body["retry_after_ms"] = milliseconds.into();
        }
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(milliseconds) = retry_after_ms {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(milliseconds.div_ceil(1_000).max(1)));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
