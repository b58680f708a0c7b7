//! Load and latency against a running Parlor

fn main() {}
