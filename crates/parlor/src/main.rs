//! Parlor: a messaging system that people host themselves

fn main() {}
