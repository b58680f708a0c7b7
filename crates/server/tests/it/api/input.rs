//! Abuse 1: bad values for every argument of every operation, over both transports. Each is refused with `invalid_request` and words that say where; nothing is changed.

use parlor_protocol::{Entry, ErrorCode, Method, REGISTRY};
use parlor_test_support::{Person, Socket};
use schemars::SchemaGenerator;
use serde_json::{Value, json};

use super::cases::{Who, World};

/// Wrong in every place where the schema wants `kind`. As raw JSON: some of it is none.
fn wrong_values(kind: &str) -> Vec<&'static str> {
    let mut wrong = vec!["{\"a\":1}", "[[1]]", "NaN", "nul", "\"\\ud800\"", "1e400", "'x'", "", "-"];
    match kind {
        "string" => wrong.extend(["1", "true", "1.5", "[]", "\"\\u0000\"", "[\"x\"]"]),
        "integer" => wrong.extend(["\"x\"", "true", "1.5", "-1", "[]", "99999999999999999999999", "\"1\""]),
        "boolean" => wrong.extend(["\"x\"", "1", "0", "[]", "\"true\""]),
        "array" => wrong.extend(["\"x\"", "1", "true", "[{}]", "[null]", "[1]", "[\"\"]"]),
        _ => wrong.extend(["\"x\"", "1", "true", "[]"]),
    }
    wrong
}

/// The arguments of an operation by name, with what the schema wants of each.
fn properties(entry: &Entry) -> Vec<(String, String)> {
    let mut generator = SchemaGenerator::default();
    let schema = (entry.args_schema)(&mut generator).to_value();
    let definitions = Value::Object(generator.definitions().clone());
    let object = resolve(schema, &definitions);
    let properties = object["properties"].as_object().cloned().unwrap_or_default();
    properties.into_iter().map(|(name, schema)| (name, kind_of(schema, &definitions))).collect()
}

fn resolve(schema: Value, definitions: &Value) -> Value {
    match schema["$ref"].as_str() {
        Some(reference) => resolve(definitions[reference.rsplit('/').next().unwrap()].clone(), definitions),
        None => schema,
    }
}

fn kind_of(schema: Value, definitions: &Value) -> String {
    let schema = resolve(schema, definitions);
    match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds[0].as_str().unwrap().to_owned(),
        _ => {
            let first = schema["anyOf"][0].clone();
            match schema["oneOf"][0]["properties"].is_object() {
                _ if !first.is_null() => kind_of(first, definitions),
                true => "object".to_owned(),
                false => "string".to_owned(),
            }
        }
    }
}

/// Good arguments as raw JSON, with one member put in or replaced.
fn with(args: &Value, name: &str, raw: &str) -> String {
    let mut members: Vec<String> =
        args.as_object().unwrap().iter().filter(|(other, _)| *other != name).map(|(other, value)| format!("{}:{value}", json!(other))).collect();
    members.push(format!("{}:{raw}", json!(name)));
    format!("{{{}}}", members.join(","))
}

/// What must be refused: each argument with each wrong value, without each required argument, with one too many, twice the same.
fn bad_arguments(entry: &Entry, good: &Value) -> Vec<String> {
    let mut bad = Vec::new();
    for (name, kind) in properties(entry) {
        // A password may be any text.
        let is_secret = ["password", "current", "new"].contains(&name.as_str());
        bad.extend(wrong_values(&kind).into_iter().filter(|raw| !is_secret || !raw.contains("u0000")).map(|raw| with(good, &name, raw)));
    }
    for name in good.as_object().unwrap().keys() {
        let twice = format!("{},\"{name}\":{}}}", good.to_string().trim_end_matches('}'), good[name]);
        bad.push(if good[name].is_object() { continue } else { twice });
    }
    bad.push(with(good, "colour", "1"));
    bad.extend(["[]", "\"x\"", "1", "{", "}", "{\"a\"}", "{,}"].map(str::to_owned));
    bad
}

async fn refused_over_socket(socket: &mut Socket, entry: &Entry, args: &str) {
    socket.send_text(&format!("{{\"id\":0,\"op\":\"{}\",\"args\":{args}}}", entry.name)).await;
    let answer = loop {
        match socket.hear().await {
            parlor_test_support::Heard::Answer(answer) => break answer,
            parlor_test_support::Heard::Event(_) => {}
            parlor_test_support::Heard::Closed(code) => panic!("{} {args} closed the socket with {code}", entry.name),
        }
    };
    assert_eq!(answer["error"]["code"], "invalid_request", "{} {args} was answered {answer}", entry.name);
    assert!(!answer["error"]["message"].as_str().unwrap_or_default().is_empty());
}

async fn refused_over_rest(person: &Person, entry: &Entry, good: &Value, args: &str) {
    // Path parameters stay good. The body has everything as it is: what stands in both is given twice, which is refused as well.
    let path = entry.path.split('/').map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => good[name].as_str().map_or_else(|| good[name].to_string(), str::to_owned),
        None => part.to_owned(),
    });
    let path = path.collect::<Vec<_>>().join("/");
    let answer = person.send_raw(entry.method.as_str(), &path, Some(args.to_owned())).await;
    assert_eq!(answer.status, 400, "{} {args} was answered {} {}", entry.name, answer.status, answer.text);
    assert_eq!(answer.problem().code, ErrorCode::InvalidRequest, "{} {args}", entry.name);
}

/// Everything that any of these operations could have changed, as its owner sees it.
async fn state(world: &World) -> Value {
    let mut state = Vec::new();
    for (person, operation, args) in [
        (&world.owner, "event.list", json!({ "conversation": world.group, "after": 0 })),
        (&world.owner, "message.list", json!({ "conversation": world.group })),
        (&world.owner, "member.list", json!({ "conversation": world.group })),
        (&world.owner, "invite.list", json!({ "conversation": world.group })),
        (&world.owner, "receipt.list", json!({ "conversation": world.group })),
        (&world.owner, "member.list", json!({ "conversation": world.channel })),
        (&world.member, "account.get", json!({})),
        (&world.member, "conversation.list", json!({})),
        (&world.member, "contact.list", json!({})),
        (&world.member, "block.list", json!({})),
        (&world.admin, "admin.invite.list", json!({})),
        (&world.admin, "server.get", json!({})),
        (&world.admin, "admin.user.list", json!({})),
    ] {
        let mut answer = person.done(operation, args).await;
        // The moment at which somebody was last there is no state that a question changes.
        for user in answer["users"].as_array_mut().into_iter().flatten() {
            user.as_object_mut().unwrap().shift_remove("last_active_at");
        }
        state.push(answer);
    }
    Value::Array(state)
}

fn asker(entry: &Entry) -> Who {
    if entry.name.starts_with("admin.") { Who::ServerAdmin } else { Who::Member }
}

#[tokio::test]
async fn abuse_1_every_bad_argument_is_refused_over_the_socket_and_nothing_changes() {
    let world = World::new().await;
    let before = state(&world).await;
    let mut asked = 0;
    for entry in REGISTRY {
        let who = asker(entry);
        let good = world.args(entry.name, who);
        for args in bad_arguments(entry, &good) {
            // A new socket now and then: frames that cannot be read are paid from the socket's own allowance.
            let (mut socket, _) = world.person(who).unwrap().connect().await;
            refused_over_socket(&mut socket, entry, &args).await;
            asked += 1;
        }
    }
    assert!(asked > 1_000, "only {asked} questions were asked");
    assert_eq!(state(&world).await, before);
}

#[tokio::test]
async fn abuse_1_every_bad_body_is_refused_over_rest_and_nothing_changes() {
    let world = World::new().await;
    let before = state(&world).await;
    for entry in REGISTRY.iter().filter(|entry| entry.method != Method::Get) {
        let who = asker(entry);
        let good = world.args(entry.name, who);
        for args in bad_arguments(entry, &good) {
            refused_over_rest(world.person(who).unwrap(), entry, &good, &args).await;
        }
    }
    assert_eq!(state(&world).await, before);
}

#[tokio::test]
async fn abuse_1_every_bad_query_and_path_is_refused_over_rest() {
    let world = World::new().await;
    for entry in REGISTRY {
        let who = asker(entry);
        let person = world.person(who).unwrap();
        let good = world.args(entry.name, who);
        let mut bad: Vec<(String, Value)> = vec![("colour".to_owned(), json!("1"))];
        for (name, kind) in properties(entry) {
            let in_path = entry.path.contains(&format!("{{{name}}}"));
            if entry.method != Method::Get && !in_path {
                continue;
            }
            let wrong: &[&str] = match kind.as_str() {
                "integer" => &["x", "1.5", "-1", "true", "null", "99999999999999999999999", "1e400", "+1", "0x1"],
                "boolean" => &["x", "1", "TRUE"],
                "array" => &["x", ",", "1,x"],
                _ => &["\0", "a\0b"],
            };
            bad.extend(wrong.iter().map(|text| (name.clone(), json!(text))));
        }
        for (name, value) in bad {
            let mut args = good.clone();
            args[&name] = value.clone();
            if entry.method != Method::Get && name == "colour" {
                continue;
            }
            let answer = person.send(entry, args).await;
            // An invite code may be any text: one with NUL in it is refused for its form, or not found.
            assert!(answer.status == 400, "{} {name}={value} was answered {} {}", entry.name, answer.status, answer.text);
            assert_eq!(answer.problem().code, ErrorCode::InvalidRequest, "{} {name}={value}", entry.name);
        }
    }
}

#[tokio::test]
async fn text_of_every_alphabet_and_of_no_sense_is_kept_as_it_is() {
    let world = World::new().await;
    for text in ["<script>alert(1)</script>", "' OR 1=1 --", "%00%0a{{7*7}}${7*7}", "\u{202e}gpj.exe", "👩‍👩‍👧‍👦 Zalgo h̸̡e", "\u{feff}\u{200b}x", "\r\n\tx"]
    {
        let sent = world.member.say(world.group, text).await;
        let page = world.owner.done("message.list", json!({ "conversation": world.group, "around": sent.seq, "limit": 1 })).await;
        assert_eq!(page["messages"][0]["text"], text);
    }
}
