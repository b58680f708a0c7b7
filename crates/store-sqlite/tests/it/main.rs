//! The store as its users see it: the contract's suite, and what only this back end can break.
#![allow(clippy::unwrap_used, reason = "tests")]

mod arrivals;
mod backup;
mod check;
mod conformance;
mod equivalence;
mod opening;
#[cfg(feature = "plant")]
mod plants;
mod scene;
mod writing;
