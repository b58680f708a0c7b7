//! Who is logged in on this computer: one file that only its owner can read.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use parlor_client::{ClientOptions, FileOutbox, Rest, ServerUrl};
use parlor_types::{DeviceId, Handle};
use serde::{Deserialize, Serialize};

/// A session that was logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The address of the server.
    pub(crate) server: String,
    /// Whose.
    pub(crate) handle: Handle,
    /// Which device.
    pub(crate) device: DeviceId,
    /// The bearer token.
    pub(crate) token: String,
    /// The certificates of the server's own authority, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authority: Option<String>,
}

/// More outboxes than anybody has terminals open.
const OUTBOXES_MAX: u32 = 64;

impl Session {
    /// The session of this computer.
    pub(crate) fn get() -> anyhow::Result<Self> {
        Self::find()?.context("nobody is logged in; try: parlor chat login --server https://… your-handle")
    }

    /// The session of this computer, if there is one.
    pub(crate) fn find() -> anyhow::Result<Option<Self>> {
        read(&file()?)
    }

    /// Keeps it.
    pub(crate) fn keep(&self) -> anyhow::Result<()> {
        write(&file()?, self)
    }

    /// Forgets it.
    pub(crate) fn forget() -> anyhow::Result<()> {
        let path = file()?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error).with_context(|| format!("{} could not be removed", path.display())),
            _ => Ok(()),
        }
    }

    /// The address of the server.
    pub(crate) fn server(&self) -> anyhow::Result<ServerUrl> {
        let server: ServerUrl = self.server.parse().context("the kept session is damaged; log in again")?;
        Ok(match &self.authority {
            Some(authority) => server.trusting(authority)?,
            None => server,
        })
    }

    /// A REST client of it.
    pub(crate) fn rest(&self) -> anyhow::Result<Rest> {
        Ok(Rest::new(self.server()?)?.with_token(&self.token)?)
    }

    /// What a client of it starts with. Each running program has an outbox of its own; what one left behind, the next one takes over.
    pub(crate) fn client_options(&self) -> anyhow::Result<ClientOptions> {
        let folder = outbox_folder()?.join(self.device.to_string());
        private_folder(&folder)?;
        for number in 0..OUTBOXES_MAX {
            match FileOutbox::open(folder.join(format!("outbox-{number}.jsonl"))) {
                Ok(outbox) => {
                    let name = concat!("parlor chat ", env!("CARGO_PKG_VERSION")).to_owned();
                    return Ok(ClientOptions { name: Some(name), outbox: Box::new(outbox), ..ClientOptions::new(self.server()?, &self.token) });
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error).with_context(|| format!("the outbox in {} cannot be opened", folder.display())),
            }
        }
        anyhow::bail!("{OUTBOXES_MAX} programs of this session run already")
    }
}

fn file() -> anyhow::Result<PathBuf> {
    Ok(folder("XDG_CONFIG_HOME", ".config")?.join("session.json"))
}

fn outbox_folder() -> anyhow::Result<PathBuf> {
    folder("XDG_STATE_HOME", ".local/state")
}

/// Parlor's folder of the person, by the rules of the XDG base directory specification.
fn folder(variable: &str, otherwise: &str) -> anyhow::Result<PathBuf> {
    let given = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = match given {
        Some(base) => base,
        None => PathBuf::from(std::env::var_os("HOME").with_context(|| format!("neither {variable} nor HOME is set"))?).join(otherwise),
    };
    Ok(base.join("parlor"))
}

fn read(path: &Path) -> anyhow::Result<Option<Session>> {
    match fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map(Some).with_context(|| format!("{} is damaged; log in again", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// Writes beside and renames, so that a crash leaves the old file or the new one.
fn write(path: &Path, session: &Session) -> anyhow::Result<()> {
    let folder = path.parent().context("a session is kept in a folder")?;
    private_folder(folder)?;
    let new = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = || -> std::io::Result<()> {
        // One that is left of a crash may have been made with other rights.
        let _ = fs::remove_file(&new);
        let mut file = options.open(&new)?;
        file.write_all(&serde_json::to_vec_pretty(session)?)?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

fn private_folder(folder: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("{} cannot be made", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_kept_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("parlor/session.json");
        assert_eq!(read(&path).unwrap(), None);
        let session = Session {
            server: "http://127.0.0.1:1".to_owned(),
            handle: "mia".parse().unwrap(),
            device: DeviceId::from_raw(3),
            token: "secret".to_owned(),
            authority: None,
        };
        for _ in 0..2 {
            write(&path, &session).unwrap();
            assert_eq!(read(&path).unwrap(), Some(session.clone()));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
        }
        fs::write(&path, "{").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("log in again"));
    }
}
