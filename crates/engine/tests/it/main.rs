//! The engine over the memory store: what is promised, by number.
#![allow(clippy::unwrap_used, reason = "tests")]

mod blocks;
mod cursor;
mod jobs;
mod log;
mod membership;
mod presence;
mod sessions;
mod world;
