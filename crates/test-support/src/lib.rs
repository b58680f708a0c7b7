//! Builders and a running node for tests
