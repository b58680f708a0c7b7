//! What an operator does with the store as a whole: verify, copy, put back.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use parlor_store::StoreError;
use parlor_store_sqlite::OpenError;
use parlor_store_sqlite::backup::{self, BackupError};
use parlor_types::OsRandom;

use crate::config::{Config, StoreLocation};
use crate::exit::Exit;
use crate::stores::{self, Absent, beside};

/// How many findings are printed; a store with more is not mended by reading on.
const FINDINGS_SHOWN_MAX: usize = 100;

/// Verifies every invariant of the store; says in words that it is sound, or fails with what is wrong.
pub async fn check(config: Config) -> Result<String, Exit> {
    let opened = tokio::task::spawn_blocking(move || stores::open(&config, Absent::Refuse)).await.context("the store could not be opened")??;
    let findings = opened.store.check().await.map_err(|error| Exit::Damaged(format!("{} could not be verified: {error}", opened.place)))?;
    let figures = opened.store.figures().await?;
    if findings.is_empty() {
        let (users, conversations, messages) = (figures.users, figures.conversations, figures.messages);
        return Ok(format!("{} is sound: {users} users, {conversations} conversations, {messages} messages.", opened.place));
    }
    let mut text = format!("{} is not sound, {} findings:", opened.place, findings.len());
    for finding in findings.iter().take(FINDINGS_SHOWN_MAX) {
        let _ = write!(text, "\n  {finding}");
    }
    text.push_str("\nKeep a copy of it, and put a backup back with `parlor restore`.");
    Err(Exit::Damaged(text))
}

/// Writes a consistent copy of the store to a new file, whether or not a node runs on it. Says what was written.
pub fn backup(config: &Config, file: &Path) -> Result<String, Exit> {
    let StoreLocation::Sqlite(store) = &config.store;
    backup::copy(store, file)?;
    let bytes = fs::metadata(file).map_or(0, |metadata| metadata.len());
    Ok(format!("{} holds {} as it was when this began, {bytes} bytes. `parlor restore` puts it back.", file.display(), store.display()))
}

/// Puts a backup in the place of the store, after verifying it, under a new epoch (G11). With `replace` a store that is there is kept under another name beside it.
pub fn restore(config: &Config, file: &Path, replace: bool) -> Result<String, Exit> {
    let StoreLocation::Sqlite(store) = &config.store;
    stores::make_folders(config)?;
    let kept = if replace { keep(store).context("the store that is there could not be kept")? } else { None };
    if let Err(error) = backup::restore(file, store, replace, &OsRandom) {
        if let Some(kept) = &kept {
            let_go(kept);
        }
        return Err(match error {
            BackupError::Exists(path) => Exit::Failed(anyhow::anyhow!(
                "there is a store at {}; with --replace the backup takes its place, and it is kept under another name",
                path.display()
            )),
            error => error.into(),
        });
    }
    let before = kept.map_or_else(String::new, |kept| format!(" What was there before is {}.", kept.display()));
    Ok(format!("{} is in place as {}.{before} Clients will fetch everything afresh.", file.display(), store.display()))
}

impl From<BackupError> for Exit {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Open(OpenError::Damaged { .. }) | BackupError::Unsound { .. } | BackupError::Store(StoreError::Damaged(_)) => {
                Self::Damaged(error.to_string())
            }
            error => Self::Failed(error.into()),
        }
    }
}

/// Gives the store's files a second name, which they keep when others take their first one.
fn keep(store: &Path) -> io::Result<Option<PathBuf>> {
    if !store.is_file() {
        return Ok(None);
    }
    let kept = (1..=KEPT_MAX).map(|number| beside(store, &format!(".before-restore-{number}"))).find(|path| !path.exists());
    let kept = kept.ok_or_else(|| io::Error::other(format!("{KEPT_MAX} earlier ones are beside it; remove those that nobody needs")))?;
    for suffix in STORE_SUFFIXES {
        let (from, to) = (beside(store, suffix), beside(&kept, suffix));
        if from.is_file() && fs::hard_link(&from, &to).is_err() {
            fs::copy(&from, &to)?;
        }
    }
    Ok(Some(kept))
}

fn let_go(kept: &Path) {
    for suffix in STORE_SUFFIXES {
        let _ = fs::remove_file(beside(kept, suffix));
    }
}

/// Stores that restores have put aside, before somebody must say which may go.
const KEPT_MAX: u32 = 100;

/// The files of a store that hold its data.
const STORE_SUFFIXES: [&str; 2] = ["", "-wal"];
