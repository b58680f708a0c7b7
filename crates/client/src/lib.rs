//! The Rust SDK: everything that a program needs to be a good client of a Parlor server.
//!
//! [`Client`] is what most programs want: a handle to ask and send with, and a channel of [`Notice`]s; behind it a task keeps one connection alive over any
//! transport, keeps a [`Replica`] of what the user may see, and empties an [`Outbox`] that survives a restart.
//!
//! The map, from the outside in: [`Rest`] asks any operation of the registry once, over HTTP; [`websocket::Socket`] is one bare socket, for who wants to see every
//! frame. [`connection`] is the pure machine that decides when to open, resume, wait and stay away; `link` are the three transports; [`replica`] is the
//! reducer; [`outbox`] the queue of what waits to be sent; `duties` is what a device owes by itself; `driver` is the task that ties them together.

mod backoff;
mod client;
pub mod connection;
mod driver;
mod duties;
mod error;
pub mod incoming;
mod link;
mod notice;
pub mod outbox;
pub mod replica;
pub mod rest;
pub mod server;
pub mod websocket;

pub use parlor_protocol as protocol;

pub use backoff::Backoff;
pub use client::{Client, ClientOptions, OutboxError, Outcome};
pub use connection::{ConnectionState, Transport, TransportChoice};
pub use duties::Delivered;
pub use error::CallError;
pub use incoming::{Incoming, RawAnswer};
pub use notice::Notice;
pub use outbox::{FileOutbox, MemoryOutbox, Outbox, OutboxStore};
pub use replica::{Applied, Replica};
pub use rest::{Rest, RetryPolicy};
pub use server::ServerUrl;
