//! `parlor generate`: writes the files of the repository that follow from the code.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use parlor_server::generated;

/// Writes every file under its path in the repository.
pub(crate) fn run(folder: &Path) -> Result<()> {
    for (path, text) in generated::files() {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).with_context(|| format!("could not make {}", parent.display()))?;
        }
        fs::write(&file, text).with_context(|| format!("could not write {}", file.display()))?;
    }
    Ok(())
}
