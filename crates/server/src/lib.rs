//! The edges: HTTP routes, socket, configuration, metrics, lifecycle, wiring

pub mod websocket;
