//! The start-up block: what a person wants to know when a node has started, and what to do next.

use std::fmt;
use std::net::SocketAddr;

use parlor_store::StoreFigures;
use parlor_types::RegistrationMode;

use crate::config::{Config, origin_of};

/// Everything that the block tells.
pub struct Banner<'a> {
    /// What was configured.
    pub config: &'a Config,
    /// Where the node listens, with real ports.
    pub addresses: &'a [SocketAddr],
    /// Where the metrics are.
    pub metrics: Option<SocketAddr>,
    /// Why there are none.
    pub metrics_note: Option<&'a str>,
    /// Where the store is.
    pub store_place: &'a str,
    /// How large it is.
    pub store_bytes: u64,
    /// What is in it, when that could be counted quickly.
    pub figures: Option<StoreFigures>,
    /// The server's name.
    pub name: &'a str,
    /// Whether there is no account yet.
    pub is_empty: bool,
    /// Whether there is a web client to open.
    pub has_web: bool,
    /// The limit on open files.
    pub open_files: Option<u64>,
    /// How many connections are taken.
    pub connections_max: usize,
    /// Whether more were asked for.
    pub is_cut: bool,
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.config;
        let scheme = if config.tls.is_some() { "TLS" } else { "no TLS" };
        writeln!(formatter, "Parlor {}, the server \"{}\"", env!("CARGO_PKG_VERSION"), self.name)?;
        writeln!(formatter, "  open      {}", self.url())?;
        for address in self.addresses {
            writeln!(formatter, "  listens   {address} ({scheme})")?;
        }
        match (self.metrics, self.metrics_note) {
            (Some(address), _) => writeln!(formatter, "  metrics   http://{address}/metrics")?,
            (None, Some(note)) => writeln!(formatter, "  metrics   {note}")?,
            (None, None) => writeln!(formatter, "  metrics   off")?,
        }
        let counts = self.figures.map_or_else(String::new, |StoreFigures { users, conversations, messages, .. }| {
            format!(", {users} users, {conversations} conversations, {messages} messages")
        });
        writeln!(formatter, "  store     {} ({}{counts})", self.store_place, size(self.store_bytes))?;
        let files = self.open_files.map_or_else(|| "no limit on open files".to_owned(), |files| format!("{files} open files"));
        let cut = if self.is_cut { ", fewer than connections.max asks for: raise the limit on open files" } else { "" };
        writeln!(formatter, "  limits    {files}, so {} connections{cut}", self.connections_max)?;
        self.write_next(formatter)
    }
}

impl Banner<'_> {
    /// What to open in a browser.
    fn url(&self) -> String {
        match (&self.config.public_url, self.addresses.first()) {
            (None, Some(address)) => origin_of(*address, self.config.tls.is_some()).to_string(),
            _ => self.config.link_origin().to_string(),
        }
    }

    fn write_next(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url();
        if self.is_empty {
            let how = if self.has_web { format!("open {url} and register") } else { format!("run `parlor chat register --server {url} HANDLE`") };
            writeln!(formatter, "  next      nobody has an account yet: {how}. The first account becomes admin.")?;
        } else if !self.has_web {
            writeln!(formatter, "  next      run `parlor chat login --server {url} HANDLE`")?;
        }
        if !self.has_web && self.config.web {
            writeln!(formatter, "            This build has no web client; `cargo xtask run` makes one that has.")?;
        }
        if self.config.registration == RegistrationMode::Invite && self.is_empty {
            writeln!(formatter, "            Others need an invite: `parlor admin invite` makes one.")?;
        }
        let is_local = self.addresses.iter().all(|address| address.ip().is_loopback());
        if is_local && self.config.public_url.is_none() {
            writeln!(formatter, "            Only this machine reaches the server. For others: --listen 0.0.0.0:8080, and TLS (docs/operating.md).")?;
        } else if !is_local && self.config.tls.is_none() && !self.config.link_origin().is_secure() {
            writeln!(
                formatter,
                "  careful   The network reaches the server without TLS: passwords and messages can be read on the way (docs/operating.md)."
            )?;
        }
        Ok(())
    }
}

fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}
