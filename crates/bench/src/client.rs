//! People: accounts over REST, sockets for the live part. Bare on purpose, so that the load costs little.

use anyhow::{Context as _, Result, bail};
use futures_util::stream::{self, SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A person with a session.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) token: String,
}

/// Two people with their conversation.
pub(crate) struct Pair {
    pub(crate) conversation: String,
    pub(crate) people: [Person; 2],
}

/// Makes accounts, a few at a time.
pub(crate) async fn register(address: &str, count: usize) -> Result<Vec<Person>> {
    let http = reqwest::Client::new();
    stream::iter(0..count)
        .map(|number| {
            let request = http.post(format!("http://{address}/v1/accounts")).json(&json!({
                "handle": format!("user{number}"),
                "password": "correct horse battery staple 27",
            }));
            async move {
                let session = answer(request).await?;
                Ok(Person { id: text(&session, "/account/user/id")?, token: text(&session, "/token")? })
            }
        })
        .buffered(16)
        .try_collect()
        .await
}

/// Makes pairs, each with a direct conversation.
pub(crate) async fn pairs(address: &str, count: usize) -> Result<Vec<Pair>> {
    let people = register(address, count * 2).await?;
    let http = reqwest::Client::new();
    stream::iter(people.chunks_exact(2).map(|pair| [pair[0].clone(), pair[1].clone()]).collect::<Vec<_>>())
        .map(|people| {
            let request = http.put(format!("http://{address}/v1/direct/{}", people[1].id)).bearer_auth(&people[0].token);
            async move { Ok(Pair { conversation: text(&answer(request).await?, "/head/id")?, people }) }
        })
        .buffered(16)
        .try_collect()
        .await
}

async fn answer(request: reqwest::RequestBuilder) -> Result<Value> {
    let answer = request.send().await?;
    let status = answer.status();
    let body: Value = answer.json().await?;
    if status.is_success() { Ok(body) } else { bail!("answered {status}: {body}") }
}

fn text(value: &Value, pointer: &str) -> Result<String> {
    Ok(value.pointer(pointer).and_then(Value::as_str).with_context(|| format!("no {pointer} in {value}"))?.to_owned())
}

/// Opens a socket and says hello.
pub(crate) async fn connect(address: &str, token: &str) -> Result<(SplitSink<Stream, Message>, SplitStream<Stream>)> {
    let (mut stream, _) = connect_async(format!("ws://{address}/v1/socket")).await?;
    stream.send(Message::text(json!({ "id": 0, "op": "hello", "args": { "token": token, "cursor": null } }).to_string())).await?;
    loop {
        if let Message::Text(text) = stream.next().await.context("the connection ended")?? {
            if text.starts_with(r#"{"id":0,"ok""#) {
                return Ok(stream.split());
            }
            bail!("hello was answered {text}");
        }
    }
}

/// The frame of a send.
pub(crate) fn send_frame(id: u64, conversation: &str, key: &str, text: &str) -> Message {
    Message::text(format!(r#"{{"id":{id},"op":"message.send","args":{{"conversation":"{conversation}","key":"{key}","text":"{text}"}}}}"#))
}

/// What a frame is to a load: told by its first bytes, because parsing would cost more than the node's work.
pub(crate) enum Frame<'a> {
    /// A good answer.
    Answer,
    /// A message, with its text.
    Message(&'a str),
    /// Anything else.
    Other,
}

pub(crate) fn read_frame(text: &str) -> Result<Frame<'_>> {
    if text.starts_with(r#"{"id":"#) {
        if text.contains(r#""error""#) {
            bail!("the node refused: {text}");
        }
        return Ok(Frame::Answer);
    }
    if !text.contains(r#""event":"message""#) {
        return Ok(Frame::Other);
    }
    let begin = text.find(r#""text":""#).context("a message has a text")? + 8;
    let length = text[begin..].find('"').context("a text ends")?;
    Ok(Frame::Message(&text[begin..begin + length]))
}
