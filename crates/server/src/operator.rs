//! The operator's way in: the same operations as over REST, asked as an admin without an account. Over the socket in the data folder when a node runs, and of
//! a node in this process, which ends with the command, when none does. So there is one path for every change, whoever asks.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use axum::Router;
use axum::body::Body;
use futures_util::FutureExt as _;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper_util::rt::TokioIo;
use parlor_protocol::{Method, Problem, REGISTRY};
use parlor_types::{OsRandom, Random as _};
use serde_json::{Map, Value};
use tokio::net::UnixStream;
use tower::ServiceExt as _;

use crate::config::Config;
use crate::exit::Exit;
use crate::node::Node;
use crate::peer::Peer;
use crate::stores::Absent;

/// A connection to a node, as its operator.
pub struct Operator(Way);

enum Way {
    /// A running node's socket.
    Socket(PathBuf),
    /// A node of our own.
    Node(Box<Node>),
}

impl Operator {
    /// Finds the running node, or starts one on the store. `absent` says what to do when there is no store at all.
    pub async fn connect(config: Config, absent: Absent) -> Result<Self, Exit> {
        let path = config.socket_path();
        match UnixStream::connect(&path).await {
            Ok(_) => return Ok(Self(Way::Socket(path))),
            Err(error) if is_nobody_there(&error) => {}
            Err(error) => {
                let advice = "run this as the user that the node runs as";
                return Err(Exit::Failed(anyhow!("a node runs, but its socket {} cannot be opened: {error}; {advice}", path.display())));
            }
        }
        Node::start(&Arc::new(config), absent).await.map(|node| Self(Way::Node(Box::new(node))))
    }

    /// Asks one operation of the registry, by name. A refusal of the node is a failure with the node's words.
    pub async fn ask(&self, operation: &str, arguments: Value) -> Result<Value, Exit> {
        let request = request(operation, arguments)?;
        let (status, text) = match &self.0 {
            Way::Socket(path) => over_socket(path, request).await.context("the node did not answer")?,
            Way::Node(node) => in_process(node.router.clone(), request).await?,
        };
        if status.is_success() {
            return Ok(serde_json::from_slice(&text).context("the node's answer is not JSON")?);
        }
        let problem: Problem = serde_json::from_slice(&text).with_context(|| format!("the node answered {status}"))?;
        Err(Exit::Failed(anyhow!(problem.message)))
    }

    /// Ends what was started.
    pub async fn close(self) {
        if let Way::Node(node) = self.0 {
            node.stop().await;
        }
    }
}

/// A password that nobody guesses and everybody can type: 20 letters and digits in four groups, 99 bits.
pub fn new_password() -> String {
    // Without what is read as something else.
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 20];
    OsRandom.fill(&mut bytes);
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

fn is_nobody_there(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused | io::ErrorKind::NotADirectory)
}

/// The operation as a request over REST: arguments go into the path, then into the query or the body.
fn request(operation: &str, arguments: Value) -> Result<Request<Body>, Exit> {
    let entry = REGISTRY.iter().find(|entry| entry.name == operation).with_context(|| format!("there is no operation {operation}"))?;
    let Value::Object(mut arguments) = arguments else { return Err(Exit::Failed(anyhow!("arguments are an object"))) };
    arguments.retain(|_, value| !value.is_null());
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    let path: Vec<String> = entry
        .path
        .split('/')
        .map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => arguments.remove(name).map_or_else(String::new, |value| encode(&as_text(&value))),
            None => part.to_owned(),
        })
        .collect();
    let mut path = path.join("/");
    let mut request = Request::builder().method(entry.method.as_str()).header(header::HOST, "parlor");
    let in_query = matches!(entry.method, Method::Get | Method::Delete);
    if in_query && !arguments.is_empty() {
        path = format!("{path}?{}", query(&arguments));
    }
    let body = if in_query || arguments.is_empty() { Body::empty() } else { Body::from(Value::Object(arguments).to_string()) };
    request = request.uri(path).header(header::CONTENT_TYPE, "application/json");
    Ok(request.body(body).context("the arguments do not fit into a request")?)
}

fn query(arguments: &Map<String, Value>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(arguments.iter().map(|(name, value)| (name, as_text(value)))).finish()
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

async fn over_socket(path: &Path, request: Request<Body>) -> anyhow::Result<(StatusCode, bytes::Bytes)> {
    let stream = UnixStream::connect(path).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let exchange = async {
        let response = sender.send_request(request).await?;
        let (parts, body) = response.into_parts();
        anyhow::Ok((parts.status, body.collect().await?.to_bytes()))
    };
    // Once the connection has ended, the exchange knows how it ended.
    let connection = connection.then(|_| std::future::pending::<()>());
    tokio::select! {
        answer = exchange => answer,
        () = connection => unreachable!("it never resolves"),
    }
}

async fn in_process(router: Router, mut request: Request<Body>) -> Result<(StatusCode, bytes::Bytes), Exit> {
    request.extensions_mut().insert(Peer::operator());
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (parts, body) = response.into_parts();
    Ok((parts.status, body.collect().await.context("the answer broke off")?.to_bytes()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_go_into_path_query_and_body() {
        let shown = |operation: &str, arguments: Value| {
            let request = request(operation, arguments).unwrap();
            format!("{} {}", request.method(), request.uri())
        };
        assert_eq!(shown("admin.user.list", json!({ "query": "a b&c", "after": null })), "GET /v1/admin/users?query=a+b%26c");
        assert_eq!(shown("admin.user.update", json!({ "user": "7", "disabled": true })), "PATCH /v1/admin/users/7");
        assert_eq!(shown("admin.invite.revoke", json!({ "invite": "../x" })), "DELETE /v1/admin/invites/..%2Fx");
        assert!(request("admin.everything", json!({})).is_err());
    }

    #[test]
    fn new_passwords_are_long_and_never_the_same() {
        let one = new_password();
        assert_eq!((one.len(), one.matches('-').count()), (23, 3));
        assert_ne!(one, new_password());
    }
}
