//! Reads an event stream, event by event.

use parlor_test_support::{Person, soon};
use serde_json::Value;

pub(super) struct EventStream {
    response: reqwest::Response,
    buffer: String,
}

/// One event of the stream.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct StreamEvent {
    pub(super) name: Option<String>,
    pub(super) id: Option<String>,
    pub(super) data: Value,
    pub(super) is_comment: bool,
}

impl EventStream {
    pub(super) async fn open(person: &Person, cursor: Option<&str>) -> Self {
        let query = cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
        let request = person.request("GET", &format!("/v1/events{query}")).header("accept", "text/event-stream");
        let response = soon("the stream", request.send()).await.unwrap();
        assert_eq!((response.status().as_u16(), &response.headers()["content-type"]), (200, &"text/event-stream".parse().unwrap()));
        Self { response, buffer: String::new() }
    }

    /// The next event, comments included; `None` at the end.
    pub(super) async fn next(&mut self) -> Option<StreamEvent> {
        loop {
            if let Some(end) = self.buffer.find("\n\n") {
                let event = parse(&self.buffer[..end]);
                self.buffer.drain(..end + 2);
                return Some(event);
            }
            match soon("a piece of the stream", self.response.chunk()).await.ok()? {
                Some(chunk) => self.buffer.push_str(std::str::from_utf8(&chunk).unwrap()),
                None => return None,
            }
        }
    }

    /// The next event with this name in its data.
    pub(super) async fn named(&mut self, name: &str) -> StreamEvent {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("the stream ended before {name} came"));
            if event.data["event"] == name {
                return event;
            }
        }
    }
}

fn parse(text: &str) -> StreamEvent {
    let mut event = StreamEvent::default();
    for line in text.lines() {
        match line.split_once(": ").or_else(|| line.split_once(':')) {
            Some(("event", name)) => event.name = Some(name.to_owned()),
            Some(("id", id)) => event.id = Some(id.to_owned()),
            Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
            Some(("", _)) => event.is_comment = true,
            other => panic!("a line that no event stream has: {other:?} {line:?}"),
        }
    }
    event
}
