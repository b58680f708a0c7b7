//! Judges a history: was anything lost, doubled, out of order, made up? Knows nothing of the server, only what clients asked, were told and saw.
//!
//! The invariants are those of a durable, linearisable, exactly-once log:
//!
//! - **I1** every acknowledged send is in the final reading, at the place and with the id it was told → else *lost*
//! - **I2** nothing is read that nobody sent, and every text is as it was sent → else *phantom*
//! - **I3** every key is in the log at most once, and every ack of it says the same → else *duplicate*
//! - **I4** seqs are 1..n without a hole → else *gap*; and a seq means the same id in every reading, on sockets too → else *order difference*
//! - **I5** what was acknowledged before another send began has the smaller seq → else *order difference*
//! - **I11** what was refused for good never appears → else *phantom*

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use crate::history::{Entry, Event, Line, final_reads};

/// What was found. All zero means: the history is one that a correct server gives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// How often the node was killed.
    pub runs: u64,
    /// Sends that were acknowledged, retries aside.
    pub acked: u64,
    /// Acknowledged sends that are not where they were said to be.
    pub lost: u64,
    /// Keys that are in the log twice, or were acknowledged with different places.
    pub duplicates: u64,
    /// Seqs that are missing.
    pub gaps: u64,
    /// Seqs that meant different events at different times, or that go against real time.
    pub order_differences: u64,
    /// Events that nobody sent, that were refused, or that were shown and then were not there.
    pub phantoms: u64,
    /// The first few violations in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
}

impl Verdict {
    /// How many violations there are.
    pub fn violations(&self) -> u64 {
        self.lost + self.duplicates + self.gaps + self.order_differences + self.phantoms
    }

    fn note(&mut self, words: impl FnOnce() -> String) {
        if self.examples.len() < 10 {
            self.examples.push(words());
        }
    }
}

/// A send: conversation and key. Keys are unique per sender and conversation; the load makes them unique at all.
type Send<'a> = (&'a str, &'a str);

/// Judges a history.
pub fn check(lines: &[Line]) -> Verdict {
    let mut verdict = Verdict { runs: lines.iter().filter(|line| line.entry == Entry::Kill).count() as u64, ..Verdict::default() };
    let logs = final_reads(lines);
    let asked = Asked::collect(lines);
    check_acks(lines, &logs, &mut verdict);
    check_contents(&logs, &asked, &mut verdict);
    check_meanings(lines, &logs, &mut verdict);
    check_real_time(lines, &mut verdict);
    verdict
}

struct Asked<'a> {
    /// Text → send. Every send has a text of its own.
    by_text: HashMap<(&'a str, &'a str), Send<'a>>,
    refused: HashSet<Send<'a>>,
}

impl<'a> Asked<'a> {
    fn collect(lines: &'a [Line]) -> Self {
        let mut asked = Self { by_text: HashMap::new(), refused: HashSet::new() };
        for line in lines {
            match &line.entry {
                Entry::Invoke { conversation, key, text, .. } => {
                    asked.by_text.insert((conversation, text), (conversation, key));
                }
                Entry::Refused { conversation, key, .. } => {
                    asked.refused.insert((conversation, key));
                }
                _ => {}
            }
        }
        asked
    }
}

/// I1, and the half of I3 that is about acks.
fn check_acks(lines: &[Line], logs: &BTreeMap<&str, &[Event]>, verdict: &mut Verdict) {
    let mut told: HashMap<Send<'_>, (u64, &str)> = HashMap::new();
    let places: HashMap<(&str, u64), &Event> =
        logs.iter().flat_map(|(conversation, events)| events.iter().map(|event| ((*conversation, event.seq), event))).collect();
    for line in lines {
        let Entry::Ack { conversation, key, seq, id, .. } = &line.entry else { continue };
        if let Some(before) = told.insert((conversation, key), (*seq, id)) {
            if before != (*seq, id.as_str()) {
                verdict.duplicates += 1;
                verdict.note(|| format!("key {key} in {conversation} was acknowledged as {before:?} and as {:?}", (seq, id)));
            }
            continue;
        }
        verdict.acked += 1;
        match places.get(&(conversation.as_str(), *seq)) {
            Some(event) if event.id == *id => {}
            found => {
                verdict.lost += 1;
                verdict.note(|| format!("key {key} in {conversation} was acknowledged as {seq} ({id}); there stands {found:?}"));
            }
        }
    }
}

/// I2, I11, the other half of I3, and the gaps of I4.
fn check_contents(logs: &BTreeMap<&str, &[Event]>, asked: &Asked<'_>, verdict: &mut Verdict) {
    for (conversation, events) in logs {
        let mut keys: HashMap<Send<'_>, u64> = HashMap::new();
        let mut expected = 1;
        for event in *events {
            if event.seq > expected {
                verdict.gaps += event.seq - expected;
                verdict.note(|| format!("{conversation} has nothing between {} and {}", expected - 1, event.seq));
            } else if event.seq < expected {
                verdict.order_differences += 1;
                verdict.note(|| format!("{conversation} has {} after {}", event.seq, expected - 1));
            }
            expected = event.seq.max(expected - 1) + 1;
            let Some(text) = &event.text else { continue };
            let Some(send) = asked.by_text.get(&(*conversation, text.as_str())) else {
                verdict.phantoms += 1;
                verdict.note(|| format!("{conversation} has at {} a text that nobody sent", event.seq));
                continue;
            };
            if asked.refused.contains(send) {
                verdict.phantoms += 1;
                verdict.note(|| format!("{conversation} has at {} the send {} that was refused", event.seq, send.1));
            }
            if let Some(before) = keys.insert(*send, event.seq) {
                verdict.duplicates += 1;
                verdict.note(|| format!("{conversation} has key {} at {before} and at {}", send.1, event.seq));
            }
        }
    }
}

/// I4: a seq means the same id whenever and wherever it was seen, and what was once seen is there at the end.
fn check_meanings(lines: &[Line], logs: &BTreeMap<&str, &[Event]>, verdict: &mut Verdict) {
    let mut meanings: HashMap<(&str, u64), &str> =
        logs.iter().flat_map(|(conversation, events)| events.iter().map(|event| ((*conversation, event.seq), event.id.as_str()))).collect();
    let mut judged: HashSet<(&str, u64, &str)> = HashSet::new();
    for line in lines {
        let (conversation, events) = match &line.entry {
            Entry::Seen { conversation, event } => (conversation, std::slice::from_ref(event)),
            Entry::Read { conversation, events, last: false } => (conversation, events.as_slice()),
            _ => continue,
        };
        for event in events {
            if !judged.insert((conversation, event.seq, &event.id)) {
                continue;
            }
            match meanings.get(&(conversation.as_str(), event.seq)) {
                Some(id) if *id == event.id => {}
                Some(id) => {
                    verdict.order_differences += 1;
                    verdict.note(|| format!("{conversation} showed {} at {} and {id} at another time", event.id, event.seq));
                }
                None => {
                    verdict.phantoms += 1;
                    verdict.note(|| format!("{conversation} showed {} at {}, and the log has no such place", event.id, event.seq));
                    meanings.insert((conversation, event.seq), &event.id);
                }
            }
        }
    }
}

/// I5. For each conversation: walk in real time, remember the highest seq acknowledged so far; a send that begins then must come out higher.
fn check_real_time(lines: &[Line], verdict: &mut Verdict) {
    let mut highest: HashMap<&str, u64> = HashMap::new();
    let mut floor: HashMap<Send<'_>, u64> = HashMap::new();
    for line in lines {
        match &line.entry {
            Entry::Invoke { conversation, key, .. } => {
                // A retry began with its first try.
                floor.entry((conversation, key)).or_insert_with(|| highest.get(conversation.as_str()).copied().unwrap_or(0));
            }
            Entry::Ack { conversation, key, seq, .. } => {
                let begun_after = floor.get(&(conversation.as_str(), key.as_str())).copied().unwrap_or(0);
                if *seq <= begun_after {
                    verdict.order_differences += 1;
                    verdict.note(|| format!("key {key} in {conversation} began after {begun_after} was acknowledged, and got {seq}"));
                }
                let most = highest.entry(conversation).or_default();
                *most = (*most).max(*seq);
            }
            _ => {}
        }
    }
}
