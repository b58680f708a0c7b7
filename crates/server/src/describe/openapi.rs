//! OpenAPI 3.1: its schemas are JSON Schema 2020-12, which is what our types give.

use parlor_protocol::events::PollAnswer;
use parlor_protocol::operations::Rate;
use parlor_protocol::{Auth, Cursor, ErrorCode, Problem};
use serde_json::{Map, Value, json};

use super::schemas::{Described, Schemas};

/// The description of the REST side.
pub fn openapi() -> Value {
    let mut schemas = Schemas::new();
    let mut paths = Map::new();
    for operation in schemas.operations() {
        let path = paths.entry(operation.entry.path).or_insert_with(|| json!({}));
        path[operation.entry.method.as_str().to_ascii_lowercase()] = describe(&operation);
    }
    paths.insert("/v1/events".to_owned(), events(&mut schemas));
    let problem = schemas.written::<Problem>();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Parlor",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Messaging that people host themselves.",
            "description": "Every operation here also works over the socket under its operationId, see asyncapi.json. docs/api.md tells how to write a client.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "This server" }],
        "security": [{ "bearer": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "description": "The token that session.create and account.register answer." },
            },
            "responses": {
                "problem": {
                    "description": "A refusal. Decide by `code`; the message is for people.",
                    "headers": { "Retry-After": { "schema": { "type": "integer" }, "description": "Seconds to wait; with 429 and 503." } },
                    "content": { "application/problem+json": { "schema": problem } },
                },
            },
        },
        "x-error-codes": ErrorCode::ALL
            .iter()
            .map(|code| json!({ "code": code.as_str(), "status": code.status(), "meaning": code.meaning().trim() }))
            .collect::<Vec<_>>(),
    });
    let components = schemas.into_components(&document);
    document["components"]["schemas"] = Value::Object(components);
    document
}

fn describe(operation: &Described) -> Value {
    let in_path = operation.path_parameters();
    let mut parameters: Vec<Value> = in_path.iter().map(|name| parameter("path", name, &operation.arguments["properties"][*name], true)).collect();
    let mut described = Map::new();
    described.insert("operationId".to_owned(), operation.entry.name.into());
    described.insert("tags".to_owned(), json!([operation.subject()]));
    described.insert("summary".to_owned(), summary(&operation.doc).into());
    described.insert("description".to_owned(), operation.doc.clone().into());
    if operation.entry.auth == Auth::Public {
        described.insert("security".to_owned(), json!([]));
    }
    described.insert("x-auth".to_owned(), auth_name(operation.entry.auth).into());
    described.insert("x-rate".to_owned(), rate_name(operation.entry.rate).into());
    let others = operation.other_arguments();
    if operation.has_body() {
        let required: Vec<&str> = others.iter().map(|(name, _)| *name).filter(|name| operation.is_required(name)).collect();
        let properties: Map<String, Value> = others.iter().map(|(name, schema)| ((*name).to_owned(), (*schema).clone())).collect();
        if !properties.is_empty() {
            let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
            if !required.is_empty() {
                schema["required"] = json!(required);
            }
            described.insert(
                "requestBody".to_owned(),
                json!({ "required": !required.is_empty(), "content": { "application/json": { "schema": schema } } }),
            );
        }
    } else {
        parameters.extend(others.iter().map(|(name, schema)| parameter("query", name, schema, operation.is_required(name))));
    }
    if !parameters.is_empty() {
        described.insert("parameters".to_owned(), Value::Array(parameters));
    }
    described.insert(
        "responses".to_owned(),
        json!({
            "200": { "description": "Done.", "content": { "application/json": { "schema": operation.answer } } },
            "default": { "$ref": "#/components/responses/problem" },
        }),
    );
    Value::Object(described)
}

fn parameter(place: &str, name: &str, schema: &Value, is_required: bool) -> Value {
    let mut described = json!({ "name": name, "in": place, "required": is_required, "schema": schema });
    if let Some(doc) = schema["description"].as_str() {
        described["description"] = doc.into();
    }
    if schema["type"] == "array" {
        described["style"] = "form".into();
        described["explode"] = false.into();
    }
    described
}

/// The two transports of events that are plain HTTP; the third is in asyncapi.json.
fn events(schemas: &mut Schemas) -> Value {
    let answer = schemas.written::<PollAnswer>();
    let cursor = schemas.read::<Cursor>();
    json!({
        "get": {
            "operationId": "events",
            "tags": ["event"],
            "summary": "What happened after a cursor.",
            "description": "A long poll: answers as soon as something happened, at the latest after `wait` seconds. With `Accept: text/event-stream` it is a stream of \
                server-sent events instead: the first is a `snapshot`, each later one carries one event as JSON, its id is the cursor, and `Last-Event-ID` resumes. The cursor is \
                the same for every transport, the socket included.",
            "x-auth": "user",
            "x-rate": "read",
            "parameters": [
                { "name": "cursor", "in": "query", "required": false, "schema": cursor, "description": "Where to go on; absent for a fresh snapshot." },
                { "name": "wait", "in": "query", "required": false, "schema": { "type": "integer", "minimum": 0 }, "description": "Seconds to wait at most." },
            ],
            "responses": {
                "200": {
                    "description": "Events in order, or a stream of them.",
                    "content": { "application/json": { "schema": answer }, "text/event-stream": { "schema": { "type": "string" } } },
                },
                "default": { "$ref": "#/components/responses/problem" },
            },
        },
    })
}

/// The first sentence.
pub(super) fn summary(doc: &str) -> String {
    doc.split_once(". ").map_or_else(|| doc.to_owned(), |(first, _)| format!("{first}."))
}

pub(super) const fn auth_name(auth: Auth) -> &'static str {
    match auth {
        Auth::Public => "public",
        Auth::User => "user",
        Auth::Admin => "admin",
    }
}

pub(super) const fn rate_name(rate: Rate) -> &'static str {
    match rate {
        Rate::Credentials => "credentials",
        Rate::Create => "create",
        Rate::Write => "write",
        Rate::Silent => "silent",
        Rate::Read => "read",
        Rate::Lookup => "lookup",
    }
}
