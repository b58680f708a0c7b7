//! Hints between nodes and the session directory
