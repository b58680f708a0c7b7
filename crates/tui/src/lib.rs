//! The terminal client
