//! The one table of refusals. Over REST an error is a problem document (RFC 9457), over the socket it is the `error` member of the answer; both
//! carry the same stable `code`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $status:literal, $code:literal;)*) => {
        /// The stable code of an error. Clients decide by it; the message is for people and may change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $name,)*
        }

        impl ErrorCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 { match self { $(Self::$name => $status),* } }
            /// The code as text.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$name => $code),* } }
            /// What it means, for the documentation.
            pub const fn meaning(self) -> &'static str { match self { $(Self::$name => concat!($($doc),+)),* } }
        }
    };
}

error_codes! {
    /// The request is not of the form that the operation takes; the message says where.
    InvalidRequest = 400, "invalid_request";
    /// There is no operation of that name or path.
    UnknownOperation = 404, "unknown_operation";
    /// The path exists, with another method.
    MethodNotAllowed = 405, "method_not_allowed";
    /// The token is missing, wrong, expired or revoked. Log in again.
    Unauthenticated = 401, "unauthenticated";
    /// Handle or password is wrong.
    WrongCredentials = 401, "wrong_credentials";
    /// The account was disabled by an admin of the server.
    AccountDisabled = 403, "account_disabled";
    /// You may know of it, but may not do this.
    Forbidden = 403, "forbidden";
    /// It does not exist, or you may not know of it: the two answer alike.
    NotFound = 404, "not_found";
    /// It clashes with what is there; the message says with what.
    Conflict = 409, "conflict";
    /// The handle belongs to somebody else.
    HandleTaken = 409, "handle_taken";
    /// The key was used for a send with another content. Make a new key.
    KeyReused = 409, "key_reused";
    /// A limit of the server is reached; the message names it.
    LimitReached = 409, "limit_reached";
    /// The password is too easy to guess.
    WeakPassword = 400, "weak_password";
    /// The server does not take new accounts this way.
    RegistrationClosed = 403, "registration_closed";
    /// The invite does not exist, has ended or is used up.
    InvalidInvite = 404, "invalid_invite";
    /// Frame or body is larger than the limit.
    TooLarge = 413, "too_large";
    /// Too much in too short a time. Wait as long as `retry_after_ms` says.
    RateLimited = 429, "rate_limited";
    /// The server has more to do than it can. Wait as long as `retry_after_ms` says, then try again with the same key.
    Overloaded = 503, "overloaded";
    /// The store cannot take writes now. Nothing was changed, or it is not known whether it was; try again with the same key.
    Unavailable = 503, "unavailable";
    /// A fault of the server. It was logged.
    Internal = 500, "internal";
}

/// A refusal, as every client sees it (RFC 9457; `type` is always `about:blank`, so it is left out).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{message} ({code:?})")]
pub struct Problem {
    /// The stable code.
    pub code: ErrorCode,
    /// The HTTP status, also over the socket.
    pub status: u16,
    /// What was wrong and what to do, for people. (RFC 9457 calls it `detail`; REST answers carry it under both names.)
    pub message: String,
    /// How long to wait before trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl Problem {
    /// A problem with its code's status.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, status: code.status(), message: message.into(), retry_after_ms: None }
    }

    /// The same, saying when to try again.
    pub fn retry_after_ms(mut self, milliseconds: u64) -> Self {
        self.retry_after_ms = Some(milliseconds);
        self
    }
}
