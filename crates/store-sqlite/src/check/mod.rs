//! Verifies every invariant of what is stored, and names each violation in words with its ids. Reads everything, changes nothing.
//!
//! `log` walks the events of one conversation, `members` compares its members with what the walk found, `rows` looks at accounts and at what belongs to nothing.
//! To add an invariant, add it where its rows are walked, and a case to `tests/it/check.rs` that breaks it by hand.

mod log;
mod members;
mod rows;

use parlor_types::Position;
use rusqlite::Connection;

use crate::columns::text;
use crate::failure::{Failure, Outcome};
use crate::query;
use crate::read;
use crate::sql::check as sql;

/// More findings than this are only counted: a person reads the first ones.
const FINDINGS_MAX: usize = 1_000;

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// What a store must keep whatever it is told.
    Store,
    /// Also what the rules promise of what they tell it.
    Rules,
}

/// What was found so far.
struct Findings {
    found: Vec<String>,
    unsaid: usize,
}

impl Findings {
    fn say(&mut self, finding: String) {
        if self.found.len() < FINDINGS_MAX {
            self.found.push(finding);
        } else {
            self.unsaid += 1;
        }
    }

    fn unless(&mut self, holds: bool, finding: impl FnOnce() -> String) {
        if !holds {
            self.say(finding());
        }
    }
}

/// Which positions were given to which change: each to one.
struct Positions {
    last: Position,
    seen: Vec<u64>,
}

impl Positions {
    /// Notes that something stands at `position`; says what is wrong with that.
    fn take(&mut self, position: Position) -> Result<(), &'static str> {
        if position == Position::ZERO || position > self.last {
            return Err("stands at a position that was not given yet");
        }
        let (word, bit) = ((position.0 / 64) as usize, 1 << (position.0 % 64));
        if word >= self.seen.len() {
            self.seen.resize(word + 1, 0);
        }
        if self.seen[word] & bit != 0 {
            return Err("stands at the position of another change");
        }
        self.seen[word] |= bit;
        Ok(())
    }
}

/// Everything that is wrong; nothing when the store is sound.
pub(crate) fn check(connection: &Connection, scope: Scope) -> Outcome<Vec<String>> {
    let mut findings = Findings { found: Vec::new(), unsaid: 0 };
    let lines = query::all(connection, sql::INTEGRITY, [], |row| Ok(text(row, 0)?.to_owned()))?;
    for line in lines.into_iter().filter(|line| line != "ok") {
        findings.say(format!("the database file is damaged: {line}"));
    }
    let walked = walk(connection, scope, &mut findings);
    match walked {
        // In a damaged file the walk does not come to its end; what was found till then says more than that.
        Err(failure) if !findings.found.is_empty() => findings.say(format!("the verification stopped there: {failure}")),
        walked => walked?,
    }
    if findings.unsaid > 0 {
        findings.found.push(format!("and {} more findings", findings.unsaid));
    }
    Ok(findings.found)
}

fn walk(connection: &Connection, scope: Scope, findings: &mut Findings) -> Outcome<()> {
    let (last, last_id) = read::store::counters(connection)?;
    let mut positions = Positions { last, seen: Vec::new() };
    readable(findings, read::store::settings(connection))?;
    let mut highest_id = rows::check(connection, findings, &mut positions)?;
    let mut conversations = connection.prepare(sql::ALL_CONVERSATIONS)?;
    let mut rows = conversations.query([])?;
    while let Some(row) = rows.next()? {
        let decoded = read::conversation::decode(row).and_then(|state| Ok((state, row.get::<_, Option<String>>(read::conversation::COLUMNS)?)));
        let Some((state, title_key)) = readable(findings, decoded)? else { continue };
        let log = log::walk(connection, findings, &mut positions, &state)?;
        highest_id = highest_id.max(log.highest_id);
        log::compare(connection, findings, &state, &log, title_key.as_deref())?;
        members::check(connection, findings, &state, &log, last, scope)?;
    }
    findings.unless(highest_id <= last_id, || format!("the id {highest_id} is in use, and the store remembers {last_id} as the highest"));
    Ok(())
}

/// A value, or a finding that it cannot be read.
fn readable<T>(findings: &mut Findings, outcome: Outcome<T>) -> Outcome<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Failure::Unreadable(what)) => {
            findings.say(format!("{what} cannot be read"));
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}
