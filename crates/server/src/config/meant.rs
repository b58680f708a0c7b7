//! What was said, checked and typed: the only form in which the rest of the server sees the configuration.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use parlor_types::{Limits, RegistrationMode};
use tracing_subscriber::EnvFilter;

use super::said::{Said, SaidLimits, SaidRate};
use super::{ConfigError, Fault, LogFormat, Origin, ProxyHeader, Sources};

/// The configuration of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The server's name until an admin gives another one.
    pub name: String,
    /// Where people reach the server; links are made from it. See [`Config::link_origin`].
    pub public_url: Option<Origin>,
    /// Where to listen; never empty.
    pub listen: Vec<SocketAddr>,
    /// The data folder.
    pub data: PathBuf,
    /// Where the store is.
    pub store: StoreLocation,
    /// Who may register until an admin chooses otherwise.
    pub registration: RegistrationMode,
    /// Origins that may use the API besides the server's own.
    pub allowed_origins: Vec<Origin>,
    /// Whose word on a client's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they say it.
    pub proxy_header: ProxyHeader,
    /// Whether the web client is served.
    pub web: bool,
    /// TLS by the node itself.
    pub tls: Option<TlsFiles>,
    /// The listener for metrics; `None` for none.
    pub metrics: Option<MetricsListen>,
    /// Logging.
    pub log: LogConfig,
    /// How long a stopping node waits for what is under way.
    pub drain: Duration,
    /// Connections and their time limits.
    pub connections: ConnectionLimits,
    /// The limits that clients learn.
    pub limits: Limits,
    /// The rate limits.
    pub rates: Rates,
    /// A bug to plant; only ever said on the command line.
    #[cfg(feature = "plant")]
    pub plant: Option<crate::plant::Plant>,
}

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreLocation {
    /// An SQLite file.
    Sqlite(PathBuf),
}

/// Certificate and key, PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate chain.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Where metrics are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetricsListen {
    /// The address.
    pub address: SocketAddr,
    /// Whether nobody asked for this address: then the node also runs when it is taken.
    pub is_default: bool,
}

/// Logging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// A filter that [`EnvFilter`] takes.
    pub level: String,
    /// The form of the lines.
    pub format: LogFormat,
}

/// Connections and their time limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// How many; `None` for what the limit on open files allows.
    pub max: Option<usize>,
    /// How many from one address; `None` for no limit.
    pub per_address_max: Option<usize>,
    /// For a request's headers, and between two requests.
    pub header: Duration,
    /// For a request's body.
    pub body: Duration,
    /// For a client that takes nothing of what is sent to it.
    pub write: Duration,
}

/// The buckets of the rate limits, by [`parlor_protocol::operations::Rate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Guesses at secrets.
    pub credentials: Rate,
    /// Making things.
    pub create: Rate,
    /// Writing to a log.
    pub write: Rate,
    /// Receipts, typing, heartbeats.
    pub silent: Rate,
    /// Reading.
    pub read: Rate,
    /// Looking for strangers.
    pub lookup: Rate,
}

/// One bucket; both numbers are above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Calls per minute in the long run.
    pub per_minute: u32,
    /// Calls at once after a rest.
    pub burst: u32,
}

impl Config {
    /// Reads and checks everything that was said; all faults at once.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let said = sources.read()?;
        let mut faults = Vec::new();
        let config = interpret(said, &mut faults);
        if faults.is_empty() { Ok(config) } else { Err(ConfigError { faults }) }
    }

    /// The origin that links begin with: the public URL, else the first address to listen on. Never what a client wrote into a `Host` header.
    pub fn link_origin(&self) -> Origin {
        let first = self.listen.first().copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        self.public_url.clone().unwrap_or_else(|| origin_of(first, self.tls.is_some()))
    }

    /// Whether pages of `origin` may use the API and the socket of this server, reached as `host` (the request's `Host` header). Without a public URL a
    /// page may use the server that it was loaded from, whatever its name.
    pub fn allows_origin(&self, origin: &Origin, host: Option<&str>) -> bool {
        if self.allowed_origins.contains(origin) {
            return true;
        }
        match &self.public_url {
            Some(public) => public == origin,
            None => host.is_some_and(|host| host.eq_ignore_ascii_case(origin.authority())),
        }
    }

    /// Whether `address` is a reverse proxy whose headers are believed.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies.iter().any(|network| network.contains(&address))
    }

    /// The operator's socket.
    pub fn socket_path(&self) -> PathBuf {
        self.data.join("parlor.sock")
    }
}

impl Default for Config {
    /// What an empty configuration means.
    fn default() -> Self {
        interpret(Said::default(), &mut Vec::new())
    }
}

/// The origin of a listen address, for a browser on this machine.
pub(crate) fn origin_of(address: SocketAddr, is_secure: bool) -> Origin {
    let scheme = if is_secure { "https" } else { "http" };
    let host = match address.ip() {
        ip if ip.is_unspecified() => "localhost".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    format!("{scheme}://{host}:{}", address.port()).parse().expect("an address with a port is an origin")
}

fn interpret(said: Said, faults: &mut Vec<Fault>) -> Config {
    let mut check = Check { faults };
    let data = PathBuf::from(&said.data);
    if said.data.is_empty() {
        check.fault("data", "must not be empty; write a folder, such as \"/var/lib/parlor\"");
    }
    let name = said.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 64 || name.chars().any(char::is_control) {
        check.fault("name", "must be one line of 1 to 64 characters");
    }
    if said.log.level.parse::<EnvFilter>().is_err() {
        check.fault("log.level", "must be error, warn, info, debug or trace, or a list such as \"info,parlor_engine=debug\"");
    }
    let metrics_default = Said::default().metrics.listen;
    Config {
        name,
        public_url: said.public_url.and_then(|text| check.parse("public_url", &text)),
        listen: check.listen(&said.listen),
        store: check.store(&said.store, &data),
        data,
        registration: said.registration,
        allowed_origins: check.parse_all("allowed_origins", &said.allowed_origins),
        trusted_proxies: check.networks(&said.trusted_proxies),
        proxy_header: said.proxy_header,
        web: said.web,
        tls: check.tls(said.tls.certificate, said.tls.key),
        metrics: check.metrics(&said.metrics.listen, &metrics_default),
        log: LogConfig { level: said.log.level, format: said.log.format },
        drain: Duration::from_secs(said.stop.drain_seconds),
        connections: ConnectionLimits {
            max: above_zero(said.connections.max),
            per_address_max: above_zero(said.connections.per_address_max),
            header: Duration::from_secs(said.connections.header_seconds),
            body: Duration::from_secs(said.connections.body_seconds),
            write: Duration::from_secs(said.connections.write_seconds),
        },
        limits: limits_of(&said.limits),
        rates: Rates {
            credentials: rate_of(said.rates.credentials),
            create: rate_of(said.rates.create),
            write: rate_of(said.rates.write),
            silent: rate_of(said.rates.silent),
            read: rate_of(said.rates.read),
            lookup: rate_of(said.rates.lookup),
        },
        #[cfg(feature = "plant")]
        plant: None,
    }
}

struct Check<'faults> {
    faults: &'faults mut Vec<Fault>,
}

impl Check<'_> {
    fn fault(&mut self, key: &str, problem: impl Into<String>) {
        self.faults.push(Fault { place: key.to_owned(), problem: problem.into() });
    }

    fn parse(&mut self, key: &str, text: &str) -> Option<Origin> {
        match text.parse() {
            Ok(origin) => Some(origin),
            Err(problem) => {
                self.fault(key, format!("{problem}; {text:?} is not"));
                None
            }
        }
    }

    fn parse_all(&mut self, key: &str, texts: &[String]) -> Vec<Origin> {
        texts.iter().filter_map(|text| self.parse(key, text)).collect()
    }

    fn listen(&mut self, texts: &[String]) -> Vec<SocketAddr> {
        if texts.is_empty() {
            self.fault("listen", "must name at least one address, such as [\"127.0.0.1:8080\"]");
        }
        texts.iter().filter_map(|text| self.address("listen", text)).collect()
    }

    fn address(&mut self, key: &str, text: &str) -> Option<SocketAddr> {
        let local = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
        let parsed = local.as_deref().unwrap_or(text).parse().ok();
        if parsed.is_none() {
            self.fault(key, format!("must be an address and a port, such as \"0.0.0.0:8080\" or \"[::]:8080\"; {text:?} is not"));
        }
        parsed
    }

    fn metrics(&mut self, text: &str, default: &str) -> Option<MetricsListen> {
        if text == "off" {
            return None;
        }
        self.address("metrics.listen", text).map(|address| MetricsListen { address, is_default: text == default })
    }

    fn store(&mut self, text: &str, data: &Path) -> StoreLocation {
        let file = match text.split_once(':') {
            Some(("sqlite", file)) if !file.trim_start_matches('/').is_empty() => file,
            Some(("sqlite", _)) => {
                self.fault("store", "must name a file, such as \"sqlite:parlor.db\"");
                "parlor.db"
            }
            Some((scheme, _)) => {
                self.fault(
                    "store",
                    format!("names a store of the kind {scheme:?}; this version supports sqlite: only, such as \"sqlite:parlor.db\""),
                );
                "parlor.db"
            }
            None => {
                self.fault("store", format!("must begin with the kind of store; write \"sqlite:{text}\""));
                "parlor.db"
            }
        };
        // `sqlite:///var/x.db`, as other programs write it, is the file /var/x.db.
        StoreLocation::Sqlite(data.join(file.strip_prefix("//").unwrap_or(file)))
    }

    fn networks(&mut self, texts: &[String]) -> Vec<IpNet> {
        let mut networks = Vec::new();
        for text in texts {
            match text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)) {
                Ok(network) => networks.push(network.trunc()),
                Err(_) => self.fault("trusted_proxies", format!("must be addresses or networks, such as \"10.0.0.0/8\"; {text:?} is not")),
            }
        }
        networks
    }

    fn tls(&mut self, certificate: Option<String>, key: Option<String>) -> Option<TlsFiles> {
        match (certificate, key) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some(TlsFiles { certificate: certificate.into(), key: key.into() }),
            (Some(_), None) => {
                self.fault("tls.key", "is missing: TLS needs the private key of tls.certificate, a PEM file");
                None
            }
            (None, Some(_)) => {
                self.fault("tls.certificate", "is missing: TLS needs the certificate chain of tls.key, a PEM file");
                None
            }
        }
    }
}

fn above_zero(number: u64) -> Option<usize> {
    usize::try_from(number).ok().filter(|number| *number > 0)
}

const fn rate_of(said: SaidRate) -> Rate {
    Rate { per_minute: said.per_minute, burst: said.burst }
}

fn limits_of(said: &SaidLimits) -> Limits {
    Limits {
        group_members_max: said.group_members_max,
        outbound_queue_bytes_max: said.outbound_queue_bytes_max,
        heartbeat_ms: said.heartbeat_ms,
        dead_after_ms: said.heartbeat_ms.saturating_mul(5) / 2,
        watched_users_max: said.watched_users_max,
        reactions_per_message_max: said.reactions_per_message_max,
        pins_max: said.pins_max,
        devices_per_user_max: said.devices_per_user_max,
        conversations_per_user_max: said.conversations_per_user_max,
        contacts_per_user_max: said.contacts_per_user_max,
        invites_max: said.invites_max,
        long_poll_seconds_max: said.long_poll_seconds_max,
        presence_grace_ms: said.presence_grace_ms,
        send_key_days: said.send_key_days,
        ..Limits::DEFAULT
    }
}
