//! What is measured, one module each.

pub(crate) mod idle;
pub(crate) mod latency;
pub(crate) mod pairs;
pub(crate) mod start;
