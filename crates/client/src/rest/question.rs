//! Puts the one object of an operation's arguments where REST wants its parts: path, query, body.

use parlor_protocol::{Entry, Method};
use reqwest::Url;
use serde_json::{Map, Value};

use crate::error::CallError;
use crate::server::ServerUrl;

/// Operations that are a POST and still may be repeated, because twice is once.
const REPEATABLE_POSTS: &[&str] = &["channel.join", "invite.accept", "message.react", "ping", "receipt.update", "typing.set"];

/// A question in the form that REST takes.
#[derive(Debug, Clone)]
pub struct Question {
    entry: &'static str,
    method: Method,
    segments: Vec<String>,
    query: Vec<(String, String)>,
    body: Option<Value>,
    repeatable: bool,
}

impl Question {
    /// Takes the arguments apart. They must be an object that has a member for each parameter of the path.
    pub fn new(entry: &Entry, args: Value) -> Result<Self, CallError> {
        let invalid = |problem: String| CallError::InvalidQuestion(format!("{}: {problem}", entry.name));
        let Value::Object(mut args) = args else { return Err(invalid("the arguments are not an object".to_owned())) };
        let repeatable = is_repeatable(entry, &args);
        let mut segments = Vec::new();
        for part in entry.path.split('/').filter(|part| !part.is_empty()) {
            let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
                segments.push(part.to_owned());
                continue;
            };
            let value = args.remove(name).and_then(|value| plain(&value)).ok_or_else(|| invalid(format!("the argument {name} is missing")))?;
            // An empty segment or a dot would lead to another path than the one meant.
            if value.is_empty() || value == "." || value == ".." {
                return Err(invalid(format!("the argument {name} cannot be {value:?}")));
            }
            segments.push(value);
        }
        let (query, body) = match entry.method {
            Method::Get | Method::Delete => (query(&args).map_err(invalid)?, None),
            Method::Post | Method::Put | Method::Patch => (Vec::new(), Some(Value::Object(args))),
        };
        Ok(Self { entry: entry.name, method: entry.method, segments, query, body, repeatable })
    }

    /// The operation's name.
    pub const fn name(&self) -> &'static str {
        self.entry
    }

    /// True when asking twice has the effect of asking once.
    pub const fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// Where to ask.
    pub fn url(&self, server: &ServerUrl) -> Url {
        let mut url = server.http(self.segments.iter().map(String::as_str));
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }

    pub(super) fn method(&self) -> reqwest::Method {
        match self.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        }
    }

    /// The JSON body, where the method has one.
    pub const fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }
}

/// Twice is once for what changes nothing, for what sets or takes away, and for what carries a key of the client's.
pub(crate) fn is_repeatable(entry: &Entry, args: &Map<String, Value>) -> bool {
    match entry.method {
        Method::Get | Method::Put | Method::Delete | Method::Patch => true,
        Method::Post => args.contains_key("key") || REPEATABLE_POSTS.contains(&entry.name),
    }
}

fn query(args: &Map<String, Value>) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    for (name, value) in args {
        let text = match value {
            Value::Null => continue,
            Value::Array(items) => items.iter().map(plain).collect::<Option<Vec<_>>>().map(|items| items.join(",")),
            single => plain(single),
        };
        pairs.push((name.clone(), text.ok_or_else(|| format!("the argument {name} does not fit into a query"))?));
    }
    Ok(pairs)
}

/// A value that can be written without brackets.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use parlor_protocol::operations::{EditMessage, ListMessages, ListUsers, SendMessage};
    use parlor_protocol::{Operation, REGISTRY};
    use parlor_types::{ConversationId, Seq, UserId};
    use serde_json::json;

    use super::*;

    fn question<Op: Operation + serde::Serialize>(args: &Op) -> Question {
        Question::new(&Op::ENTRY, serde_json::to_value(args).unwrap()).unwrap()
    }

    #[test]
    fn arguments_go_to_path_query_and_body() {
        let server: ServerUrl = "http://h".parse().unwrap();
        let conversation = ConversationId::from_raw(7);
        let list = question(&ListMessages { conversation, before: Some(Seq(9)), after: None, around: None, limit: Some(2) });
        assert_eq!(list.url(&server).query(), Some("limit=2&before=9"));
        assert_eq!(list.url(&server).path(), "/v1/conversations/7/messages");
        assert!(list.body().is_none());
        let users = question(&ListUsers { ids: vec![UserId::from_raw(1), UserId::from_raw(2)] });
        assert_eq!(users.url(&server).as_str(), "http://h/v1/users?ids=1%2C2");
        let edit = question(&EditMessage { conversation, seq: Seq(3), text: "new".parse().unwrap(), mentions: vec![] });
        assert_eq!(edit.url(&server).as_str(), "http://h/v1/conversations/7/messages/3");
        assert_eq!(edit.body(), Some(&json!({ "text": "new" })));
    }

    #[test]
    fn only_what_may_happen_twice_is_repeated() {
        let entry = |name: &str| REGISTRY.iter().find(|entry| entry.name == name).expect("the operation exists");
        let with_key = json!({ "key": "k" });
        assert!(is_repeatable(entry("message.send"), with_key.as_object().unwrap()));
        assert!(is_repeatable(&SendMessage::ENTRY, with_key.as_object().unwrap()));
        for name in ["account.register", "session.create", "invite.create", "member.leave"] {
            assert!(!is_repeatable(entry(name), &Map::new()), "{name}");
        }
        for name in REPEATABLE_POSTS {
            assert_eq!(entry(name).method, Method::Post, "{name}");
        }
    }

    #[test]
    fn a_path_cannot_be_led_elsewhere() {
        let entry = REGISTRY.iter().find(|entry| entry.name == "invite.preview").unwrap();
        for bad in [json!({}), json!({ "code": ".." }), json!({ "code": "" }), json!({ "code": null }), json!([])] {
            assert!(Question::new(entry, bad.clone()).is_err(), "{bad} was taken");
        }
        let server: ServerUrl = "http://h".parse().unwrap();
        assert_eq!(Question::new(entry, json!({ "code": "a/../b" })).unwrap().url(&server).path(), "/v1/invites/a%2F..%2Fb");
    }
}
