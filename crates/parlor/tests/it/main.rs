//! The real binary, as people run it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod admin;
mod chat;
mod help;
mod node;
mod serve;
mod store;
