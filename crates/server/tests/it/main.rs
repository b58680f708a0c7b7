//! The server crate's tests, one module for each part of it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod api;
mod committed;
mod config;
mod describe;
mod listen;
mod pages;
mod socket;
mod stream;
mod websocket;
