//! AsyncAPI 3.0 for the socket: one channel, a message for each question, answer and event.

use parlor_protocol::close::AfterClose;
use parlor_protocol::frames::{Failure, Hello};
use parlor_protocol::{CloseCode, Snapshot};
use serde_json::{Map, Value, json};

use super::openapi::{auth_name, rate_name, summary};
use super::schemas::{self, Schemas};

const CHANNEL: &str = "#/channels/socket";

/// The description of the socket.
pub fn asyncapi() -> Value {
    let mut schemas = Schemas::new();
    let mut messages = Map::new();
    let mut operations = Map::new();

    let hello = schemas.read::<Hello>();
    let snapshot = schemas.written::<Snapshot>();
    let doc = "The first frame of every connection: says who one is and where to resume. Nothing else is answered before it.";
    add_operation(&mut messages, &mut operations, "hello", doc, &hello, &snapshot, &json!({ "x-auth": "public" }));
    for described in schemas.operations() {
        let extra = json!({ "x-auth": auth_name(described.entry.auth), "x-rate": rate_name(described.entry.rate) });
        add_operation(&mut messages, &mut operations, described.entry.name, &described.doc, &described.arguments, &described.answer, &extra);
    }
    messages.insert(
        "failure".to_owned(),
        json!({ "name": "failure", "title": "A refusal", "summary": "The answer to a question that was refused.", "payload": schemas.written::<Failure>() }),
    );
    let events = schemas::events(&mut schemas);
    for (name, schema) in &events {
        let doc = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
        messages
            .insert(format!("event.{name}"), json!({ "name": format!("event.{name}"), "title": name, "summary": summary(&doc), "payload": schema }));
    }
    let event_messages: Vec<Value> =
        events.iter().map(|(name, _)| json!({ "$ref": format!("{CHANNEL}/messages/{}", pointer(&format!("event.{name}"))) })).collect();
    operations.insert(
        "events".to_owned(),
        json!({
            "action": "send",
            "channel": { "$ref": CHANNEL },
            "summary": "What the server says unasked. Ignore events whose name you do not know.",
            "messages": event_messages,
        }),
    );

    let mut document = json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Parlor socket",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "One JSON object per text frame. A question has an `id` that its answer repeats; answers may come in another order than the questions. \
                What has no `id` is an event. The same operations work over REST, see openapi.json; docs/api.md tells how to write a client.",
            "license": { "name": "Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": "/v1/socket",
                "description": "A WebSocket; the subprotocol parlor.v1 may be offered. Authentication is in the first frame, `hello`, never in the address.",
                "messages": messages,
            },
        },
        "operations": operations,
        "x-close-codes": close_codes(),
    });
    let components = schemas.into_components(&document);
    document["components"] = json!({ "schemas": components });
    document
}

/// A question that the server receives, with its answer.
fn add_operation(
    messages: &mut Map<String, Value>,
    operations: &mut Map<String, Value>,
    name: &str,
    doc: &str,
    arguments: &Value,
    answer: &Value,
    extra: &Value,
) {
    let question = json!({
        "type": "object",
        "properties": { "id": { "type": "integer", "minimum": 0 }, "op": { "const": name }, "args": arguments },
        "required": ["id", "op"],
        "additionalProperties": false,
    });
    let success = json!({
        "type": "object",
        "properties": { "id": { "type": "integer", "minimum": 0 }, "ok": answer },
        "required": ["id", "ok"],
    });
    messages.insert(name.to_owned(), json!({ "name": name, "title": name, "summary": summary(doc), "payload": question }));
    let ok = format!("{name}.ok");
    messages.insert(ok.clone(), json!({ "name": ok, "title": format!("Answer to {name}"), "payload": success }));

    let at = |message: &str| json!({ "$ref": format!("{CHANNEL}/messages/{}", pointer(message)) });
    let mut operation = json!({
        "action": "receive",
        "channel": { "$ref": CHANNEL },
        "summary": summary(doc),
        "description": doc,
        "messages": [at(name)],
        "reply": { "channel": { "$ref": CHANNEL }, "messages": [at(&ok), at("failure")] },
    });
    for (key, value) in extra.as_object().into_iter().flatten() {
        operation[key] = value.clone();
    }
    operations.insert(name.to_owned(), operation);
}

/// A name as part of a JSON pointer.
fn pointer(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn close_codes() -> Vec<Value> {
    let describe = |code: &CloseCode| {
        let client = match AfterClose::of(code.number()) {
            AfterClose::Resume => "resume",
            AfterClose::Restart => "restart",
            AfterClose::StayAway => "stay_away",
        };
        json!({ "code": code.number(), "reason": code.reason(), "meaning": code.meaning().trim(), "client": client })
    };
    CloseCode::ALL.iter().map(describe).collect()
}
