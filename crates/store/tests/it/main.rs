//! The memory store against the contract that it is the model of.
#![allow(clippy::unwrap_used, reason = "tests")]

mod conformance;
mod equivalence;
mod held;
mod tampered;
