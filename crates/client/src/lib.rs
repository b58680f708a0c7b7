//! The Rust SDK: everything that a program needs to be a good client of a Parlor server.
//!
//! The map: [`Rest`] asks any operation of the registry once, over HTTP. [`websocket::Socket`] is one bare socket, for who wants to see every frame.

mod backoff;
mod error;
mod incoming;
pub mod replica;
pub mod rest;
pub mod server;
pub mod websocket;

pub use backoff::Backoff;
pub use error::CallError;
pub use incoming::{Incoming, RawAnswer};
pub use replica::{Applied, Replica};
pub use rest::{Rest, RetryPolicy};
pub use server::ServerUrl;
