//! Every operation of the registry over HTTP: one question, one answer, with retries where a retry can do no harm.
//!
//! It keeps no state but the pool of connections. It never decides what is asked, and it never repeats what must not happen twice.

mod credentials;
mod question;
mod retry;

use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::{ErrorCode, Operation, Problem};
use parlor_types::{OsRandom, Random};
use reqwest::header::{AUTHORIZATION, HeaderValue, RETRY_AFTER};
use serde::Serialize;

use crate::error::CallError;
use crate::incoming::RawAnswer;
use crate::server::ServerUrl;
pub use question::Question;
pub(crate) use question::is_repeatable;
pub use retry::RetryPolicy;

/// A REST client of one server, with the token of one session or with none. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Rest {
    http: reqwest::Client,
    server: ServerUrl,
    authorization: Option<HeaderValue>,
    retry: RetryPolicy,
    random: Arc<dyn Random>,
}

impl Rest {
    /// Longest time that one attempt may take: a log-in waits for its turn to hash, nothing waits longer.
    pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

    /// A client without a token: enough for [`parlor_protocol::Auth::Public`].
    pub fn new(server: ServerUrl) -> Result<Self, CallError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("parlor-client/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none());
        if server.is_loopback() {
            builder = builder.no_proxy();
        }
        if let Some(authority) = server.authority() {
            let mut tls = (**authority).clone();
            tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            builder = builder.use_preconfigured_tls(tls);
        }
        let http = builder.build().map_err(|error| CallError::Unreachable(error.to_string()))?;
        Ok(Self { http, server, authorization: None, retry: RetryPolicy::default(), random: Arc::new(OsRandom) })
    }

    /// The same, with the token of a session.
    pub fn with_token(&self, token: &str) -> Result<Self, CallError> {
        let mut value = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| CallError::InvalidQuestion("the token holds characters that no token has".to_owned()))?;
        value.set_sensitive(true);
        Ok(Self { authorization: Some(value), ..self.clone() })
    }

    /// The same, with another idea of how often to try.
    pub fn with_retry(&self, retry: RetryPolicy) -> Self {
        Self { retry, ..self.clone() }
    }

    /// The server.
    pub const fn server(&self) -> &ServerUrl {
        &self.server
    }

    /// Asks an operation. Repeats it by itself only where twice is once: see [`RetryPolicy`]. Safe to cancel, but then it is not known whether it
    /// happened.
    pub async fn call<Op: Operation + Serialize + Sync>(&self, args: &Op) -> Result<Op::Answer, CallError> {
        self.call_with::<Op>(args).await
    }

    /// Asks an operation whose arguments cannot be serialised, because they hold a password: give them in any form that makes the same JSON object.
    pub async fn call_with<Op: Operation>(&self, args: &(impl Serialize + Sync)) -> Result<Op::Answer, CallError> {
        let args = serde_json::to_value(args).map_err(|error| CallError::InvalidQuestion(error.to_string()))?;
        self.ask(&Question::new(&Op::ENTRY, args)?).await?.read()
    }

    /// Asks a question of which only the name is known.
    pub async fn ask(&self, question: &Question) -> Result<RawAnswer, CallError> {
        let mut attempts = self.retry.attempts(question.is_repeatable());
        loop {
            let error = match self.attempt(question).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(wait_ms) = attempts.wait_ms_after(&error, &*self.random) else { return Err(error) };
            tracing::debug!(operation = question.name(), wait_ms, %error, "trying again");
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
    }

    async fn attempt(&self, question: &Question) -> Result<RawAnswer, CallError> {
        let mut request = self.http.request(question.method(), question.url(&self.server)).timeout(Self::ATTEMPT_TIMEOUT);
        if let Some(body) = question.body() {
            request = request.json(body);
        }
        let response = self.authorized(request).send().await.map_err(|error| broken(&error))?;
        let status = response.status();
        let retry_after_ms = retry_after_ms(response.headers());
        let text = response.text().await.map_err(|error| CallError::Interrupted(chain(&error)))?;
        if status.is_success() { RawAnswer::from_json(&text) } else { Err(refusal(status.as_u16(), retry_after_ms, &text)) }
    }

    /// The request with the token, if there is one.
    pub(crate) fn authorized(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.authorization {
            Some(value) => request.header(AUTHORIZATION, value.clone()),
            None => request,
        }
    }

    /// The pool of connections, for the transports that stream.
    pub(crate) const fn http(&self) -> &reqwest::Client {
        &self.http
    }
}

impl std::fmt::Debug for Rest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Rest").field("server", &self.server).field("logged_in", &self.authorization.is_some()).finish_non_exhaustive()
    }
}

/// What a failed attempt means.
pub(crate) fn broken(error: &reqwest::Error) -> CallError {
    if error.is_connect() {
        CallError::Unreachable(chain(error))
    } else if error.is_builder() {
        CallError::InvalidQuestion(chain(error))
    } else {
        CallError::Interrupted(chain(error))
    }
}

/// What a status other than 2xx means. A proxy in between may answer too, with a body of its own.
pub(crate) fn refusal(status: u16, retry_after_ms: Option<u64>, text: &str) -> CallError {
    if let Ok(mut problem) = serde_json::from_str::<Problem>(text) {
        problem.retry_after_ms = problem.retry_after_ms.or(retry_after_ms);
        return CallError::Refused(problem);
    }
    let code = match status {
        429 => ErrorCode::RateLimited,
        502..=504 => ErrorCode::Unavailable,
        _ => return CallError::UnexpectedAnswer(format!("status {status} without a problem document")),
    };
    let message = format!("something between here and the server answered {status}");
    CallError::Refused(Problem { retry_after_ms, ..Problem::new(code, message) })
}

pub(crate) fn retry_after_ms(headers: &reqwest::header::HeaderMap) -> Option<u64> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(seconds.saturating_mul(1_000))
}

/// An error with its causes on one line: reqwest keeps the reason in the last of them.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
