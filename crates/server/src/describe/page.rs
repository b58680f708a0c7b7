//! The description as a page for people: one HTML file and one style sheet, no script, nothing from elsewhere.

use std::fmt::Write as _;

use parlor_protocol::close::AfterClose;
use parlor_protocol::{CloseCode, ErrorCode};
use serde_json::Value;

use super::openapi::{auth_name, rate_name};
use super::schemas::{self, Described, Schemas, name_of};

/// The style sheet of [`page`].
pub const PAGE_STYLE: &str = include_str!("page.css");

/// The page. It refers to `/docs/style.css`, `/v1/openapi.json` and `/v1/asyncapi.json`.
pub fn page() -> String {
    let mut schemas = Schemas::new();
    let operations = schemas.operations();
    let events = schemas::events(&mut schemas);
    let mut everything: Vec<Value> = operations.iter().flat_map(|operation| [operation.arguments.clone(), operation.answer.clone()]).collect();
    everything.extend(events.iter().map(|(_, schema)| schema.clone()));
    everything.push(schemas.written::<parlor_protocol::Snapshot>());
    let models = schemas.into_components(&Value::Array(everything));

    let mut html = String::from(HEAD);
    push_navigation(&mut html, &operations);
    html.push_str("<main>\n<h1>The API of this server</h1>\n");
    html.push_str(INTRODUCTION);
    let mut subject = "";
    for operation in &operations {
        if operation.subject() != subject {
            subject = operation.subject();
            let _ = writeln!(html, "<h2 id=\"{subject}\">{}</h2>", escape(&subject.replace('_', " ")));
        }
        push_operation(&mut html, operation);
    }
    html.push_str("<h2 id=\"events\">Events</h2>\n<p>What the server says unasked. Ignore names that you do not know.</p>\n");
    for (name, schema) in &events {
        let _ = writeln!(html, "<section><h3 id=\"event-{name}\"><code>{name}</code></h3>\n<p>{}</p>", prose(schema));
        push_members(&mut html, schema, &[]);
        html.push_str("</section>\n");
    }
    push_codes(&mut html);
    html.push_str("<h2 id=\"types\">Types</h2>\n");
    for (name, schema) in &models {
        let _ = writeln!(html, "<section><h3 id=\"type-{name}\">{name}</h3>\n<p>{}</p>", prose(schema));
        push_type(&mut html, schema);
        html.push_str("</section>\n");
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Parlor API</title>\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<link rel=\"stylesheet\" href=\"/docs/style.css\">\n</head>\n<body>\n";

const INTRODUCTION: &str = "<p>Every operation works in two ways. Over REST by its method and path: arguments come from the path, the query and the JSON \
    body, the answer is the body. Over the socket at <code>/v1/socket</code> by its name: <code>{\"id\":1,\"op\":\"…\",\"args\":{…}}</code>. \
    Log in with <a href=\"#session.create\"><code>session.create</code></a> and send the token as <code>Authorization: Bearer …</code>, or in \
    <code>hello</code>, the first frame of a socket.</p>\n\
    <p>For programs: <a href=\"/v1/openapi.json\">OpenAPI 3.1</a> for REST, <a href=\"/v1/asyncapi.json\">AsyncAPI 3.0</a> for the socket.</p>\n";

fn push_navigation(html: &mut String, operations: &[Described]) {
    html.push_str("<nav aria-label=\"Contents\">\n<p><strong>Parlor</strong></p>\n<ul>\n");
    let mut subject = "";
    for operation in operations {
        if operation.subject() != subject {
            subject = operation.subject();
            let _ = writeln!(html, "<li class=\"subject\"><a href=\"#{subject}\">{}</a></li>", escape(&subject.replace('_', " ")));
        }
        let _ = writeln!(html, "<li><a href=\"#{0}\"><code>{0}</code></a></li>", operation.entry.name);
    }
    for (anchor, title) in [("events", "events"), ("errors", "errors"), ("close-codes", "close codes"), ("types", "types")] {
        let _ = writeln!(html, "<li class=\"subject\"><a href=\"#{anchor}\">{title}</a></li>");
    }
    html.push_str("</ul>\n</nav>\n");
}

fn push_operation(html: &mut String, operation: &Described) {
    let entry = operation.entry;
    let _ = writeln!(html, "<section><h3 id=\"{0}\"><code>{0}</code></h3>", entry.name);
    let _ = writeln!(html, "<p class=\"route\"><code><b>{}</b> {}</code></p>", entry.method.as_str(), escape(entry.path));
    let _ = writeln!(html, "<p>{}</p>", escape(&operation.doc));
    push_members(html, &operation.arguments, &operation.path_parameters());
    let _ = writeln!(
        html,
        "<p class=\"facts\">Answers {} · who: {} · rate: {}</p></section>",
        type_of(&operation.answer),
        auth_name(entry.auth),
        rate_name(entry.rate)
    );
}

/// What stands inside of an object, as a table.
fn push_members(html: &mut String, schema: &Value, in_path: &[&str]) {
    let Some(properties) = schema["properties"].as_object().filter(|properties| !properties.is_empty()) else { return };
    html.push_str("<table><thead><tr><th>member</th><th>type</th><th>meaning</th></tr></thead><tbody>\n");
    for (name, member) in properties {
        let is_required = schema["required"].as_array().is_some_and(|required| required.iter().any(|one| one == name));
        let place = if in_path.contains(&name.as_str()) { " <small>in the path</small>" } else { "" };
        let optional = if is_required { "" } else { " <small>optional</small>" };
        let _ =
            writeln!(html, "<tr><td><code>{}</code>{place}{optional}</td><td>{}</td><td>{}</td></tr>", escape(name), type_of(member), prose(member));
    }
    html.push_str("</tbody></table>\n");
}

fn push_type(html: &mut String, schema: &Value) {
    push_members(html, schema, &[]);
    let variants = ["oneOf", "anyOf"].iter().find_map(|key| schema[*key].as_array());
    for variant in variants.into_iter().flatten() {
        if let Some(text) = variant["const"].as_str() {
            let _ = writeln!(html, "<p><code>\"{}\"</code> {}</p>", escape(text), prose(variant));
        } else {
            let _ = writeln!(html, "<p>Or: {} {}</p>", type_of(variant), prose(variant));
            push_members(html, variant, &[]);
        }
    }
    if variants.is_none() && schema["properties"].is_null() {
        let _ = writeln!(html, "<p>{}</p>", type_of(schema));
    }
}

fn push_codes(html: &mut String) {
    html.push_str("<h2 id=\"errors\">Errors</h2>\n<p>A refusal is a problem document (RFC 9457) over REST and the member <code>error</code> over the socket. Decide by its <code>code</code>.</p>\n");
    html.push_str("<table><thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead><tbody>\n");
    for code in ErrorCode::ALL {
        let _ =
            writeln!(html, "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>", code.as_str(), code.status(), escape(code.meaning().trim()));
    }
    html.push_str("</tbody></table>\n<h2 id=\"close-codes\">Close codes</h2>\n<table><thead><tr><th>code</th><th>meaning</th><th>what to do</th></tr></thead><tbody>\n");
    for code in CloseCode::ALL {
        let client = match AfterClose::of(code.number()) {
            AfterClose::Resume => "Reconnect after the delay that was given, and resume with the cursor.",
            AfterClose::Restart => "Reconnect after the delay that was given, without a cursor.",
            AfterClose::StayAway => "Stay away: a person must do something first.",
        };
        let _ = writeln!(
            html,
            "<tr><td><code>{}</code> {}</td><td>{}</td><td>{client}</td></tr>",
            code.number(),
            code.reason(),
            escape(code.meaning().trim())
        );
    }
    html.push_str("</tbody></table>\n");
}

/// A type in a few words, linked where it has a name.
fn type_of(schema: &Value) -> String {
    if let Some(name) = name_of(schema) {
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    if let Some(variants) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        return variants.iter().filter(|variant| variant["type"] != "null").map(type_of).collect::<Vec<_>>().join(" or ");
    }
    if let Some(text) = schema["const"].as_str() {
        return format!("<code>\"{}\"</code>", escape(text));
    }
    let name = match &schema["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect::<Vec<_>>().join(" or "),
        _ => "anything".to_owned(),
    };
    if name == "array" { format!("list of {}", type_of(&schema["items"])) } else { format!("{name}{}", bounds_of(schema)) }
}

fn bounds_of(schema: &Value) -> String {
    let bound = |key: &str| schema[key].as_u64();
    let (min, max) = (bound("minimum").or(bound("minLength")), bound("maximum").or(bound("maxLength")).filter(|max| *max < u64::from(u32::MAX)));
    if let Some(pattern) = schema["pattern"].as_str() {
        return format!(" <code>{}</code>", escape(pattern));
    }
    match (min, max) {
        (Some(min), Some(max)) => format!(", {min} to {max}"),
        (None, Some(max)) => format!(", at most {max}"),
        _ => String::new(),
    }
}

fn prose(schema: &Value) -> String {
    escape(&schema["description"].as_str().unwrap_or_default().replace('\n', " "))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
