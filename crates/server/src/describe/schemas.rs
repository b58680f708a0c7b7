//! The schemas of arguments, answers and events, under names, as both descriptions and the page use them.

use std::collections::{BTreeMap, BTreeSet};

use parlor_protocol::{Entry, Method, REGISTRY};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// Where named schemas stand in both descriptions.
pub(super) const PLACE: &str = "#/components/schemas/";

/// Collects schemas under their names. Arguments are described as they are read, answers and events as they are written.
pub(super) struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

/// One operation with its schemas.
pub(super) struct Described {
    pub(super) entry: &'static Entry,
    /// Its documentation.
    pub(super) doc: String,
    /// The arguments, an object.
    pub(super) arguments: Value,
    /// The answer, a reference.
    pub(super) answer: Value,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let settings = || SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = PLACE.trim_start_matches('#').into());
        Self { read: settings().for_deserialize().into_generator(), written: settings().for_serialize().into_generator() }
    }

    /// A reference to what a client sends.
    pub(super) fn read<T: JsonSchema>(&mut self) -> Value {
        self.read.subschema_for::<T>().to_value()
    }

    /// A reference to what the server says.
    pub(super) fn written<T: JsonSchema>(&mut self) -> Value {
        self.written.subschema_for::<T>().to_value()
    }

    /// Every operation, in the order of the registry.
    pub(super) fn operations(&mut self) -> Vec<Described> {
        REGISTRY.iter().map(|entry| self.operation(entry)).collect()
    }

    fn operation(&mut self, entry: &'static Entry) -> Described {
        let reference = (entry.args_schema)(&mut self.read).to_value();
        let arguments = name_of(&reference).and_then(|name| self.read.definitions().get(name)).cloned().unwrap_or(reference);
        let answer = (entry.answer_schema)(&mut self.written).to_value();
        let doc = arguments["description"].as_str().unwrap_or_default().replace('\n', " ");
        Described { entry, doc, arguments, answer }
    }

    /// The named schemas that `document` and each other refer to, by name.
    ///
    /// # Panics
    /// When a type reads otherwise than it writes and is used for both: it then needs two names.
    pub(super) fn into_components(mut self, document: &Value) -> Map<String, Value> {
        let mut named: BTreeMap<String, Value> = BTreeMap::new();
        for (name, schema) in self.written.take_definitions(true).into_iter().chain(self.read.take_definitions(true)) {
            let before = named.insert(name.clone(), schema.clone());
            assert!(
                before.is_none_or(|before| before == schema),
                "{name} is read in one shape and written in another; give the two shapes two types"
            );
        }
        let mut wanted: BTreeSet<String> = BTreeSet::new();
        collect_references(document, &mut wanted);
        let mut waiting: Vec<String> = wanted.iter().cloned().collect();
        while let Some(name) = waiting.pop() {
            let mut inner = BTreeSet::new();
            collect_references(&named[&name], &mut inner);
            waiting.extend(inner.into_iter().filter(|name| wanted.insert(name.clone())));
        }
        named.into_iter().filter(|(name, _)| wanted.contains(name)).collect()
    }
}

impl Described {
    /// The names in the path's braces.
    pub(super) fn path_parameters(&self) -> Vec<&'static str> {
        self.entry.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
    }

    /// The arguments with their schemas that are not in the path.
    pub(super) fn other_arguments(&self) -> Vec<(&str, &Value)> {
        let in_path = self.path_parameters();
        let properties = self.arguments["properties"].as_object().into_iter().flatten();
        properties.map(|(name, schema)| (name.as_str(), schema)).filter(|(name, _)| !in_path.contains(name)).collect()
    }

    /// Whether an argument must be given.
    pub(super) fn is_required(&self, argument: &str) -> bool {
        self.arguments["required"].as_array().is_some_and(|required| required.iter().any(|name| name == argument))
    }

    /// Whether what is not in the path goes into the body; else it goes into the query.
    pub(super) fn has_body(&self) -> bool {
        !matches!(self.entry.method, Method::Get | Method::Delete)
    }

    /// The part of the name before the first dot: what the operation is about.
    pub(super) fn subject(&self) -> &'static str {
        self.entry.name.split('.').next().unwrap_or(self.entry.name)
    }
}

/// The name at the end of a reference to a named schema.
pub(super) fn name_of(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix(PLACE)
}

/// The kinds of events with their schemas: (name on the wire, schema).
pub(super) fn events(schemas: &mut Schemas) -> Vec<(String, Value)> {
    let log = schemas.written::<parlor_types::Event>();
    let other = schemas.written::<parlor_protocol::events::OtherEvent>();
    let mut found = Vec::new();
    for (reference, is_log) in [(log, true), (other, false)] {
        let whole = name_of(&reference).and_then(|name| schemas.written.definitions().get(name)).cloned().unwrap_or(reference);
        for variant in whole["oneOf"].as_array().into_iter().flatten() {
            let name = variant["properties"]["event"]["const"].as_str().unwrap_or_default().to_owned();
            let schema = if is_log { with_envelope(&whole, variant) } else { variant.clone() };
            found.push((name, schema));
        }
    }
    found
}

/// A log event's own members together with those that every log event has.
fn with_envelope(whole: &Value, variant: &Value) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for part in [variant, whole] {
        properties.extend(part["properties"].as_object().into_iter().flatten().map(|(name, schema)| (name.clone(), schema.clone())));
        required.extend(part["required"].as_array().into_iter().flatten().cloned());
    }
    json!({ "description": variant["description"], "type": "object", "properties": properties, "required": required })
}

fn collect_references(value: &Value, names: &mut BTreeSet<String>) {
    if let Some(name) = name_of(value) {
        names.insert(name.to_owned());
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, names)),
        Value::Object(members) => members.values().for_each(|member| collect_references(member, names)),
        _ => {}
    }
}
