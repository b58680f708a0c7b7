//! The outbox over crashes: whatever was kept is there after a restart, whatever was cut off is not, and nothing else.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use parlor_client::outbox::{FileOutbox, MemoryOutbox, OutboxEntry, OutboxRecord, OutboxStore, new_key, replay};
use parlor_client::protocol::operations::SendMessage;
use parlor_client::protocol::{ErrorCode, Problem};
use parlor_types::{ConversationId, OsRandom};
use proptest::prelude::*;

fn message(number: u32) -> SendMessage {
    SendMessage {
        conversation: ConversationId::from_raw(1 + u64::from(number % 3)),
        key: format!("key-{number:05}").parse().unwrap(),
        text: format!("text\n{number}").parse().unwrap(),
        mentions: Vec::new(),
        reply_to: None,
    }
}

fn queued(number: u32) -> OutboxRecord {
    OutboxRecord::Queued { message: message(number) }
}

fn done(number: u32) -> OutboxRecord {
    OutboxRecord::Done { key: message(number).key }
}

fn refused(number: u32) -> OutboxRecord {
    OutboxRecord::Refused { key: message(number).key, problem: Problem::new(ErrorCode::NotFound, "gone") }
}

fn keys(entries: &[OutboxEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.message.key.as_str()).collect()
}

/// How many whole lines there are.
fn lines(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

#[test]
fn what_was_kept_is_there_after_a_restart_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.jsonl");
    let mut store = FileOutbox::open(&path).unwrap();
    store.keep(&[queued(1), queued(2)]).unwrap();
    store.keep(&[queued(3), done(2), refused(1)]).unwrap();
    drop(store);
    let entries = FileOutbox::open(&path).unwrap().load().unwrap();
    assert_eq!(keys(&entries), ["key-00001", "key-00003"]);
    assert!(entries[0].refused.is_some() && entries[1].refused.is_none());
}

#[test]
fn a_torn_last_line_is_passed_over_and_does_not_spoil_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.jsonl");
    FileOutbox::open(&path).unwrap().keep(&[queued(1), queued(2)]).unwrap();
    let whole = std::fs::read(&path).unwrap();
    for cut in 0..whole.len() {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let mut store = FileOutbox::open(&path).unwrap();
        let before = store.load().unwrap();
        let lines = lines(&whole[..cut]);
        assert_eq!(before.len(), lines, "cut at {cut}");
        store.keep(&[queued(7)]).unwrap();
        drop(store);
        let after = FileOutbox::open(&path).unwrap().load().unwrap();
        assert_eq!(after.len(), lines + 1, "cut at {cut}");
        assert_eq!(after.last().unwrap().message, message(7), "cut at {cut}");
    }
}

#[test]
fn a_line_that_cannot_be_read_costs_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.jsonl");
    FileOutbox::open(&path).unwrap().keep(&[queued(1)]).unwrap();
    OpenOptions::new().append(true).open(&path).unwrap().write_all(b"\xff\xfe nonsense\n").unwrap();
    let mut store = FileOutbox::open(&path).unwrap();
    store.keep(&[queued(2)]).unwrap();
    assert_eq!(keys(&store.load().unwrap()), ["key-00001", "key-00002"]);
}

#[test]
fn only_one_process_holds_an_outbox() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.jsonl");
    let first = FileOutbox::open(&path).unwrap();
    assert_eq!(FileOutbox::open(&path).unwrap_err().kind(), ErrorKind::WouldBlock);
    drop(first);
    FileOutbox::open(&path).unwrap();
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.jsonl");
    FileOutbox::open(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_file_does_not_grow_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.jsonl");
    let mut store = FileOutbox::open(&path).unwrap();
    store.keep(&[queued(0)]).unwrap();
    let mut largest_bytes = 0;
    for round in 0..40 {
        let records: Vec<OutboxRecord> = (1..=100).flat_map(|number| [queued(round * 100 + number), done(round * 100 + number)]).collect();
        store.keep(&records).unwrap();
        largest_bytes = largest_bytes.max(std::fs::metadata(&path).unwrap().len());
    }
    assert!(largest_bytes < 400_000, "{largest_bytes} bytes");
    assert!(FileOutbox::open(&path).is_err(), "the lock was lost when the file was compacted");
    drop(store);
    assert_eq!(keys(&FileOutbox::open(&path).unwrap().load().unwrap()), ["key-00000"]);
}

#[test]
fn keys_are_random_and_valid() {
    let keys: std::collections::HashSet<_> = (0..100).map(|_| new_key(&OsRandom)).collect();
    assert_eq!(keys.len(), 100);
}

fn record() -> impl Strategy<Value = OutboxRecord> {
    (0..12_u32, 0..3).prop_map(|(number, kind)| match kind {
        0 => queued(number),
        1 => done(number),
        _ => refused(number),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happened, however often the process was restarted and wherever the last write was cut: the file says what its whole lines say, as memory does.
    #[test]
    fn the_file_says_what_memory_says(batches in prop::collection::vec(prop::collection::vec(record(), 1..8), 1..8), cut in 0.0..1.0_f64) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.jsonl");
        let mut memory = MemoryOutbox::default();
        for batch in &batches {
            FileOutbox::open(&path).unwrap().keep(batch).unwrap();
            memory.keep(batch).unwrap();
        }
        prop_assert_eq!(FileOutbox::open(&path).unwrap().load().unwrap(), memory.load().unwrap());

        let bytes = std::fs::read(&path).unwrap();
        let kept = (bytes.len() as f64 * cut) as usize;
        std::fs::write(&path, &bytes[..kept]).unwrap();
        let lines = lines(&bytes[..kept]);
        let expected = replay(batches.into_iter().flatten().take(lines));
        prop_assert_eq!(FileOutbox::open(&path).unwrap().load().unwrap(), expected);
    }
}
