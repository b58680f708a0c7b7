//! The checker, on histories made by hand: it must pass the good one and see each kind of bad one.
#![allow(clippy::unwrap_used, reason = "tests")]

use parlor_sim::checker::{Verdict, check};
use parlor_sim::history::{self, Entry, Event, Line};

#[derive(Default)]
struct Story(Vec<Line>);

impl Story {
    fn add(mut self, entry: Entry) -> Self {
        let t_ns = self.0.len() as u64;
        self.0.push(Line { t_ns, entry });
        self
    }
    fn invoke(self, key: &str) -> Self {
        self.add(Entry::Invoke { conversation: "c".into(), sender: "u".into(), key: key.into(), text: format!("text {key}") })
    }
    fn ack(self, key: &str, seq: u64) -> Self {
        self.add(Entry::Ack { conversation: "c".into(), sender: "u".into(), key: key.into(), seq, id: format!("id {key}") })
    }
    fn refused(self, key: &str) -> Self {
        self.add(Entry::Refused { conversation: "c".into(), key: key.into(), code: "forbidden".into() })
    }
    fn seen(self, key: &str, seq: u64) -> Self {
        self.add(Entry::Seen { conversation: "c".into(), event: event(key, seq) })
    }
    fn kill(self) -> Self {
        self.add(Entry::Kill)
    }
    fn read(self, keys: &[(&str, u64)]) -> Self {
        self.add(Entry::Read { conversation: "c".into(), events: keys.iter().map(|(key, seq)| event(key, *seq)).collect(), last: false })
    }
    fn end(self, keys: &[(&str, u64)]) -> Verdict {
        let events = keys.iter().map(|(key, seq)| event(key, *seq)).collect();
        check(&self.add(Entry::Read { conversation: "c".into(), events, last: true }).0)
    }
}

fn event(key: &str, seq: u64) -> Event {
    Event { seq, id: format!("id {key}"), sender: "u".into(), text: Some(format!("text {key}")) }
}

#[test]
fn a_good_history_with_a_kill_a_retry_and_an_unknown_send_passes() {
    let verdict = Story::default()
        .invoke("a")
        .ack("a", 1)
        .invoke("b")
        .seen("a", 1)
        .kill()
        .read(&[("a", 1), ("b", 2)])
        .invoke("b")
        .ack("b", 2)
        .ack("b", 2)
        .invoke("never answered")
        .end(&[("a", 1), ("b", 2)]);
    assert_eq!(verdict, Verdict { runs: 1, acked: 2, ..Verdict::default() });
}

#[test]
fn an_acknowledged_send_that_is_gone_is_lost() {
    let verdict = Story::default().invoke("a").ack("a", 1).kill().end(&[]);
    assert_eq!((verdict.lost, verdict.violations()), (1, 1));
}

#[test]
fn an_acknowledged_send_at_another_place_is_lost() {
    let verdict = Story::default().invoke("a").invoke("b").ack("a", 1).ack("b", 2).end(&[("b", 1), ("a", 2)]);
    assert_eq!(verdict.lost, 2);
}

#[test]
fn a_key_that_is_in_the_log_twice_is_a_duplicate() {
    let verdict = Story::default().invoke("a").kill().invoke("a").ack("a", 2).end(&[("a", 1), ("a", 2)]);
    assert_eq!(verdict.duplicates, 1);
}

#[test]
fn two_acks_of_one_key_that_differ_are_a_duplicate() {
    let verdict = Story::default().invoke("a").ack("a", 1).invoke("b").ack("b", 2).invoke("a").ack("a", 2).end(&[("a", 1), ("b", 2)]);
    assert_eq!(verdict.duplicates, 1);
}

#[test]
fn a_missing_seq_is_a_gap() {
    let verdict = Story::default().invoke("a").invoke("b").end(&[("a", 1), ("b", 3)]);
    assert_eq!((verdict.gaps, verdict.violations()), (1, 1));
}

#[test]
fn a_seq_that_stands_twice_is_an_order_difference() {
    let verdict = Story::default().invoke("a").invoke("b").end(&[("a", 1), ("b", 1)]);
    assert_eq!(verdict.order_differences, 1);
}

#[test]
fn a_seq_that_meant_something_else_before_is_an_order_difference() {
    let verdict = Story::default().invoke("a").invoke("b").read(&[("b", 1)]).end(&[("a", 1), ("b", 2)]);
    assert_eq!(verdict.order_differences, 1);
}

#[test]
fn an_event_that_a_socket_showed_and_the_log_never_had_is_a_phantom() {
    let verdict = Story::default().invoke("a").seen("a", 1).kill().end(&[]);
    assert_eq!((verdict.phantoms, verdict.violations()), (1, 1));
}

#[test]
fn a_send_that_began_after_an_ack_and_came_out_lower_is_an_order_difference() {
    let verdict = Story::default().invoke("a").ack("a", 2).invoke("b").ack("b", 1).end(&[("b", 1), ("a", 2)]);
    assert_eq!((verdict.order_differences, verdict.violations()), (1, 1));
}

#[test]
fn what_nobody_sent_and_what_was_refused_are_phantoms() {
    let verdict = Story::default().invoke("a").refused("a").end(&[("a", 1), ("made up", 2)]);
    assert_eq!((verdict.phantoms, verdict.violations()), (2, 2));
}

#[test]
fn a_history_reads_back_from_its_file() {
    let lines = Story::default().invoke("a").ack("a", 1).seen("a", 1).kill().read(&[("a", 1)]).0;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.jsonl");
    history::write(&path, &lines).unwrap();
    assert_eq!(history::read(&path).unwrap(), lines);
}
