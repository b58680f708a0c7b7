//! One process per store. The lock is the kernel's, on a file beside the store, so it goes with the process however that ends.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use crate::open::OpenError;

/// Holds the lock until it is dropped. The file stays: to remove it would let two processes lock two files of the same name.
#[derive(Debug)]
pub(crate) struct Lock {
    #[expect(dead_code, reason = "closing the file is what releases the lock")]
    file: File,
}

impl Lock {
    /// Locks the store at `path`, or says which process has it.
    pub(crate) fn take(path: &Path) -> Result<Self, OpenError> {
        let lock_path = beside(path, ".lock");
        let cannot = |error| OpenError::Io { path: lock_path.clone(), error };
        let mut file = File::options().create(true).truncate(false).read(true).write(true).open(&lock_path).map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut process = String::new();
                // Only to say it in words; a lock file that cannot be read names nobody.
                let _ = file.take(32).read_to_string(&mut process);
                let process = if process.trim().is_empty() { "of unknown number".to_owned() } else { process.trim().to_owned() };
                return Err(OpenError::InUse { path: path.to_owned(), process });
            }
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        file.set_len(0).map_err(cannot)?;
        file.rewind().map_err(cannot)?;
        writeln!(file, "{}", std::process::id()).map_err(cannot)?;
        Ok(Self { file })
    }
}

/// The path with something after its last letter.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
