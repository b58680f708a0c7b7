//! The edges: HTTP routes, socket, configuration, metrics, lifecycle, wiring.
//!
//! The map, in the order of a start: [`config`] reads what was said; [`lifecycle`] starts and stops everything; [`node`] puts store, bus, engine and API
//! together ([`stores`] opens the store); [`listen`] accepts connections and runs HTTP on them. What a request then meets: [`api`] has the operations over
//! REST and for the socket, [`socket`] the live connection on the codec of [`websocket`], `stream` its two stand-ins; `auth`, [`peer`] and [`rate`] say who asks and
//! how often; [`encode`] makes frames. Beside the API stand [`assets`] (the web client), [`documentation`] (what [`describe`] wrote), [`health`] and [`metrics`].
//! [`operator`] and [`maintenance`] are what `parlor admin`, `backup`, `restore` and `check` do.
//!
//! Must never: decide who may do what (that is `domain`), get hold of a store outside of [`stores`] and [`maintenance`], or let a header say who somebody is.

pub mod api;
pub mod assets;
mod attach;
mod auth;
pub mod config;
pub mod describe;
pub mod documentation;
pub mod encode;
pub mod exit;
pub mod generated;
pub mod headers;
pub mod health;
pub mod lifecycle;
pub mod listen;
pub mod maintenance;
pub mod metrics;
pub mod node;
pub mod operator;
mod pace;
pub mod peer;
#[cfg(feature = "plant")]
pub mod plant;
pub mod process_limits;
pub mod rate;
pub mod socket;
pub mod stores;
mod stream;
pub mod tally;
pub mod telemetry;
pub mod websocket;
