//! The edges: HTTP routes, socket, configuration, metrics, lifecycle, wiring

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
