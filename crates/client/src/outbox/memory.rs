//! An outbox that lives as long as its process: for tests, and for programs that send what they can send again.

use std::io;

use super::{OutboxEntry, OutboxRecord, OutboxStore, replay};

/// Keeps nothing over a restart.
#[derive(Debug, Clone, Default)]
pub struct MemoryOutbox {
    records: Vec<OutboxRecord>,
}

impl OutboxStore for MemoryOutbox {
    fn load(&mut self) -> io::Result<Vec<OutboxEntry>> {
        Ok(replay(self.records.iter().cloned()))
    }

    fn keep(&mut self, records: &[OutboxRecord]) -> io::Result<()> {
        self.records.extend_from_slice(records);
        let live = replay(std::mem::take(&mut self.records));
        self.records.extend(live.into_iter().flat_map(OutboxEntry::into_records));
        Ok(())
    }
}
