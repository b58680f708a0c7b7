//! Server-sent events, the long poll, and changing between all transports.

mod poll;
mod reader;
mod sse;
mod switching;
