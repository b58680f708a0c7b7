//! What an operator can say. The one source of every key: its name, meaning, type, bounds and default are read from here by the checks, the environment,
//! the example file and the reference page.
//!
//! To add a key: a field with a doc comment and a default, then its meaning in [`super::meant`]. See docs/dev/adding-a-setting.md.

use parlor_types::{Limits, RegistrationMode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything that can be said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Said {
    /// The name that people see, until an admin gives another one in the web client.
    #[schemars(length(min = 1, max = 64))]
    pub(super) name: String,
    /// The address under which people reach the server, such as `https://chat.example.org`. Links are made from it, and browsers may connect from it.
    /// Without it the server answers under every name, and links carry the first listen address.
    pub(super) public_url: Option<String>,
    /// The addresses to listen on. The default is reachable from this machine only; `0.0.0.0:8080` or `[::]:8080` opens the server to the network.
    /// Port 0 takes any free port.
    pub(super) listen: Vec<String>,
    /// The folder for the store, the lock and the operator's socket. It is made when it is absent, readable by its owner only.
    #[schemars(extend("format" = "path"))]
    pub(super) data: String,
    /// Where the store is: `sqlite:` and a file name, inside the data folder unless it is absolute.
    pub(super) store: String,
    /// Who may make an account, until an admin chooses otherwise. The first account of an empty server is always allowed and becomes admin.
    pub(super) registration: RegistrationMode,
    /// Further origins whose web pages may use the API and the socket, such as `https://app.example.org`. The server's own pages always may.
    pub(super) allowed_origins: Vec<String>,
    /// Reverse proxies whose word on the client's address is taken, as addresses or networks such as `10.0.0.0/8`. From anybody else the header is ignored.
    pub(super) trusted_proxies: Vec<String>,
    /// The header in which those proxies say the client's address. Only this one is read, because a proxy passes the other one on as the client sent it.
    pub(super) proxy_header: ProxyHeader,
    /// Whether the node serves the web client.
    pub(super) web: bool,
    /// TLS, ended by the node itself. Without it put a reverse proxy in front.
    pub(super) tls: Tls,
    /// The listener for metrics.
    pub(super) metrics: Metrics,
    /// What is logged, on standard error.
    pub(super) log: Log,
    /// How the node stops.
    pub(super) stop: Stop,
    /// Connections and their time limits.
    pub(super) connections: Connections,
    /// Limits that clients learn of when they connect.
    pub(super) limits: SaidLimits,
    /// How much one user, device or address may ask. A bucket holds `burst` calls and is filled again with `per_minute`; an empty one answers
    /// `rate_limited`.
    pub(super) rates: Rates,
}

/// Where a proxy says whom it speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyHeader {
    /// What nginx, HAProxy, Caddy and Traefik set.
    XForwardedFor,
    /// The header of RFC 7239.
    Forwarded,
}

/// `[tls]`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Tls {
    /// The certificate chain, a PEM file. It is read again when it changes and on SIGHUP.
    #[schemars(extend("format" = "path"))]
    pub(super) certificate: Option<String>,
    /// The private key of the certificate, a PEM file.
    #[schemars(extend("format" = "path"))]
    pub(super) key: Option<String>,
}

/// `[metrics]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Metrics {
    /// Where Prometheus may fetch `/metrics`, or `off`. It has no log-in, so keep it on loopback or a private network.
    pub(super) listen: String,
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Log {
    /// How much: `error`, `warn`, `info`, `debug` or `trace`, also by part, such as `info,parlor_engine=debug`.
    pub(super) level: String,
    /// In which form.
    pub(super) format: LogFormat,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One line for people.
    Text,
    /// One JSON object per line.
    Json,
}

/// `[stop]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Stop {
    /// For how long, in seconds, a stopping node waits for what is under way. Its clients are told to come back spread over this time.
    #[schemars(range(min = 0, max = 600))]
    pub(super) drain_seconds: u64,
}

/// `[connections]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Connections {
    /// How many connections the node takes; further ones are answered `503`. 0 means as many as the limit on open files allows, with a reserve.
    #[schemars(range(min = 0, max = 10_000_000))]
    pub(super) max: u64,
    /// How many of them one address (IPv6: one /64 network) may hold. Loopback and trusted proxies are not counted. 0 means no limit.
    #[schemars(range(min = 0, max = 10_000_000))]
    pub(super) per_address_max: u64,
    /// In how many seconds a request's headers must have arrived; also how long a connection may idle between two requests.
    #[schemars(range(min = 1, max = 600))]
    pub(super) header_seconds: u64,
    /// In how many seconds a request's body must have arrived.
    #[schemars(range(min = 1, max = 600))]
    pub(super) body_seconds: u64,
    /// For how many seconds a client may refuse to take what is sent to it.
    #[schemars(range(min = 1, max = 600))]
    pub(super) write_seconds: u64,
}

/// `[limits]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SaidLimits {
    /// Members of one group. Channels have no limit.
    #[schemars(range(min = 2, max = 10_000))]
    pub(super) group_members_max: u32,
    /// Bytes that may wait for one slow connection. Past it the connection is closed and resumes.
    #[schemars(range(min = 131_072, max = 67_108_864))]
    pub(super) outbound_queue_bytes_max: u32,
    /// Milliseconds between heartbeats of a client. A connection silent for two and a half times as long is dead.
    #[schemars(range(min = 1_000, max = 300_000))]
    pub(super) heartbeat_ms: u32,
    /// Users whose presence one connection watches.
    #[schemars(range(min = 0, max = 10_000))]
    pub(super) watched_users_max: u32,
    /// Different reactions on one message.
    #[schemars(range(min = 1, max = 1_000))]
    pub(super) reactions_per_message_max: u32,
    /// Pinned messages in one conversation.
    #[schemars(range(min = 1, max = 1_000))]
    pub(super) pins_max: u32,
    /// Live devices of one user.
    #[schemars(range(min = 1, max = 1_000))]
    pub(super) devices_per_user_max: u32,
    /// Conversations that one user is in.
    #[schemars(range(min = 1, max = 100_000))]
    pub(super) conversations_per_user_max: u32,
    /// Contacts and requests of one user.
    #[schemars(range(min = 1, max = 100_000))]
    pub(super) contacts_per_user_max: u32,
    /// Live invite links of one conversation, and of the server.
    #[schemars(range(min = 1, max = 100_000))]
    pub(super) invites_max: u32,
    /// Longest that a long poll waits, in seconds. Keep it below the time after which your reverse proxy gives up.
    #[schemars(range(min = 1, max = 300))]
    pub(super) long_poll_seconds_max: u32,
    /// Milliseconds after the last connection is gone until a user counts as offline.
    #[schemars(range(min = 0, max = 600_000))]
    pub(super) presence_grace_ms: u32,
    /// Days for which a send is recognised when it is tried again after its message is gone.
    #[schemars(range(min = 30, max = 3_650))]
    pub(super) send_key_days: u32,
}

/// `[rates]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Rates {
    /// Guesses at secrets: log-in, registration, change of password. Per account and per address.
    pub(super) credentials: SaidRate,
    /// Making accounts, conversations, invites, and requests to strangers.
    pub(super) create: SaidRate,
    /// Writing to a conversation.
    pub(super) write: SaidRate,
    /// Receipts, typing, presence, heartbeats.
    pub(super) silent: SaidRate,
    /// Reading.
    pub(super) read: SaidRate,
    /// Looking for users and channels that one need not know of yet.
    pub(super) lookup: SaidRate,
}

/// One bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SaidRate {
    /// Calls per minute, in the long run.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub(super) per_minute: u32,
    /// Calls at once, after a rest.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub(super) burst: u32,
}

impl Default for Said {
    fn default() -> Self {
        Self {
            name: "Parlor".to_owned(),
            public_url: None,
            listen: vec!["127.0.0.1:8080".to_owned()],
            data: "parlor-data".to_owned(),
            store: "sqlite:parlor.db".to_owned(),
            registration: RegistrationMode::default(),
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::XForwardedFor,
            web: true,
            tls: Tls::default(),
            metrics: Metrics::default(),
            log: Log::default(),
            stop: Stop::default(),
            connections: Connections::default(),
            limits: SaidLimits::default(),
            rates: Rates::default(),
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self { listen: "127.0.0.1:9464".to_owned() }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Text }
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self { drain_seconds: 10 }
    }
}

impl Default for Connections {
    fn default() -> Self {
        Self { max: 0, per_address_max: 1_000, header_seconds: 10, body_seconds: 30, write_seconds: 30 }
    }
}

impl Default for SaidLimits {
    fn default() -> Self {
        let limits = Limits::DEFAULT;
        Self {
            group_members_max: limits.group_members_max,
            outbound_queue_bytes_max: limits.outbound_queue_bytes_max,
            heartbeat_ms: limits.heartbeat_ms,
            watched_users_max: limits.watched_users_max,
            reactions_per_message_max: limits.reactions_per_message_max,
            pins_max: limits.pins_max,
            devices_per_user_max: limits.devices_per_user_max,
            conversations_per_user_max: limits.conversations_per_user_max,
            contacts_per_user_max: limits.contacts_per_user_max,
            invites_max: limits.invites_max,
            long_poll_seconds_max: limits.long_poll_seconds_max,
            presence_grace_ms: limits.presence_grace_ms,
            send_key_days: limits.send_key_days,
        }
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            credentials: SaidRate { per_minute: 10, burst: 20 },
            create: SaidRate { per_minute: 30, burst: 60 },
            write: SaidRate { per_minute: 600, burst: 200 },
            silent: SaidRate { per_minute: 1_200, burst: 400 },
            read: SaidRate { per_minute: 1_200, burst: 600 },
            lookup: SaidRate { per_minute: 30, burst: 60 },
        }
    }
}

impl Default for SaidRate {
    fn default() -> Self {
        Rates::default().read
    }
}
