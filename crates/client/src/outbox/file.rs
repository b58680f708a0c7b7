//! The outbox in a file: one JSON record per line, appended and synced; what a crash cut off at the end is passed over.
//!
//! Only one process may hold it: a second one is refused with [`io::ErrorKind::WouldBlock`], so that no message is sent by two. The lock is on a file beside it,
//! because the file itself is replaced when it is compacted.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{OutboxEntry, OutboxRecord, OutboxStore, replay};

/// The file is compacted when so many records are in it, most of which are of messages that are done.
const COMPACT_AT: usize = 1_000;

/// The outbox of one device on one machine.
#[derive(Debug)]
pub struct FileOutbox {
    path: PathBuf,
    file: File,
    /// The end of the last record that was written whole.
    end_bytes: u64,
    records: usize,
    /// Held for as long as this value lives.
    #[expect(dead_code, reason = "it is held, not read")]
    lock: File,
}

impl FileOutbox {
    /// Opens the file, or makes it. Readable by its owner only.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        let lock = private(&path.with_extension("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(io::Error::new(io::ErrorKind::WouldBlock, "another process holds this outbox")),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let file = private(&path)?;
        let mut outbox = Self { path, file, end_bytes: 0, records: 0, lock };
        outbox.read()?;
        Ok(outbox)
    }

    /// Reads every whole record, and finds where the next one goes.
    fn read(&mut self) -> io::Result<Vec<OutboxRecord>> {
        let bytes = std::fs::read(&self.path)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
        let mut records = Vec::new();
        for line in bytes[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match serde_json::from_slice(line) {
                Ok(record) => records.push(record),
                Err(error) => tracing::warn!(path = %self.path.display(), %error, "a line of the outbox cannot be read; it is passed over"),
            }
        }
        self.end_bytes = whole as u64;
        self.records = records.len();
        Ok(records)
    }

    fn append(&mut self, records: &[OutboxRecord]) -> io::Result<()> {
        let mut text = Vec::new();
        for record in records {
            serde_json::to_writer(&mut text, record)?;
            text.push(b'\n');
        }
        // A write that failed half-way, now or before a crash, must not stand in front of the next record.
        self.file.set_len(self.end_bytes)?;
        self.file.seek(SeekFrom::Start(self.end_bytes))?;
        self.file.write_all(&text)?;
        self.file.sync_data()?;
        self.end_bytes += text.len() as u64;
        self.records += records.len();
        Ok(())
    }

    /// Writes what is still live into a new file and puts it in the old one's place.
    fn compact(&mut self, live: Vec<OutboxEntry>) -> io::Result<()> {
        let path = self.path.with_extension("new");
        let mut text = Vec::new();
        let mut records = 0;
        for record in live.into_iter().flat_map(OutboxEntry::into_records) {
            serde_json::to_writer(&mut text, &record)?;
            text.push(b'\n');
            records += 1;
        }
        let mut file = private(&path)?;
        file.set_len(0)?;
        file.write_all(&text)?;
        file.sync_all()?;
        std::fs::rename(&path, &self.path)?;
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        self.file = file;
        self.end_bytes = text.len() as u64;
        self.records = records;
        Ok(())
    }
}

impl OutboxStore for FileOutbox {
    fn load(&mut self) -> io::Result<Vec<OutboxEntry>> {
        Ok(replay(self.read()?))
    }

    fn keep(&mut self, records: &[OutboxRecord]) -> io::Result<()> {
        self.append(records)?;
        if self.records < COMPACT_AT {
            return Ok(());
        }
        let live = replay(self.read()?);
        if live.len() * 4 < self.records {
            self.compact(live)?;
        }
        Ok(())
    }
}

/// Opens or makes a file that only its owner can read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
