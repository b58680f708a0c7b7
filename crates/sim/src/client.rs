//! A bare client: REST for reading, a socket for the live part. Only as much as a load needs, and none of the SDK's help: what it hides must be seen here.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use parlor_sim::history::Event;

/// How long an answer may take before the node counts as gone.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// One user's way to a node over REST.
#[derive(Clone)]
pub(crate) struct Rest {
    http: reqwest::Client,
    base: String,
    pub(crate) token: String,
}

impl Rest {
    pub(crate) fn new(address: &str, token: &str) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(ANSWER_MAX).build()?;
        Ok(Self { http, base: format!("http://{address}"), token: token.to_owned() })
    }

    pub(crate) async fn call(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        if !status.is_success() {
            bail!("{method} {path} was answered {status}: {body}");
        }
        Ok(body)
    }

    /// Makes an account; gives its id and a way in.
    pub(crate) async fn register(address: &str, handle: &str) -> Result<(String, Self)> {
        let rest = Self::new(address, "")?;
        let body = json!({ "handle": handle, "password": "correct horse battery staple 27" });
        let session = rest.call(reqwest::Method::POST, "/v1/accounts", Some(body)).await?;
        let id = text(&session, "/account/user/id")?;
        Ok((id, Self { token: text(&session, "/token")?, ..rest }))
    }

    /// Every event of a log after a seq.
    pub(crate) async fn read_log(&self, conversation: &str, mut after: u64) -> Result<Vec<Event>> {
        let mut events = Vec::new();
        loop {
            let page = self.call(reqwest::Method::GET, &format!("/v1/conversations/{conversation}/events?after={after}"), None).await?;
            for event in page["events"].as_array().context("a page has events")? {
                events.push(event_of(event)?);
            }
            after = page["through"].as_u64().context("a page says how far it goes")?;
            if page["more"] != true {
                return Ok(events);
            }
        }
    }
}

/// A socket after `hello`.
pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next_id: u64,
}

/// What a frame says.
pub(crate) enum Frame {
    /// An answer.
    Answer { id: u64, result: Result<Value, String> },
    /// An event of a log.
    Log { conversation: String, event: Event },
    /// Anything else.
    Other,
}

impl Socket {
    pub(crate) async fn open(address: &str, token: &str) -> Result<Self> {
        let (stream, _) = tokio::time::timeout(ANSWER_MAX, connect_async(format!("ws://{address}/v1/socket"))).await??;
        let mut socket = Self { stream, next_id: 0 };
        let hello = socket.ask("hello", json!({ "token": token, "cursor": null })).await?;
        loop {
            match socket.next().await? {
                Frame::Answer { id, result } if id == hello => {
                    result.map_err(anyhow::Error::msg)?;
                    return Ok(socket);
                }
                _ => {}
            }
        }
    }

    /// Sends a question; gives its number.
    pub(crate) async fn ask(&mut self, operation: &str, args: Value) -> Result<u64> {
        let id = self.next_id;
        self.next_id += 1;
        let frame = json!({ "id": id, "op": operation, "args": args }).to_string();
        self.stream.send(Message::text(frame)).await?;
        Ok(id)
    }

    /// The next frame; an error when the connection ended or nothing came for long.
    pub(crate) async fn next(&mut self) -> Result<Frame> {
        loop {
            let message = tokio::time::timeout(ANSWER_MAX, self.stream.next()).await?.context("the connection ended")??;
            match message {
                Message::Text(text) => return frame_of(&serde_json::from_str(&text)?),
                Message::Close(frame) => bail!("closed: {frame:?}"),
                _ => {}
            }
        }
    }
}

fn frame_of(value: &Value) -> Result<Frame> {
    if let Some(id) = value["id"].as_u64().filter(|_| value.get("ok").is_some() || value.get("error").is_some()) {
        let result = match value.get("ok") {
            Some(ok) => Ok(ok.clone()),
            None => Err(value["error"]["code"].as_str().unwrap_or("unknown").to_owned()),
        };
        return Ok(Frame::Answer { id, result });
    }
    match value["conversation"].as_str() {
        Some(conversation) if value["seq"].is_u64() && value["sender"].is_string() => {
            Ok(Frame::Log { conversation: conversation.to_owned(), event: event_of(value)? })
        }
        _ => Ok(Frame::Other),
    }
}

fn event_of(value: &Value) -> Result<Event> {
    Ok(Event {
        seq: value["seq"].as_u64().context("an event has a seq")?,
        id: text(value, "/id")?,
        sender: text(value, "/sender")?,
        text: (value["event"] == "message").then(|| value["text"].as_str().unwrap_or_default().to_owned()),
    })
}

pub(crate) fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    Ok(found.with_context(|| format!("there is no text at {pointer} in {value}"))?.to_owned())
}
