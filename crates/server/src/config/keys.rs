//! Every key by its dotted path, read from the schema of what can be said: there is no second list.

use std::sync::LazyLock;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::said::Said;

/// One key.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key {
    /// Such as `log.level`.
    pub(super) path: String,
    /// Its doc comment.
    pub(super) doc: String,
    /// What it takes.
    pub(super) kind: Kind,
    /// What holds when nothing is said; null for nothing.
    pub(super) default: Value,
}

/// A group of keys.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    /// Such as `log`; empty for the keys outside of any section.
    pub(super) path: String,
    /// Its doc comment.
    pub(super) doc: String,
    /// Its keys, in the order of the documentation.
    pub(super) keys: Vec<Key>,
}

/// What a key takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Any text.
    Text,
    /// A file or folder; one said in the file is relative to the file's folder.
    Path,
    /// A whole number between two bounds.
    Integer { min: u64, max: u64 },
    /// Yes or no.
    Boolean,
    /// Texts.
    List,
    /// One of these texts, each with its meaning.
    Choice(Vec<(String, String)>),
}

/// Every section, the one without a name first.
pub(super) static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(read_sections);

/// Every key.
pub(super) fn keys() -> impl Iterator<Item = &'static Key> {
    SECTIONS.iter().flat_map(|section| &section.keys)
}

/// A key by its path.
pub(super) fn find(path: &str) -> Option<&'static Key> {
    keys().find(|key| key.path == path)
}

/// The known path that was most likely meant.
pub(super) fn nearest(path: &str) -> Option<&'static str> {
    const LIKE_ENOUGH: f64 = 0.6;
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let likeness = |known: &str| {
        let whole = strsim::normalized_damerau_levenshtein(path, known);
        // A key said in the wrong section is likelier than another key of that section.
        let name = strsim::normalized_damerau_levenshtein(&last(path), &last(known)) * 0.95;
        whole.max(name)
    };
    let candidates = keys().map(|key| key.path.as_str()).chain(SECTIONS.iter().map(|section| section.path.as_str()));
    candidates
        .filter(|known| !known.is_empty())
        .map(|known| (known, likeness(known)))
        .filter(|(_, likeness)| *likeness >= LIKE_ENOUGH)
        .max_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(known, _)| known)
}

impl Key {
    /// The name of its environment variable.
    pub(super) fn variable(&self) -> String {
        format!("PARLOR_{}", self.path.replace('.', "_").to_uppercase())
    }

    /// Whether `value` is what the key takes; else what it must be.
    pub(super) fn check(&self, value: &Value) -> Result<(), String> {
        let fits = match &self.kind {
            Kind::Text | Kind::Path => value.is_string(),
            Kind::Integer { min, max } => value.as_u64().is_some_and(|number| (*min..=*max).contains(&number)),
            Kind::Boolean => value.is_boolean(),
            Kind::List => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
            Kind::Choice(choices) => value.as_str().is_some_and(|text| choices.iter().any(|(choice, _)| choice == text)),
        };
        if fits { Ok(()) } else { Err(format!("must be {}, not {value}", self.kind.describe())) }
    }

    /// Reads the text of an environment variable or a flag. What does not fit the kind stays a text, for [`Key::check`] to refuse.
    pub(super) fn read(&self, text: &str) -> Value {
        let as_text = || Value::String(text.to_owned());
        match self.kind {
            Kind::Text | Kind::Path | Kind::Choice(_) => as_text(),
            Kind::Integer { .. } => text.trim().parse::<u64>().map_or_else(|_| as_text(), Value::from),
            Kind::Boolean => match text.trim() {
                "true" | "on" | "yes" | "1" => Value::Bool(true),
                "false" | "off" | "no" | "0" => Value::Bool(false),
                _ => as_text(),
            },
            Kind::List => text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect(),
        }
    }
}

impl Kind {
    /// In words, after "must be".
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Text => "a text in quotes".to_owned(),
            Self::Path => "a path in quotes".to_owned(),
            Self::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Self::Boolean => "true or false".to_owned(),
            Self::List => "a list of texts, such as [\"one\", \"two\"]".to_owned(),
            Self::Choice(choices) => {
                let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
                format!("one of {}", names.join(", "))
            }
        }
    }
}

fn read_sections() -> Vec<Section> {
    let mut generator = SchemaGenerator::new(SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true));
    let schema = generator.root_schema_for::<Said>().to_value();
    let defaults = serde_json::to_value(Said::default()).expect("the defaults are plain data");
    let mut sections = Vec::new();
    read_section(&mut sections, "", &schema, &defaults);
    sections
}

fn read_section(sections: &mut Vec<Section>, path: &str, schema: &Value, defaults: &Value) {
    let place = sections.len();
    let doc = if path.is_empty() { String::new() } else { read_doc(schema) };
    sections.push(Section { path: path.to_owned(), doc, keys: Vec::new() });
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if property["properties"].is_object() {
            read_section(sections, &inner, property, &defaults[name]);
        } else {
            let key = Key { path: inner, doc: read_doc(property), kind: read_kind(property), default: defaults[name].clone() };
            sections[place].keys.push(key);
        }
    }
}

fn read_kind(schema: &Value) -> Kind {
    let has_type = |name: &str| schema["type"] == name || schema["type"].as_array().is_some_and(|types| types.iter().any(|one| one == name));
    if let Some(choices) = schema["oneOf"].as_array() {
        return Kind::Choice(choices.iter().map(|choice| (choice["const"].as_str().unwrap_or_default().to_owned(), read_doc(choice))).collect());
    }
    if has_type("boolean") {
        Kind::Boolean
    } else if has_type("array") {
        Kind::List
    } else if has_type("integer") {
        let bound = |name: &str, otherwise| schema[name].as_u64().unwrap_or(otherwise);
        Kind::Integer { min: bound("minimum", 0), max: bound("maximum", u64::MAX) }
    } else if schema["format"] == "path" {
        Kind::Path
    } else {
        Kind::Text
    }
}

/// The doc comment, its lines joined into one paragraph.
fn read_doc(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().split('\n').map(str::trim).collect::<Vec<_>>().join(" ")
}
