//! The Rust SDK: REST and socket with resume, outbox and retry
