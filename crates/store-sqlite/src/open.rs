//! Opening a store: lock, look at the file, bring the schema forward, assert what durability rests on. Fast at any size: nothing is walked here.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parlor_types::{Epoch, Random};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::lock::beside;
use crate::migrate;

/// Prepared statements that a connection keeps: all there are.
const STATEMENTS_MAX: usize = 256;
/// Page cache of the writer, in KiB: the hot ends of tens of thousands of logs.
const WRITER_CACHE_KIB: i64 = 64 * 1024;
/// Page cache of each reader, in KiB.
const READER_CACHE_KIB: i64 = 16 * 1024;
/// Bytes to which the write-ahead log's file shrinks after a burst.
const LOG_BYTES_KEPT: i64 = 64 * 1024 * 1024;

/// How to open a store.
#[derive(Clone)]
pub struct OpenOptions {
    /// The database file. Beside it stand the write-ahead log (`-wal`), its index (`-shm`) and the lock (`.lock`).
    pub path: PathBuf,
    /// Make the file when it is missing; otherwise that is an error, so that a wrong path does not start an empty server.
    pub create: bool,
    /// Connections that read at the same time; more reads wait their turn.
    pub readers: usize,
    /// Bytes past which the database file does not grow: writes are refused then as on a full disk. The write-ahead log beside it is not counted.
    pub bytes_max: Option<u64>,
    /// For the epoch of a new store.
    pub random: Arc<dyn Random>,
    /// A bug to plant.
    #[cfg(feature = "plant")]
    pub plant: Option<crate::Plant>,
}

impl OpenOptions {
    /// The store at `path`, which is made when it is missing.
    pub fn new(path: impl Into<PathBuf>, random: Arc<dyn Random>) -> Self {
        Self {
            path: path.into(),
            create: true,
            readers: 4,
            bytes_max: None,
            random,
            #[cfg(feature = "plant")]
            plant: None,
        }
    }
}

/// Why a store was not opened, in words for who runs the server: each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such file, and none was to be made.
    #[error("there is no store at {}; check the path, or let the server make one", .0.display())]
    Missing(PathBuf),
    /// Another process has it.
    #[error("the store at {} is in use by the process {process}; stop that one first, for two servers on one store would lose messages", path.display())]
    InUse {
        /// The store.
        path: PathBuf,
        /// The number of the process.
        process: String,
    },
    /// It is a file of something else.
    #[error("{} is no store of Parlor; check the path, nothing was changed", .0.display())]
    Foreign(PathBuf),
    /// A newer version wrote it.
    #[error("the store at {} has the schema version {found}, and this build knows up to {known}; start the newer version of Parlor again, or restore a backup of before the upgrade with `parlor restore`", path.display())]
    Newer {
        /// The store.
        path: PathBuf,
        /// Its version.
        found: i32,
        /// The version of this build.
        known: i32,
    },
    /// It is damaged.
    #[error("the store at {} is damaged ({detail}); keep a copy of the file, see what `parlor check` says, and put back a backup with `parlor restore`", path.display())]
    Damaged {
        /// The store.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// SQLite does not do what durability rests on.
    #[error("the store at {} cannot be durable: {setting} is {found} instead of {wanted}; is the file system made for databases?", path.display())]
    NotDurable {
        /// The store.
        path: PathBuf,
        /// The setting.
        setting: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// The operating system refused.
    #[error("{}: {error}; check that the folder exists and that the server may write there", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// SQLite refused.
    #[error("the store at {} cannot be opened: {error}", path.display())]
    Sqlite {
        /// The store.
        path: PathBuf,
        /// Why.
        error: rusqlite::Error,
    },
}

impl OpenError {
    /// Sorts an error of SQLite at the store `path`.
    pub(crate) fn of_sqlite(path: &Path, error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { path: path.to_owned(), detail: error.to_string() },
            _ => Self::Sqlite { path: path.to_owned(), error },
        }
    }
}

/// Opens the connection of the writer: checked, migrated, durable.
pub(crate) fn open_writer(options: &OpenOptions) -> Result<Connection, OpenError> {
    let path = options.path.as_path();
    let sqlite = |error| OpenError::of_sqlite(path, error);
    look_at_file(path, options.create)?;
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE).map_err(sqlite)?;
    let blank = check_identity(&connection, path)?;
    set_durability(&connection, path)?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB).map_err(sqlite)?;
    connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT).map_err(sqlite)?;
    migrate::migrate(&mut connection).map_err(sqlite)?;
    if let Some(bytes) = options.bytes_max {
        let page_bytes: u64 = connection.pragma_query_value(None, "page_size", |row| row.get(0)).map_err(sqlite)?;
        connection.pragma_update(None, "max_page_count", (bytes / page_bytes).max(1)).map_err(sqlite)?;
    }
    if blank {
        let epoch = new_epoch(options.random.as_ref());
        connection.execute("INSERT INTO store (id, epoch, last_position, last_id) VALUES (1, ?1, 0, 0)", [epoch.0 as i64]).map_err(sqlite)?;
    }
    Ok(connection)
}

/// Opens a connection that copies the write-ahead log, with the same fsyncs as the writer's.
pub(crate) fn open_checkpointer(path: &Path) -> Result<Connection, OpenError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| OpenError::of_sqlite(path, error))?;
    set_durability(&connection, path)?;
    Ok(connection)
}

/// Opens a connection that cannot write.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    let sqlite = |error| OpenError::of_sqlite(path, error);
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(sqlite)?;
    connection.pragma_update(None, "query_only", true).map_err(sqlite)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB).map_err(sqlite)?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(connection)
}

/// What can be told without SQLite: is it there, does it begin as a database does, and is it as long as it says.
pub(crate) fn look_at_file(path: &Path, create: bool) -> Result<(), OpenError> {
    let io = |error| OpenError::Io { path: path.to_owned(), error };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && create => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(OpenError::Missing(path.to_owned())),
        Err(error) => return Err(io(error)),
    };
    let length = file.metadata().map_err(io)?.len();
    if length == 0 {
        return if create { Ok(()) } else { Err(OpenError::Damaged { path: path.to_owned(), detail: "the file is empty".to_owned() }) };
    }
    let mut header = [0; 100];
    if length < header.len() as u64 {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    file.read_exact(&mut header).map_err(io)?;
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    let number = |at: usize| u64::from(u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]));
    let page_bytes = match u64::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        bytes => bytes,
    };
    let said = number(28) * page_bytes;
    // While a write-ahead log stands beside it, a half-copied checkpoint may have left the file shorter than its header says.
    let log_is_empty = std::fs::metadata(beside(path, "-wal")).map_or(true, |log| log.len() == 0);
    if log_is_empty && length < said {
        return Err(OpenError::Damaged { path: path.to_owned(), detail: format!("the file has {length} bytes of {said}") });
    }
    Ok(())
}

/// Refuses what is not ours or newer than this build; true for a blank file.
pub(crate) fn check_identity(connection: &Connection, path: &Path) -> Result<bool, OpenError> {
    let sqlite = |error| OpenError::of_sqlite(path, error);
    let (application, version) = migrate::identity(connection).map_err(sqlite)?;
    if (application, version) == (0, 0) && migrate::is_blank(connection).map_err(sqlite)? {
        return Ok(true);
    }
    if application != migrate::APPLICATION_ID {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    if version > migrate::VERSION {
        return Err(OpenError::Newer { path: path.to_owned(), found: version, known: migrate::VERSION });
    }
    let rows: i64 = connection.query_row("SELECT count(*) FROM store", [], |row| row.get(0)).map_err(sqlite)?;
    if rows != 1 {
        return Err(OpenError::Damaged { path: path.to_owned(), detail: "its first table is empty".to_owned() });
    }
    Ok(false)
}

/// Asks for a write-ahead log with an fsync per commit, and reads back what came of it (G1).
fn set_durability(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let sqlite = |error| OpenError::of_sqlite(path, error);
    connection.pragma_update(None, "journal_mode", "WAL").map_err(sqlite)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(sqlite)?;
    // Automatic checkpoints hide their errors, see `checkpoint`.
    connection.pragma_update(None, "wal_autocheckpoint", 0).map_err(sqlite)?;
    assert_durability(connection, path)
}

/// Refuses a connection whose commits could be lost with the power.
pub(crate) fn assert_durability(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let sqlite = |error| OpenError::of_sqlite(path, error);
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(sqlite)?;
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).map_err(sqlite)?;
    let refuse = |setting, found, wanted| Err(OpenError::NotDurable { path: path.to_owned(), setting, found, wanted });
    if mode != "wal" {
        return refuse("journal_mode", mode, "wal");
    }
    // 2 is FULL, 3 is EXTRA.
    if synchronous < 2 {
        return refuse("synchronous", synchronous.to_string(), "2 (FULL)");
    }
    Ok(())
}

/// A new incarnation: 53 random bits, for it travels as a JSON number, and never zero.
pub(crate) fn new_epoch(random: &dyn Random) -> Epoch {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    Epoch((u64::from_le_bytes(bytes) >> 11).max(1))
}
