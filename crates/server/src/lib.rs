//! The edges: HTTP routes, socket, configuration, metrics, lifecycle, wiring

pub mod config;
pub mod describe;
pub mod generated;
pub mod websocket;
