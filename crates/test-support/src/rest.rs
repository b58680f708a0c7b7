//! Asking over REST, by the registry, with arguments as JSON: so that a test can also ask what no typed client would.

use std::fmt::Write as _;

use parlor_protocol::{Entry, ErrorCode, Method, Operation, Problem, REGISTRY};
use reqwest::Response;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::wait::soon;

/// One client with one token or none.
#[derive(Clone)]
pub struct Rest {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

/// An answer, as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body; `Null` when there is none or it is not JSON.
    pub body: Value,
    /// The body, byte by byte.
    pub text: String,
}

impl Answer {
    /// The answer of an operation, or its refusal.
    pub fn outcome(self) -> Result<Value, Problem> {
        if (200..300).contains(&self.status) { Ok(self.body) } else { Err(self.problem()) }
    }

    /// The refusal.
    ///
    /// # Panics
    /// When the body is no problem document.
    pub fn problem(&self) -> Problem {
        serde_json::from_value(self.body.clone()).unwrap_or_else(|error| panic!("no problem document ({error}): {} {}", self.status, self.text))
    }
}

/// The registry's entry of that name.
///
/// # Panics
/// When there is none.
pub fn entry(operation: &str) -> &'static Entry {
    REGISTRY.iter().find(|entry| entry.name == operation).unwrap_or_else(|| panic!("there is no operation {operation}"))
}

impl Rest {
    /// A client of the node at `url`.
    pub fn new(url: &str, token: Option<&str>) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().expect("a client can be made");
        Self { http, url: url.to_owned(), token: token.map(str::to_owned) }
    }

    /// The same with another token.
    #[must_use]
    pub fn with_token(&self, token: Option<&str>) -> Self {
        Self { token: token.map(str::to_owned), ..self.clone() }
    }

    /// Asks an operation.
    pub async fn ask(&self, operation: &str, args: Value) -> Result<Value, Problem> {
        self.send(entry(operation), args).await.outcome()
    }

    /// Asks an operation that must be granted.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn done(&self, operation: &str, args: Value) -> Value {
        self.ask(operation, args.clone()).await.unwrap_or_else(|problem| panic!("{operation} {args} was refused: {problem}"))
    }

    /// Asks an operation that must be refused; gives the code.
    ///
    /// # Panics
    /// When it is granted.
    pub async fn refused(&self, operation: &str, args: Value) -> ErrorCode {
        match self.ask(operation, args.clone()).await {
            Ok(answer) => panic!("{operation} {args} was granted: {answer}"),
            Err(problem) => problem.code,
        }
    }

    /// Asks with typed arguments.
    pub async fn call<Op: Operation + Serialize>(&self, args: &Op) -> Result<Op::Answer, Problem> {
        let args = serde_json::to_value(args).expect("arguments are JSON");
        let answer = self.send(&Op::ENTRY, args).await.outcome()?;
        Ok(serde_json::from_value(answer.clone())
            .unwrap_or_else(|error| panic!("{} answered what it does not answer ({error}): {answer}", Op::ENTRY.name)))
    }

    /// Asks, and gives the answer as it came. Arguments go where the registry has them: into the path, else for a GET into the query, else into the body.
    pub async fn send(&self, entry: &Entry, args: Value) -> Answer {
        let mut rest = match args {
            Value::Object(members) => members,
            other => return self.send_raw(entry.method.as_str(), entry.path, Some(other.to_string())).await,
        };
        let mut path = path_of(entry, &mut rest);
        if entry.method == Method::Get {
            for (place, (name, value)) in rest.iter().enumerate() {
                let _ = write!(path, "{}{name}={}", if place == 0 { '?' } else { '&' }, escape(&plain(value)));
            }
            return self.send_raw("GET", &path, None).await;
        }
        let body = (!rest.is_empty()).then(|| Value::Object(rest).to_string());
        self.send_raw(entry.method.as_str(), &path, body).await
    }

    /// Sends any body to any path.
    pub async fn send_raw(&self, method: &str, path: &str, body: Option<String>) -> Answer {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        read(soon("an answer", request.send()).await.expect("the node answers")).await
    }

    /// A request with the token, to be changed further; send it with [`Rest::run`].
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request that was changed.
    pub async fn run(&self, request: reqwest::RequestBuilder) -> Answer {
        read(soon("an answer", request.send()).await.expect("the node answers")).await
    }
}

fn path_of(entry: &Entry, rest: &mut Map<String, Value>) -> String {
    let parts = entry.path.split('/').map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => rest.shift_remove(name).map_or_else(|| "-".to_owned(), |value| escape(&plain(&value))),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A value as it stands in paths and queries.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~,".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
        escaped
    })
}

async fn read(response: Response) -> Answer {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = soon("the body", response.text()).await.expect("the body arrives");
    Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null), text }
}
