//! Where the words come from: file, environment, flags; later ones win. Gives one tree of values in which every key is known and of the right type,
//! or every fault at once.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::keys::{self, Key, Kind};
use super::said::Said;
use super::{ConfigError, Fault};

/// What was said, unread.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file: its path and text.
    pub file: Option<(PathBuf, String)>,
    /// Environment variables; only those that begin with `PARLOR_` are looked at.
    pub environment: Vec<(String, String)>,
    /// Flags: keys by their dotted path, with the text given.
    pub flags: Vec<(String, String)>,
}

/// Looked for in this order when no file is named.
const FILES: [&str; 2] = ["parlor.toml", "/etc/parlor/parlor.toml"];

/// Variables that other commands of Parlor and its development read.
const OTHER_VARIABLES: [&str; 7] =
    ["PARLOR_BINARY", "PARLOR_CONFIG", "PARLOR_HOME", "PARLOR_PASSWORD", "PARLOR_SERVER", "PARLOR_TOKEN", "PARLOR_URL"];

/// What container platforms set for a service named `parlor`, without being asked.
const INJECTED_VARIABLES: [&str; 2] = ["PARLOR_SERVICE_", "PARLOR_PORT"];

impl Sources {
    /// Reads the file (the named one, or the first that is there of `parlor.toml` in the current folder and `/etc/parlor/parlor.toml`) and the
    /// environment of this process.
    pub fn gather(file: Option<&Path>, flags: Vec<(String, String)>) -> Result<Self, ConfigError> {
        let environment: Vec<(String, String)> =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect();
        let named = file.map(Path::to_path_buf).or_else(|| {
            let (_, path) = environment.iter().find(|(name, _)| name == "PARLOR_CONFIG")?;
            Some(PathBuf::from(path))
        });
        let found = named.or_else(|| FILES.iter().map(PathBuf::from).find(|path| path.is_file()));
        let file = match found {
            None => None,
            Some(path) => match std::fs::read_to_string(&path) {
                Ok(text) => Some((path, text)),
                Err(error) => {
                    let problem = format!("could not be read: {error}; name the right file with --config, or leave the flag away to run on defaults");
                    return Err(ConfigError { faults: vec![Fault { place: path.display().to_string(), problem }] });
                }
            },
        };
        Ok(Self { file, environment, flags })
    }

    /// The values, defaults included.
    pub(super) fn read(&self) -> Result<Said, ConfigError> {
        let mut reading = Reading { values: serde_json::to_value(Said::default()).expect("the defaults are plain data"), faults: Vec::new() };
        if let Some((path, text)) = &self.file {
            reading.file(path, text);
        }
        for (name, text) in &self.environment {
            reading.variable(name, text);
        }
        for (path, text) in &self.flags {
            reading.flag(path, text);
        }
        let Reading { values, mut faults } = reading;
        if faults.is_empty() {
            match serde_json::from_value(values) {
                Ok(said) => return Ok(said),
                Err(error) => faults.push(Fault { place: "configuration".to_owned(), problem: error.to_string() }),
            }
        }
        Err(ConfigError { faults })
    }
}

struct Reading {
    values: Value,
    faults: Vec<Fault>,
}

impl Reading {
    fn file(&mut self, path: &Path, text: &str) {
        match text.parse::<toml::Table>() {
            Ok(table) => {
                let source = path.display().to_string();
                let folder = path.parent().unwrap_or(Path::new(""));
                self.table(&source, folder, "", &table);
            }
            Err(error) => self.fault(&path.display().to_string(), "", format!("is not TOML: {}", error.to_string().trim_end())),
        }
    }

    fn table(&mut self, source: &str, folder: &Path, prefix: &str, table: &toml::Table) {
        for (name, value) in table {
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            let is_section = keys::SECTIONS.iter().any(|section| section.path == path);
            match (value, keys::find(&path)) {
                (toml::Value::Table(inner), _) if is_section => self.table(source, folder, &path, inner),
                (_, Some(key)) => self.set(source, key, relative_to(folder, key, to_json(value))),
                (_, None) if is_section => self.fault(source, &path, format!("is a section: write [{path}] and its keys on the lines below")),
                (_, None) => self.unknown(source, &path, &path),
            }
        }
    }

    fn variable(&mut self, name: &str, text: &str) {
        let ours = name.starts_with("PARLOR_") && !OTHER_VARIABLES.contains(&name);
        if !ours {
            return;
        }
        if let Some(key) = keys::keys().find(|key| key.variable() == name) {
            self.set(name, key, key.read(text));
        } else if !INJECTED_VARIABLES.iter().any(|prefix| name.starts_with(prefix)) {
            let path = name.trim_start_matches("PARLOR_").to_lowercase();
            let nearest = keys::keys().map(Key::variable).max_by(|one, other| {
                let likeness = |known: &str| strsim::normalized_damerau_levenshtein(name, known);
                likeness(one).total_cmp(&likeness(other))
            });
            let hint = nearest.map_or(String::new(), |known| format!("; the nearest is {known}"));
            self.fault(name, "", format!("sets no key ({path} is unknown){hint}; docs/generated/config.md lists them all"));
        }
    }

    fn flag(&mut self, path: &str, text: &str) {
        match keys::find(path) {
            Some(key) => self.set("the command line", key, key.read(text)),
            None => self.unknown("the command line", path, path),
        }
    }

    fn set(&mut self, source: &str, key: &Key, value: Value) {
        if let Err(problem) = key.check(&value) {
            self.fault(source, &key.path, problem);
            return;
        }
        let mut place = &mut self.values;
        for part in key.path.split('.') {
            place = &mut place[part];
        }
        *place = value;
    }

    fn unknown(&mut self, source: &str, path: &str, shown: &str) {
        let hint = match keys::nearest(path) {
            Some(known) => format!("did you mean {known}?"),
            None => "docs/generated/config.md lists all keys".to_owned(),
        };
        self.fault(source, shown, format!("is not a key; {hint}"));
    }

    fn fault(&mut self, source: &str, path: &str, problem: String) {
        let place = if path.is_empty() { source.to_owned() } else { format!("{path} (in {source})") };
        self.faults.push(Fault { place, problem });
    }
}

fn relative_to(folder: &Path, key: &Key, value: Value) -> Value {
    match (&key.kind, value) {
        (Kind::Path, Value::String(path)) => Value::String(folder.join(path).to_string_lossy().into_owned()),
        (_, value) => value,
    }
}

fn to_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(choice) => Value::Bool(*choice),
        toml::Value::Datetime(moment) => Value::String(moment.to_string()),
        toml::Value::Array(items) => items.iter().map(to_json).collect(),
        toml::Value::Table(table) => Value::Object(table.iter().map(|(name, value)| (name.clone(), to_json(value))).collect::<Map<_, _>>()),
    }
}
