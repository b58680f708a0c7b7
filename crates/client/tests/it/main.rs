//! The client against its promises: the machine of the connection as transcripts, the reducer against the shared fixtures and against a model, the outbox against
//! crashes, and the whole against a scripted server.

#![allow(clippy::unwrap_used, reason = "tests")]

mod connection;
mod law;
mod node;
mod outbox;
mod proxy;
mod reducer;
mod sample;
mod scripted;
