//! What the clients of a run asked, were told and saw: one JSON object per line, in the order of one monotonic clock.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// One line of a history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Nanoseconds since the begin of the run.
    pub t_ns: u64,
    /// What happened.
    #[serde(flatten)]
    pub entry: Entry,
}

/// Something that a client asked, was told or saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Entry {
    /// A send leaves a client; the same key again is a retry.
    Invoke {
        /// Where to.
        conversation: String,
        /// Who sends.
        sender: String,
        /// The client's key.
        key: String,
        /// The text, which no other key has.
        text: String,
    },
    /// A send was acknowledged.
    Ack {
        /// Where to.
        conversation: String,
        /// Who sent.
        sender: String,
        /// The client's key.
        key: String,
        /// The place it was told.
        seq: u64,
        /// The id it was told.
        id: String,
    },
    /// A send was refused for good; it must never appear.
    Refused {
        /// Where to.
        conversation: String,
        /// The client's key.
        key: String,
        /// The code.
        code: String,
    },
    /// A socket showed an event of a log.
    Seen {
        /// Which log.
        conversation: String,
        /// The event.
        event: Event,
    },
    /// A whole log was read, between kills or at the end.
    Read {
        /// Which log.
        conversation: String,
        /// Everything in it.
        events: Vec<Event>,
        /// True for the reading that ends the run.
        last: bool,
    },
    /// The node was killed.
    Kill,
}

/// An event of a log, as a client saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its place.
    pub seq: u64,
    /// Its id.
    pub id: String,
    /// Who caused it.
    pub sender: String,
    /// The text, for messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Collects the lines of a run, from many tasks.
pub struct Recorder {
    started: Instant,
    lines: Mutex<Vec<Line>>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

impl Recorder {
    /// Starts the clock.
    pub fn new() -> Self {
        Self { started: Instant::now(), lines: Mutex::default() }
    }

    /// Adds a line with the time of now.
    pub fn add(&self, entry: Entry) {
        let mut lines = self.lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Taken under the lock, so that the lines stand in the order of their times.
        let t_ns = u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        lines.push(Line { t_ns, entry });
    }

    /// The lines so far.
    pub fn lines(&self) -> Vec<Line> {
        self.lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

/// Writes a history to a file.
pub fn write(path: &Path, lines: &[Line]) -> anyhow::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for line in lines {
        serde_json::to_writer(&mut file, line)?;
        file.write_all(b"\n")?;
    }
    Ok(file.flush()?)
}

/// Reads a history from a file.
pub fn read(path: &Path) -> anyhow::Result<Vec<Line>> {
    BufReader::new(File::open(path)?).lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// The last reading of each log.
pub fn final_reads(lines: &[Line]) -> BTreeMap<&str, &[Event]> {
    lines
        .iter()
        .filter_map(|line| match &line.entry {
            Entry::Read { conversation, events, last: true } => Some((conversation.as_str(), events.as_slice())),
            _ => None,
        })
        .collect()
}
