//! The storage trait, the memory store that is its model, and the conformance suite
