//! From what a client sent to the typed arguments of an operation: one JSON object, whatever the transport.
//!
//! Over REST the object is put together from the path, the query and the body; what stands in two of them is refused. All faults are
//! [`ErrorCode::InvalidRequest`](parlor_protocol::ErrorCode::InvalidRequest) with words that say where.

use std::collections::HashMap;

use parlor_protocol::{Entry, Operation};
use schemars::SchemaGenerator;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::Refused;

/// What a text in a path or a query becomes in JSON, by the schema of the arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Text,
    /// Whatever JSON the text is: numbers and booleans.
    Literal,
    /// Separated by commas.
    List(Box<Self>),
}

/// How the arguments of one operation travel in paths and queries.
#[derive(Debug)]
pub(super) struct Shape {
    forms: HashMap<String, Form>,
}

impl Shape {
    /// Read from the schema of the arguments.
    pub(super) fn of(entry: &Entry) -> Self {
        let mut generator = SchemaGenerator::default();
        let schema = (entry.args_schema)(&mut generator).to_value();
        let definitions = Value::Object(generator.definitions().clone());
        let object = resolve(&schema, &definitions);
        let properties = object.get("properties").and_then(Value::as_object);
        let forms = properties.into_iter().flatten().map(|(name, schema)| (name.clone(), form_of(schema, &definitions))).collect();
        Self { forms }
    }

    /// One argument as JSON. What does not fit its form goes on as a text, for which the typed reading has the better words.
    fn write(&self, name: &str, text: &str) -> Value {
        self.forms.get(name).unwrap_or(&Form::Text).write(text)
    }
}

impl Form {
    fn write(&self, text: &str) -> Value {
        match self {
            Self::Text => Value::from(text),
            Self::Literal => match serde_json::from_str(text) {
                Ok(literal @ (Value::Number(_) | Value::Bool(_))) => literal,
                _ => Value::from(text),
            },
            Self::List(_) if text.is_empty() => Value::Array(Vec::new()),
            Self::List(item) => text.split(',').map(|part| item.write(part)).collect(),
        }
    }
}

fn resolve<'schema>(schema: &'schema Value, definitions: &'schema Value) -> &'schema Value {
    let mut schema = schema;
    while let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix("#/$defs/")) {
        schema = &definitions[name];
    }
    schema
}

fn form_of(schema: &Value, definitions: &Value) -> Form {
    let schema = resolve(schema, definitions);
    let is = |name: &str| match &schema["type"] {
        Value::String(kind) => kind == name,
        Value::Array(kinds) => kinds.iter().any(|kind| kind == name),
        _ => false,
    };
    if is("integer") || is("number") || is("boolean") {
        Form::Literal
    } else if is("array") {
        Form::List(Box::new(form_of(&schema["items"], definitions)))
    } else {
        let choices = schema["anyOf"].as_array().into_iter().flatten();
        choices.map(|choice| form_of(choice, definitions)).find(|form| *form != Form::Text).unwrap_or(Form::Text)
    }
}

/// The arguments' object as text. `given` are the parameters of the path, then of the query; `body` is the JSON object of the request, or empty.
pub(super) fn compose(shape: &Shape, given: &[(String, String)], body: &str) -> Result<String, Refused> {
    let body = body.trim_matches([' ', '\t', '\r', '\n']);
    if !body.is_empty() {
        // Checked alone first, so that the place of a fault is a place in what the client sent.
        serde_json::from_str::<IgnoredAny>(body).map_err(|error| Refused::invalid(format!("the body is not valid JSON: {error}")))?;
        if !is_object(body) {
            return Err(Refused::invalid("the body must be a JSON object"));
        }
    }
    let mut text = String::with_capacity(body.len() + 64 * given.len() + 2);
    text.push('{');
    for (place, (name, value)) in given.iter().enumerate() {
        if given[..place].iter().any(|(other, _)| other == name) {
            return Err(Refused::invalid(format!("the argument {name:?} is given twice")));
        }
        text.push_str(&Value::from(name.as_str()).to_string());
        text.push(':');
        text.push_str(&shape.write(name, value).to_string());
        text.push(',');
    }
    let rest = body.strip_prefix('{').unwrap_or("}");
    if rest.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('}') && text.ends_with(',') {
        text.pop();
    }
    // What stands both here and there is a member given twice, which the typed reading refuses.
    text.push_str(rest);
    Ok(text)
}

/// Reads the arguments of an operation. The words of a refusal name the member.
pub(super) fn parse<O: Operation>(text: &str) -> Result<O, Refused> {
    if !is_object(text) {
        return Err(Refused::invalid("the arguments must be a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let place = error.path().to_string();
        let problem = error.into_inner().to_string();
        // Lines and columns count in an object that the client may never have seen.
        let problem = problem.rsplit_once(" at line ").map_or(problem.as_str(), |(words, _)| words);
        Refused::invalid(if place == "." { problem.to_owned() } else { format!("{place}: {problem}") })
    })?;
    deserializer.end().map_err(|_| Refused::invalid("something follows after the arguments"))?;
    Ok(parsed)
}

/// Whether a JSON text is an object. Serde would also take an array of the members in their order, which nobody promised.
pub(crate) fn is_object(json: &str) -> bool {
    json.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{')
}

/// Whether `json` nests deeper than `depth_max`. It looks only at brackets, so it costs no stack and needs no valid JSON.
pub(crate) fn is_too_deep(json: &str, depth_max: u32) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_u32, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                if depth > depth_max {
                    return true;
                }
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use parlor_protocol::operations::{EditMessage, ListEvents, ListUsers, SendMessage, UpdateSettings, WatchPresence};

    use super::*;

    fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn read<O: Operation>(given: &[(&str, &str)], body: &str) -> Result<O, String> {
        let composed = compose(&Shape::of(&O::ENTRY), &pairs(given), body);
        composed.and_then(|text| parse::<O>(&text)).map_err(|refused| refused.0.message)
    }

    #[test]
    fn path_query_and_body_make_one_object_of_the_right_types() {
        let events: ListEvents = read(&[("conversation", "12"), ("after", "7"), ("limit", "3")], "").unwrap();
        assert_eq!((events.conversation.raw(), events.after.0, events.limit), (12, 7, Some(3)));
        let edit: EditMessage = read(&[("conversation", "12"), ("seq", "7")], r#" { "text" : "hi" } "#).unwrap();
        assert_eq!((edit.seq.0, edit.text.as_str()), (7, "hi"));
        let users: ListUsers = read(&[("ids", "1,2,3")], "").unwrap();
        assert_eq!(users.ids.len(), 3);
        assert!(read::<ListUsers>(&[("ids", "")], "").unwrap().ids.is_empty());
        assert_eq!(read::<UpdateSettings>(&[("conversation", "1"), ("pinned", "true")], "{}").unwrap().pinned, Some(true));
    }

    #[test]
    fn what_is_given_twice_is_refused() {
        let twice = read::<EditMessage>(&[("conversation", "12"), ("seq", "7")], r#"{"text":"hi","seq":8}"#).unwrap_err();
        assert!(twice.contains("duplicate field `seq`"), "{twice}");
        let twice = read::<ListEvents>(&[("conversation", "12"), ("after", "7"), ("after", "8")], "").unwrap_err();
        assert_eq!(twice, "the argument \"after\" is given twice");
        assert!(read::<SendMessage>(&[("conversation", "1")], r#"{"key":"abcdefgh","text":"a","text":"b"}"#).is_err());
    }

    #[test]
    fn a_refusal_says_where() {
        let wrong = read::<WatchPresence>(&[], r#"{"users":["1","x"]}"#).unwrap_err();
        assert!(wrong.starts_with("users[1]: "), "{wrong}");
        let unknown = read::<SendMessage>(&[("conversation", "1")], r#"{"key":"abcdefgh","text":"a","colour":1}"#).unwrap_err();
        assert!(unknown.contains("unknown field `colour`"), "{unknown}");
        let broken = read::<SendMessage>(&[("conversation", "1")], "{\"key\": }").unwrap_err();
        assert_eq!(broken, "the body is not valid JSON: expected value at line 1 column 9");
        for body in ["[]", "1", "null", "\"x\"", "{} {}", "{", "{\"a\":NaN}", "{'a':1}", "{\"a\":1,}"] {
            assert!(read::<SendMessage>(&[("conversation", "1")], body).is_err(), "{body} was taken");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_input_panics_and_what_is_taken_is_what_was_sent(body in ".{0,200}", json in r#"\{("(key|text|conversation|seq)":("[a-z0-9\\u]{0,12}"|-?[0-9]{1,25}|null|\[\{*),?){0,4}\}?"#, value in "\\PC{0,40}") {
            let shape = Shape::of(&SendMessage::ENTRY);
            for text in [&body, &json] {
                let _ = is_too_deep(text, 32);
                let _ = compose(&shape, &pairs(&[("conversation", &value)]), text).and_then(|text| parse::<SendMessage>(&text));
                let _ = parse::<SendMessage>(text);
            }
            if let Ok(message) = value.parse::<parlor_types::MessageText>() {
                let read: SendMessage = read(&[("conversation", "1"), ("key", "abcdefgh"), ("text", &value)], "").unwrap();
                proptest::prop_assert_eq!(read.text, message);
            }
        }
    }

    #[test]
    fn the_depth_limit_holds_at_the_limit_and_one_past_it() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(!is_too_deep(&nested(32), 32));
        assert!(is_too_deep(&nested(33), 32));
        assert!(is_too_deep(&"[".repeat(100_000), 32));
        assert!(!is_too_deep(&format!("\"{}\\\"{}\"", "[".repeat(50), "{".repeat(50)), 32), "brackets in a text are text");
    }
}
