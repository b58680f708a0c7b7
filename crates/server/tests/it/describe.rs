use std::collections::BTreeSet;

use parlor_protocol::operations::REGISTRY;
use parlor_protocol::{Auth, CloseCode, ErrorCode, Method};
use parlor_server::describe::{asyncapi, openapi, page};
use serde_json::Value;

#[test]
fn openapi_has_every_operation_with_all_its_arguments() {
    let document = openapi();
    let mut described = 0;
    for entry in REGISTRY {
        let method = entry.method.as_str().to_ascii_lowercase();
        let operation = &document["paths"][entry.path][&method];
        assert_eq!(operation["operationId"], entry.name);
        assert_eq!(operation["security"].is_array(), entry.auth == Auth::Public, "{}", entry.name);
        assert!(operation["description"].as_str().is_some_and(|doc| doc.len() > 5), "{} has no documentation", entry.name);
        let in_path: BTreeSet<&str> = entry.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let declared: BTreeSet<&str> = parameters(operation).filter(|one| one["in"] == "path").filter_map(|one| one["name"].as_str()).collect();
        assert_eq!(declared, in_path, "{}", entry.name);
        let takes_body = !matches!(entry.method, Method::Get | Method::Delete);
        assert!(takes_body || operation["requestBody"].is_null(), "{} has a body", entry.name);
        assert!(!takes_body || parameters(operation).all(|one| one["in"] == "path"), "{} has a query", entry.name);
        described += 1;
    }
    let operations: usize = document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(operations, described + 1, "only the stream of events stands beside the registry");
}

#[test]
fn path_query_and_body_together_are_the_arguments() {
    let document = openapi();
    let send = &document["paths"]["/v1/conversations/{conversation}/messages"]["post"];
    let body = &send["requestBody"]["content"]["application/json"]["schema"];
    let members: Vec<&String> = body["properties"].as_object().unwrap().keys().collect();
    assert_eq!(members, ["key", "text", "mentions", "reply_to"]);
    assert_eq!(body["required"], serde_json::json!(["key", "text"]));
    assert_eq!(body["additionalProperties"], false);
    let list = &document["paths"]["/v1/conversations/{conversation}/messages"]["get"];
    let names: Vec<&str> = parameters(list).filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["conversation", "before", "after", "around", "limit"]);
    let ids = parameters(&document["paths"]["/v1/users"]["get"]).find(|one| one["name"] == "ids").unwrap();
    assert_eq!((&ids["explode"], &ids["required"]), (&Value::Bool(false), &Value::Bool(true)));
}

#[test]
fn every_reference_leads_somewhere_and_nothing_is_described_in_vain() {
    for (name, document) in [("openapi", openapi()), ("asyncapi", asyncapi())] {
        let mut references = BTreeSet::new();
        collect_references(&document, &mut references);
        for reference in &references {
            let pointer = reference.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{name}: {reference} leads nowhere");
        }
        for schema in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(references.contains(&format!("#/components/schemas/{schema}")), "{name}: nothing refers to {schema}");
        }
    }
}

#[test]
fn asyncapi_has_every_operation_event_and_close_code() {
    let document = asyncapi();
    for entry in REGISTRY {
        assert_eq!(document["operations"][entry.name]["action"], "receive", "{}", entry.name);
        let question = &document["channels"]["socket"]["messages"][entry.name]["payload"];
        assert_eq!(question["properties"]["op"]["const"], entry.name);
        assert!(question["properties"]["args"]["properties"].is_object() || question["properties"]["args"]["type"] == "object", "{}", entry.name);
    }
    let messages = document["channels"]["socket"]["messages"].as_object().unwrap();
    for event in ["message", "created", "member_removed", "conversation", "gap", "receipt", "read_state", "presence", "cursor", "goodbye"] {
        let payload = &messages[&format!("event.{event}")]["payload"];
        assert_eq!(payload["properties"]["event"]["const"], event);
        assert!(payload["description"].as_str().is_some_and(|doc| !doc.is_empty()), "{event} has no documentation");
    }
    let message = &messages["event.message"]["payload"]["properties"];
    assert!(message["seq"].is_object() && message["sender"].is_object() && message["text"].is_object(), "{message}");
    let codes: Vec<u64> = document["x-close-codes"].as_array().unwrap().iter().filter_map(|code| code["code"].as_u64()).collect();
    assert_eq!(codes, CloseCode::ALL.iter().map(|code| u64::from(code.number())).collect::<Vec<_>>());
}

#[test]
fn what_a_client_may_leave_out_is_not_required_and_what_it_always_gets_is() {
    let document = openapi();
    let schema = |name: &str| document["components"]["schemas"][name].clone();
    let required = |name: &str| schema(name)["required"].as_array().cloned().unwrap_or_default();
    assert!(required("Message").contains(&Value::from("seq")) && !required("Message").contains(&Value::from("text")));
    assert!(required("ServerInfo").contains(&Value::from("limits")));
}

#[test]
fn the_page_shows_everything_and_needs_nothing_from_elsewhere() {
    let html = page();
    for entry in REGISTRY {
        assert!(html.contains(&format!("<h3 id=\"{}\">", entry.name)), "{} is missing", entry.name);
    }
    for code in ErrorCode::ALL {
        assert!(html.contains(&format!("<code>{}</code>", code.as_str())), "{} is missing", code.as_str());
    }
    for forbidden in ["<script", "style=\"", "<style", "http://", "https://", " onclick", "javascript:"] {
        assert!(!html.contains(forbidden), "the page has {forbidden}, which its content security policy refuses");
    }
    let anchors: BTreeSet<&str> = html.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for link in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(anchors.contains(link), "#{link} leads nowhere");
    }
}

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["parameters"].as_array().into_iter().flatten()
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    if let Some(reference) = value["$ref"].as_str() {
        found.insert(reference.to_owned());
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        Value::Object(members) => members.values().for_each(|member| collect_references(member, found)),
        _ => {}
    }
}
