//! Opens the store that the configuration names. The only place where a concrete store has a name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parlor_store::Store;
use parlor_store_sqlite::{OpenError, OpenOptions, SqliteStore};
use parlor_types::OsRandom;

use crate::config::{Config, StoreLocation};
use crate::exit::Exit;

/// A store with what is known of it beside the trait.
pub struct OpenedStore {
    /// The store.
    pub store: Arc<dyn Store>,
    /// For people: where it is.
    pub place: String,
    /// The files that it is made of.
    pub files: Vec<PathBuf>,
}

/// What to do when there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Make one, with the data folder around it.
    Make,
    /// Say so.
    Refuse,
}

/// Opens the store. Blocks for some milliseconds.
pub fn open(config: &Config, absent: Absent) -> Result<OpenedStore, Exit> {
    if absent == Absent::Make {
        make_folders(config)?;
    }
    let StoreLocation::Sqlite(path) = &config.store;
    if absent == Absent::Refuse && !path.exists() {
        // Before anything is made beside it, such as a lock.
        return Err(OpenError::Missing(path.clone()).into());
    }
    let options = OpenOptions { create: absent == Absent::Make, ..OpenOptions::new(path, Arc::new(OsRandom)) };
    #[cfg(feature = "plant")]
    let options = OpenOptions { plant: planted_in_store(config), ..options };
    let store = SqliteStore::open(options).map_err(Exit::from)?;
    let files = ["", "-wal"].iter().map(|suffix| beside(path, suffix)).collect();
    Ok(OpenedStore { store: Arc::new(store), place: path.display().to_string(), files })
}

impl From<OpenError> for Exit {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Damaged { .. } => Self::Damaged(error.to_string()),
            _ => Self::Failed(error.into()),
        }
    }
}

/// From now on whatever this process makes can be read by nobody but its own user: the store holds messages and hashes of passwords, and so do copies of it.
pub fn keep_private() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// Makes the data folder, and the one that the store is in, where they are absent.
pub(crate) fn make_folders(config: &Config) -> Result<(), Exit> {
    let StoreLocation::Sqlite(path) = &config.store;
    make_folder(&config.data)?;
    path.parent().map_or(Ok(()), make_folder)
}

/// Makes a folder that only its owner may look into, if it is absent.
fn make_folder(folder: &Path) -> Result<(), Exit> {
    use std::os::unix::fs::DirBuilderExt as _;

    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Exit::Failed(anyhow::anyhow!("could not make the folder {}: {error}; choose another with --data", folder.display())))
}

/// The path with something after its last letter.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(feature = "plant")]
fn planted_in_store(config: &Config) -> Option<parlor_store_sqlite::Plant> {
    match config.plant {
        Some(crate::plant::Plant::Store(plant)) => Some(plant),
        _ => None,
    }
}
