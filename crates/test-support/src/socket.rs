//! A bare socket that shows every frame.

use std::collections::VecDeque;
use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use parlor_protocol::{ErrorCode, Problem};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::wait::soon;

/// What a socket heard.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A frame that answers a question.
    Answer(Value),
    /// Any other frame.
    Event(Value),
    /// The server closed, with this code (1005 without one, 1006 when the connection broke).
    Closed(u16),
}

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    next_id: u64,
    /// Events that came while an answer was waited for.
    events: VecDeque<Value>,
    closed: Option<u16>,
}

impl Socket {
    /// Opens a socket; nothing is said yet.
    pub async fn open(address: SocketAddr) -> Self {
        Self::try_open(address, &[]).await.unwrap_or_else(|error| panic!("the socket did not open: {error}"))
    }

    /// Opens a socket with further headers, such as an origin.
    pub async fn try_open(address: SocketAddr, headers: &[(&'static str, &str)]) -> Result<Self, Box<tungstenite::Error>> {
        let stream = soon("a connection", TcpStream::connect(address)).await.expect("the node listens");
        Self::over(stream, address, headers).await
    }

    /// Opens a socket whose receive buffer in the kernel is small, for a reader that is to be slow.
    pub async fn open_narrow(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket can be made");
        socket.set_recv_buffer_size(4_096).expect("the buffer can be set");
        let stream = soon("a connection", socket.connect(address)).await.expect("the node listens");
        Self::over(stream, address, &[]).await.unwrap_or_else(|error| panic!("the socket did not open: {error}"))
    }

    async fn over(stream: TcpStream, address: SocketAddr, headers: &[(&'static str, &str)]) -> Result<Self, Box<tungstenite::Error>> {
        let mut request = format!("ws://{address}/v1/socket").into_client_request().map_err(Box::new)?;
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().expect("a header"));
        }
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let (stream, _) = soon("the handshake", client_async_with_config(request, stream, Some(config))).await.map_err(Box::new)?;
        Ok(Self { stream, next_id: 0, events: VecDeque::new(), closed: None })
    }

    /// Says `hello`; the answer is the snapshot.
    pub async fn hello(&mut self, token: &str, cursor: Option<&str>) -> Result<Value, Problem> {
        self.ask("hello", json!({ "token": token, "cursor": cursor })).await
    }

    /// Asks an operation and waits for its answer; events that come meanwhile are kept for later.
    ///
    /// # Panics
    /// When the socket closes instead.
    pub async fn ask(&mut self, operation: &str, args: Value) -> Result<Value, Problem> {
        let id = self.send(operation, args).await;
        loop {
            match self.hear_new().await {
                Heard::Answer(answer) if answer["id"] == id => return outcome(answer),
                Heard::Answer(other) => panic!("an answer to another question: {other}"),
                Heard::Event(event) => self.events.push_back(event),
                Heard::Closed(code) => panic!("{operation} was not answered: closed with {code}"),
            }
        }
    }

    /// Asks an operation that must be granted.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn done(&mut self, operation: &str, args: Value) -> Value {
        self.ask(operation, args.clone()).await.unwrap_or_else(|problem| panic!("{operation} {args} was refused: {problem}"))
    }

    /// Asks an operation that must be refused; gives the code.
    ///
    /// # Panics
    /// When it is granted.
    pub async fn refused(&mut self, operation: &str, args: Value) -> ErrorCode {
        match self.ask(operation, args.clone()).await {
            Ok(answer) => panic!("{operation} {args} was granted: {answer}"),
            Err(problem) => problem.code,
        }
    }

    /// Asks and does not wait; gives the number of the question.
    pub async fn send(&mut self, operation: &str, args: Value) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.send_text(&json!({ "id": id, "op": operation, "args": args }).to_string()).await;
        id
    }

    /// Sends any text.
    pub async fn send_text(&mut self, text: &str) {
        self.send_message(Message::text(text)).await;
    }

    /// Sends any message. A connection that the server has closed meanwhile shows when something is read.
    pub async fn send_message(&mut self, message: Message) {
        let _ = soon("a frame to be sent", self.stream.send(message)).await;
    }

    /// The stream below, for what is not a message.
    pub const fn stream(&mut self) -> &mut WebSocketStream<TcpStream> {
        &mut self.stream
    }

    /// What comes next: a kept event, or a new frame.
    pub async fn hear(&mut self) -> Heard {
        match self.events.pop_front() {
            Some(event) => Heard::Event(event),
            None => self.hear_new().await,
        }
    }

    async fn hear_new(&mut self) -> Heard {
        if let Some(code) = self.closed {
            return Heard::Closed(code);
        }
        loop {
            let code = match soon("a frame", self.stream.next()).await {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("a frame is not JSON ({error}): {text}"));
                    return if frame.get("id").is_some() && frame.get("event").is_none() { Heard::Answer(frame) } else { Heard::Event(frame) };
                }
                Some(Ok(Message::Close(frame))) => frame.map_or(1005, |frame| frame.code.into()),
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => 1006,
            };
            self.closed = Some(code);
            return Heard::Closed(code);
        }
    }

    /// The next event that fits; what comes before it is dropped.
    ///
    /// # Panics
    /// When the socket closes before.
    pub async fn event(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            match self.hear().await {
                Heard::Event(event) if fits(&event) => return event,
                Heard::Event(_) | Heard::Answer(_) => {}
                Heard::Closed(code) => panic!("closed with {code} before the event came"),
            }
        }
    }

    /// The next event of that name.
    pub async fn event_named(&mut self, name: &str) -> Value {
        self.event(|event| event["event"] == name).await
    }

    /// Waits for the close and gives its code; what comes before it is dropped.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Heard::Closed(code) = self.hear().await {
                return code;
            }
        }
    }

    /// Cuts the connection without a word.
    pub fn cut(self) {
        drop(self);
    }
}

/// The answer in a frame, or the refusal.
pub fn outcome(mut answer: Value) -> Result<Value, Problem> {
    match answer.get_mut("error") {
        Some(error) => Err(serde_json::from_value(error.take()).expect("a problem")),
        None => Ok(answer["ok"].take()),
    }
}
