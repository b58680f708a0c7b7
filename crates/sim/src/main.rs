//! Crash runs with the real binary, and the checker that reads their history

fn main() {}
